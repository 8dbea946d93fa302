package election

import (
	"context"
	"net/http"
	"time"

	"github.com/liteset/liteset/app/backup/internal/kube"
)

// term is the time for which this pod has the lease.
type term struct {
	lease *kube.Lease
	until time.Time     // by this pod's clock
	wait  time.Duration // before it may become active
}

// holdLease is active until the lease is lost, handed over, or the context ends. Before it gives the lease up it has
// stopped, so that the next one need not wait.
func (c candidate) holdLease(ctx context.Context, t term, active func(context.Context) error) error {
	w := startWork(ctx, t.wait, active)
	defer w.stop()
	for {
		select {
		case err := <-w.done: // by itself, or since the context ended
			c.giveLease(ctx, t, "")
			return err
		case <-ctx.Done():
			return c.endTerm(ctx, t, w, "")
		case <-time.After(min(c.interval(), time.Until(t.until)-c.margin())):
		}
		if time.Until(t.until) <= c.margin() {
			c.Log.Error("the lease cannot be renewed: this pod must not be active any longer")
			return w.end()
		}
		renewed, next, ok := c.renewLease(ctx, t)
		if !ok {
			c.Log.Error("another pod has the lease")
			return w.end()
		}
		if t = renewed; next != "" {
			c.Log.Info("handing over", "to", next)
			return c.endTerm(ctx, t, w, next)
		}
	}
}

// renewLease writes the lease once more. It returns false if it is another's, and the name of one that offered to take it.
func (c candidate) renewLease(ctx context.Context, t term) (_ term, next string, ok bool) {
	unfit := c.Fit(ctx, true)
	ctx, cancel := context.WithDeadline(ctx, earlier(t.until, time.Now().Add(c.interval())))
	defer cancel()
	for range 2 { // the second time with what another wrote into it
		c.wishFor(t.lease, unfit)
		asked := time.Now()
		t.lease.Spec.RenewTime = kube.MicroTime(asked)
		written, err := c.Lease.Update(ctx, t.lease)
		if err == nil {
			return term{lease: written, until: asked.Add(c.Duration)}, written.Annotation(offer), true
		}
		if !kube.Is(err, http.StatusConflict) && !kube.Is(err, http.StatusNotFound) {
			c.Log.Warn("cannot renew the lease; trying again", "error", err)
			return t, "", true
		}
		lease, err := c.Lease.Get(ctx)
		if kube.Is(err, http.StatusNotFound) { // deleted by hand
			lease, err = c.Lease.Make(ctx)
		}
		switch {
		case err != nil:
			return t, "", true
		case lease.Spec.HolderIdentity == "": // deleted or emptied: others wait, and this pod writes its own once more
			t.lease.Metadata = lease.Metadata
		case lease.Spec.HolderIdentity != c.Identity:
			return t, "", false
		default:
			t.lease = lease
		}
	}
	return t, "", true
}

// wishFor notes in the lease that another pod should take over; no longer, if this one is not unfit.
func (c candidate) wishFor(lease *kube.Lease, unfit error) {
	wanted := ""
	if unfit != nil {
		wanted = c.Identity
	}
	if lease.Annotation(wish) == wanted {
		return
	}
	lease.Annotate(wish, wanted)
	lease.Annotate(offer, "")
	if unfit != nil {
		c.Log.Info("looking for another pod to take over", "why", unfit.Error())
	}
}

// endTerm stops the work, and gives the lease to next, or to nobody.
func (c candidate) endTerm(ctx context.Context, t term, w work, next string) error {
	if err := w.end(); err != nil {
		return err
	}
	c.giveLease(ctx, t, next)
	return nil
}

// giveLease is a courtesy: without it the lease expires.
func (c candidate) giveLease(ctx context.Context, t term, next string) {
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), earlier(t.until, time.Now().Add(c.interval())))
	defer cancel()
	err := c.writeHolder(ctx, t.lease, next)
	if kube.Is(err, http.StatusConflict) { // somebody has offered itself meanwhile
		var lease *kube.Lease
		if lease, err = c.Lease.Get(ctx); err == nil && lease.Spec.HolderIdentity == c.Identity {
			err = c.writeHolder(ctx, lease, next)
		}
	}
	if err != nil {
		c.Log.Warn("the lease was not given up; it will expire", "error", err)
	}
}

func (c candidate) writeHolder(ctx context.Context, lease *kube.Lease, next string) error {
	now := kube.MicroTime(time.Now())
	lease.Spec.HolderIdentity, lease.Spec.RenewTime = next, now
	if next != "" {
		lease.Spec.AcquireTime = now
		lease.Spec.LeaseTransitions++
	}
	lease.Annotate(wish, "")
	lease.Annotate(offer, "")
	_, err := c.Lease.Update(ctx, lease)
	return err
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
