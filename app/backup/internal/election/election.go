// Package election decides which of several pods is the active one: by a Kubernetes Lease, or by the pod's ordinal.
package election

import (
	"context"
	"log/slog"
	"time"

	"github.com/liteset/liteset/app/backup/internal/kube"
)

// Config of an election by Lease.
type Config struct {
	// Lease is what the pods elect by.
	Lease kube.LeaseClient
	// Identity names this pod, and no pod before or after it, so that a container that was restarted goes on at once with
	// the lease it holds: the pod's name, "_", and its uid.
	Identity string
	// Duration is how long the lease is good for after the holder was last heard of.
	Duration time.Duration
	// Settle is how long a pod that took an expired lease waits before it becomes active: as long as a request may be
	// under way that the pod before sent within its lease.
	Settle time.Duration
	// Fit returns nil if this pod is one of those that should be active; an error says why it is only if no other can be.
	// active says whether it is now.
	Fit func(ctx context.Context, active bool) error
	Log *slog.Logger
}

// Annotations of the Lease. An active pod that should not be it, such as one that became the primary, wishes for another;
// a standby pod that is fit offers itself; then the active one stops, and writes the other's name into the Lease.
const (
	wish  = "liteset.dev/backup-wish"  // who wishes
	offer = "liteset.dev/backup-offer" // who offers itself
)

// looks is how often in its duration a lease is renewed, and looked at; each request is given as much time.
const looks = 5

// candidate is this pod in an election.
type candidate struct{ Config }

// interval between two looks at the lease.
func (c candidate) interval() time.Duration { return c.Duration / looks }

// margin before the end of the lease at which the active pod stops, for clocks that run at different rates.
func (c candidate) margin() time.Duration { return c.Duration / 10 }

// Run calls active with a context that lives as long as this pod is the active one, again and again until ctx ends. It
// returns early only with ErrStuck or an error of active's.
func Run(ctx context.Context, cfg Config, active func(context.Context) error) error {
	c := candidate{cfg}
	for ctx.Err() == nil {
		t, err := c.acquireLease(ctx)
		if err != nil {
			return nil // the context has ended
		}
		c.Log.Info("this pod is active now", "identity", c.Identity)
		if err := c.holdLease(ctx, t, active); err != nil {
			return err
		}
		c.Log.Info("this pod stands by", "identity", c.Identity)
	}
	return nil
}
