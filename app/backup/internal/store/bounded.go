package store

import (
	"context"
	"sync"
	"time"

	"github.com/benbjohnson/litestream"

	"github.com/liteset/liteset/app/backup/internal/fault"
)

// DefaultTimeout is how long a request may make no progress.
const DefaultTimeout = time.Minute

// bounded is a client none of whose calls hangs: each ends when it has made no progress for the store's timeout, or when
// its context ends, whatever the client in it does. (S3's waits for an answer without end, SFTP's does not know contexts.)
// A client that does not return then is left to itself, and a new one, with a new connection, takes its place.
type bounded struct {
	s     *Store
	place string

	mu    sync.Mutex
	inner litestream.ReplicaClient
}

// client returns the client for the next call.
func (b *bounded) client() (litestream.ReplicaClient, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.inner == nil {
		c, err := litestream.NewReplicaClientFromURL(b.s.real.in(b.place))
		if err != nil {
			return nil, err
		}
		tune(c, b.s.real.query)
		c.SetLogger(b.s.log)
		b.inner = c
	}
	return b.inner, nil
}

// drop gives up a client that hangs, or whose credentials are not taken.
func (b *bounded) drop(c litestream.ReplicaClient) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.inner == c {
		b.inner = nil
	}
}

// grace is how long a client is waited for after it was told to stop.
const grace = time.Second

// call runs one request. The request reports progress to its watch.
func call[T any](ctx context.Context, b *bounded, request func(context.Context, litestream.ReplicaClient, *watch) (T, error)) (T, error) {
	var none T
	c, err := b.client()
	if err != nil {
		return none, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	w := newWatch(b.s.bound(), func() { cancel(b.stalled()) })
	type answer struct {
		value T
		err   error
	}
	done := make(chan answer, 1)
	go func() {
		value, err := request(ctx, c, w)
		if isDenied(err) {
			b.drop(c)
		}
		done <- answer{value, err}
	}()
	select {
	case a := <-done:
		return outcome(ctx, w, cancel, a.value, a.err)
	case <-ctx.Done():
	}
	select {
	case a := <-done:
		return outcome(ctx, w, cancel, a.value, a.err)
	case <-time.After(grace):
		b.drop(c)
		return outcome(ctx, w, cancel, none, context.Cause(ctx))
	}
}

// outcome prefers the reason why a call was stopped to what the client made of it.
func outcome[T any](ctx context.Context, w *watch, cancel context.CancelCauseFunc, value T, err error) (T, error) {
	w.stop()
	if cause := context.Cause(ctx); err != nil && fault.CodeOf(cause) != "" {
		err = cause
	}
	cancel(nil)
	return value, err
}

func (b *bounded) stalled() error {
	return fault.New(fault.StoreUnavailable, "%s did not answer for %s", b.s, b.s.bound()).WithHint(reach)
}
