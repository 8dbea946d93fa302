// Package election decides which of several pods is the active one: by a Kubernetes Lease, or by the pod's ordinal.
package election

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/liteset/liteset/app/backup/internal/kube"
)

// Config of an election by Lease.
type Config struct {
	Leases kube.Leases
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

// A lease is renewed, and looked at, this often in its duration; each request is given as much.
const looks = 5

func (c Config) every() time.Duration { return c.Duration / looks }

// margin before the end of the lease at which the active pod stops, for clocks that run at different rates.
func (c Config) margin() time.Duration { return c.Duration / 10 }

// farewell bounds how long a pod that stops waits for its requests to the store to end.
const farewell = 5 * time.Second

// ErrStuck means that the active part did not stop when it was told to. The process must end, since only that stops it.
var ErrStuck = errors.New("the stream did not stop in time")

// Run calls active with a context that lives as long as this pod is the active one, again and again until ctx ends. It
// returns early only with ErrStuck or an error of active's.
func Run(ctx context.Context, c Config, active func(context.Context) error) error {
	for ctx.Err() == nil {
		held, err := c.acquire(ctx)
		if err != nil {
			return nil // the context has ended
		}
		c.Log.Info("this pod is active now", "identity", c.Identity)
		if err := c.hold(ctx, held, active); err != nil {
			return err
		}
		c.Log.Info("this pod stands by", "identity", c.Identity)
	}
	return nil
}

// sleep returns the context's error if it ends first.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
