package election

import (
	"context"
	"net/http"
	"time"

	"github.com/liteset/liteset/app/backup/internal/kube"
	"github.com/liteset/liteset/app/backup/internal/wait"
)

// observed is what a standby knows of the lease. Ages are measured by its own clock, from when it saw a change: other
// clocks may be wrong.
type observed struct {
	spec  kube.LeaseSpec
	since time.Time
	seen  bool
	// Whether the Lease is not the one that was seen before: somebody has deleted it, or put an older one in its place. Then
	// a pod may be active that it does not name.
	replaced bool
}

// age notes the lease as it is now, and returns for how long it has been so.
func (o *observed) age(spec kube.LeaseSpec) time.Duration {
	if !o.seen || o.spec != spec {
		older := o.seen && spec.LeaseTransitions < o.spec.LeaseTransitions
		replaced := older || o.replaced && spec.LeaseTransitions == o.spec.LeaseTransitions
		*o = observed{spec: spec, since: time.Now(), seen: true, replaced: replaced}
	}
	return time.Since(o.since)
}

// acquireLease stands by until this pod has the lease. It fails only when the context ends.
func (c candidate) acquireLease(ctx context.Context) (term, error) {
	var o observed
	for {
		t, err := c.tryLease(ctx, &o)
		if t != nil {
			return *t, nil
		} else if err != nil && ctx.Err() == nil {
			c.Log.Warn("cannot look at the lease; trying again", "error", err)
		}
		if err := wait.For(ctx, c.interval()); err != nil {
			return term{}, err
		}
	}
}

// tryLease looks at the lease once, and takes it if it may; nil without an error if it may not.
func (c candidate) tryLease(ctx context.Context, o *observed) (*term, error) {
	ctx, cancel := context.WithTimeout(ctx, c.interval())
	defer cancel()
	lease, err := c.Lease.Get(ctx)
	if kube.Is(err, http.StatusNotFound) {
		lease, err = c.Lease.Make(ctx)
	}
	if err != nil {
		return nil, err
	}
	switch age := o.age(lease.Spec); c.decide(ctx, lease, age, o.replaced) {
	case takeLease:
		return c.takeLease(ctx, lease)
	case takeExpired:
		c.Log.Warn("the active pod has not been heard of: taking its lease", "was", lease.Spec.HolderIdentity)
		t, err := c.takeLease(ctx, lease)
		if t != nil {
			t.wait = c.Settle
		}
		return t, err
	case offerSelf:
		lease.Annotate(offer, c.Identity)
		_, err := c.Lease.Update(ctx, lease)
		return nil, unlessConflict(err)
	}
	return nil, nil
}

// takeLease writes this pod's name into the lease. It has it only if nobody else wrote since it was read.
func (c candidate) takeLease(ctx context.Context, lease *kube.Lease) (*term, error) {
	asked := time.Now()
	now := kube.MicroTime(asked)
	if lease.Spec.HolderIdentity != c.Identity {
		lease.Spec.LeaseTransitions++
		lease.Spec.AcquireTime = now
	}
	lease.Spec.HolderIdentity, lease.Spec.RenewTime, lease.Spec.LeaseDurationSeconds = c.Identity, now, seconds(c.Duration)
	lease.Annotate(wish, "")
	lease.Annotate(offer, "")
	written, err := c.Lease.Update(ctx, lease)
	if err != nil {
		return nil, unlessConflict(err)
	}
	return &term{lease: written, until: asked.Add(c.Duration)}, nil
}

// unlessConflict drops the error that says that somebody else was faster.
func unlessConflict(err error) error {
	if kube.Is(err, http.StatusConflict) {
		return nil
	}
	return err
}

// seconds rounds up, since a Lease has whole ones: others may wait longer than needed, never shorter.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
