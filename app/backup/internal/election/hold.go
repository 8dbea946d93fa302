package election

import (
	"context"
	"net/http"
	"time"

	"github.com/liteset/liteset/app/backup/internal/kube"
)

// hold is active until the lease is lost, handed over, or the context ends. Before it gives the lease up it has stopped,
// so that the next one need not wait.
func (c Config) hold(ctx context.Context, h held, active func(context.Context) error) error {
	work, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	go func() {
		if err := sleep(work, h.wait); err != nil {
			done <- nil
			return
		}
		done <- active(work)
	}()
	next := ""
	for {
		select {
		case err := <-done: // by itself, or since the context ended
			c.give(ctx, h, "")
			return err
		case <-ctx.Done():
			return c.end(ctx, h, stop, done, "")
		case <-time.After(min(c.every(), time.Until(h.until)-c.margin())):
		}
		if time.Until(h.until) <= c.margin() {
			c.Log.Error("the lease cannot be renewed: this pod must not be active any longer")
			stop()
			return c.wait(done)
		}
		var ok bool
		if h, next, ok = c.renew(ctx, h); !ok {
			c.Log.Error("another pod has the lease")
			stop()
			return c.wait(done)
		}
		if next != "" {
			c.Log.Info("handing over", "to", next)
			return c.end(ctx, h, stop, done, next)
		}
	}
}

// renew writes the lease once more. It returns false if it is another's, and the name of one that offered to take it.
func (c Config) renew(ctx context.Context, h held) (_ held, next string, ok bool) {
	unfit := c.Fit(ctx, true)
	ctx, cancel := context.WithDeadline(ctx, earlier(h.until, time.Now().Add(c.every())))
	defer cancel()
	wanted := ""
	if unfit != nil {
		wanted = c.Identity
	}
	lease := h.lease
	for range 2 { // the second time with what another wrote into it
		if lease.Annotation(wish) != wanted {
			lease.Annotate(wish, wanted)
			lease.Annotate(offer, "")
			if unfit != nil {
				c.Log.Info("looking for another pod to take over", "why", unfit.Error())
			}
		}
		asked := time.Now()
		lease.Spec.RenewTime = kube.MicroTime(asked)
		written, err := c.Leases.Update(ctx, lease)
		if err == nil {
			return held{lease: written, until: asked.Add(c.Duration)}, written.Annotation(offer), true
		}
		if !kube.Is(err, http.StatusConflict) && !kube.Is(err, http.StatusNotFound) {
			c.Log.Warn("cannot renew the lease; trying again", "error", err)
			return h, "", true
		}
		if lease, err = c.Leases.Get(ctx); kube.Is(err, http.StatusNotFound) {
			return h, "", false // deleted by hand
		} else if err != nil {
			return h, "", true
		}
		if lease.Spec.HolderIdentity != c.Identity {
			return h, "", false
		}
	}
	h.lease = lease
	return h, "", true
}

// end stops the active part, and gives the lease to next, or to nobody.
func (c Config) end(ctx context.Context, h held, stop func(), done <-chan error, next string) error {
	stop()
	if err := c.wait(done); err != nil {
		return err
	}
	c.give(ctx, h, next)
	return nil
}

func (c Config) wait(done <-chan error) error {
	select {
	case err := <-done:
		return err
	case <-time.After(farewell):
		return ErrStuck
	}
}

// give is a courtesy: without it the lease expires.
func (c Config) give(ctx context.Context, h held, next string) {
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), earlier(h.until, time.Now().Add(c.every())))
	defer cancel()
	err := c.rename(ctx, h.lease, next)
	if kube.Is(err, http.StatusConflict) { // somebody has offered itself meanwhile
		var lease *kube.Lease
		if lease, err = c.Leases.Get(ctx); err == nil && lease.Spec.HolderIdentity == c.Identity {
			err = c.rename(ctx, lease, next)
		}
	}
	if err != nil {
		c.Log.Warn("the lease was not given up; it will expire", "error", err)
	}
}

func (c Config) rename(ctx context.Context, lease *kube.Lease, next string) error {
	now := kube.MicroTime(time.Now())
	lease.Spec.HolderIdentity, lease.Spec.RenewTime = next, now
	if next != "" {
		lease.Spec.AcquireTime = now
		lease.Spec.LeaseTransitions++
	}
	lease.Annotate(wish, "")
	lease.Annotate(offer, "")
	_, err := c.Leases.Update(ctx, lease)
	return err
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
