package election

import (
	"context"
	"net/http"
	"time"

	"github.com/liteset/liteset/app/backup/internal/kube"
)

// held is a lease that this pod has.
type held struct {
	lease *kube.Lease
	until time.Time     // by this pod's clock
	wait  time.Duration // before it may become active
}

// watched is what a standby knows of the lease. Ages are measured by its own clock, from when it saw a change: other
// clocks may be wrong.
type watched struct {
	spec  kube.LeaseSpec
	since time.Time
	seen  bool
}

func (w *watched) see(spec kube.LeaseSpec) time.Duration {
	if !w.seen || w.spec != spec {
		*w = watched{spec: spec, since: time.Now(), seen: true}
	}
	return time.Since(w.since)
}

// acquire stands by until this pod has the lease. It returns an error only when the context ends.
func (c Config) acquire(ctx context.Context) (held, error) {
	var w watched
	for {
		got, ok, err := c.try(ctx, &w)
		if ok {
			return got, nil
		} else if err != nil && ctx.Err() == nil {
			c.Log.Warn("cannot look at the lease; trying again", "error", err)
		}
		if err := sleep(ctx, c.every()); err != nil {
			return held{}, err
		}
	}
}

// try looks at the lease once, and takes it if it may.
func (c Config) try(ctx context.Context, w *watched) (held, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, c.every())
	defer cancel()
	lease, err := c.Leases.Get(ctx)
	absent := kube.Is(err, http.StatusNotFound)
	if err != nil && !absent {
		return held{}, false, err
	}
	age := w.see(lease.Spec)
	mine := lease.Spec.HolderIdentity == c.Identity // handed over to this pod, or its container was restarted
	free := absent || lease.Spec.HolderIdentity == ""
	gone := max(c.Duration, time.Duration(lease.Spec.LeaseDurationSeconds)*time.Second)
	switch {
	case mine:
		return c.take(ctx, lease, absent, 0)
	case free && age < c.Duration, !free && age >= gone && age < gone+c.Duration:
		if c.Fit(ctx, false) != nil {
			return held{}, false, nil // leave it to the others for that long
		}
		fallthrough
	case free, age >= gone:
		var wait time.Duration
		if !free {
			wait = c.Settle
			c.Log.Warn("the active pod has not been heard of: taking its lease", "was", lease.Spec.HolderIdentity)
		}
		return c.take(ctx, lease, absent, wait)
	case lease.Annotation(wish) != "" && lease.Annotation(offer) == "" && c.Fit(ctx, false) == nil:
		lease.Annotate(offer, c.Identity)
		_, err := c.Leases.Update(ctx, lease)
		return held{}, false, unlessConflict(err)
	}
	return held{}, false, nil
}

// take writes this pod's name into the lease. It has it only if nobody else wrote since it was read.
func (c Config) take(ctx context.Context, lease *kube.Lease, absent bool, wait time.Duration) (held, bool, error) {
	asked := time.Now()
	now := kube.MicroTime(asked)
	if lease.Spec.HolderIdentity != c.Identity {
		lease.Spec.LeaseTransitions++
		lease.Spec.AcquireTime = now
	}
	lease.Spec.HolderIdentity, lease.Spec.RenewTime, lease.Spec.LeaseDurationSeconds = c.Identity, now, seconds(c.Duration)
	var err error
	if absent {
		lease, err = c.Leases.Create(ctx, lease.Spec)
	} else {
		lease.Annotate(wish, "")
		lease.Annotate(offer, "")
		lease, err = c.Leases.Update(ctx, lease)
	}
	if err != nil {
		return held{}, false, unlessConflict(err)
	}
	return held{lease: lease, until: asked.Add(c.Duration), wait: wait}, true, nil
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
