package election

import (
	"context"
	"errors"
	"time"

	"github.com/liteset/liteset/app/backup/internal/wait"
)

// farewell bounds how long a pod that stops waits for its requests to the store to end.
const farewell = 5 * time.Second

// ErrStuck means that the active part did not stop when it was told to. The process must end, since only that stops it.
var ErrStuck = errors.New("the stream did not stop in time")

// work is what the active pod does beside renewing its lease.
type work struct {
	stop context.CancelFunc
	done <-chan error
}

// startWork calls active after a wait.
func startWork(ctx context.Context, pause time.Duration, active func(context.Context) error) work {
	ctx, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() {
		if wait.For(ctx, pause) != nil {
			done <- nil
			return
		}
		done <- active(ctx)
	}()
	return work{stop, done}
}

// end stops the work, and returns its error, or ErrStuck.
func (w work) end() error {
	w.stop()
	select {
	case err := <-w.done:
		return err
	case <-time.After(farewell):
		return ErrStuck
	}
}
