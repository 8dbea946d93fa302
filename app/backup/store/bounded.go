package store

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"
	"liteset/backup/fault"
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
		c, err := litestream.NewReplicaClientFromURL(b.s.URL(b.place))
		if err != nil {
			return nil, err
		}
		c.SetLogger(b.s.log)
		b.inner = c
	}
	return b.inner, nil
}

// drop gives up a client that hangs.
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
		done <- answer{value, err}
	}()
	select {
	case a := <-done:
		return end(ctx, w, cancel, a.value, a.err)
	case <-ctx.Done():
	}
	select {
	case a := <-done:
		return end(ctx, w, cancel, a.value, a.err)
	case <-time.After(grace):
		b.drop(c)
		return end(ctx, w, cancel, none, context.Cause(ctx))
	}
}

// end prefers the reason why a call was stopped to what the client made of it.
func end[T any](ctx context.Context, w *watch, cancel context.CancelCauseFunc, value T, err error) (T, error) {
	w.stop()
	if cause := context.Cause(ctx); err != nil && fault.CodeOf(cause) != "" {
		err = cause
	}
	cancel(nil)
	return value, err
}

func (b *bounded) stalled() error {
	return fault.New(fault.StoreUnavailable, "check the URL, the credentials and the network", "%s did not answer for %s", b.s, b.s.bound())
}

// Type is the client's.
func (b *bounded) Type() string {
	c, err := b.client()
	if err != nil {
		return ""
	}
	return c.Type()
}

// SetLogger does nothing: clients have the store's logger.
func (b *bounded) SetLogger(*slog.Logger) {}

// Init opens the connection.
func (b *bounded) Init(ctx context.Context) error {
	_, err := call(ctx, b, func(ctx context.Context, c litestream.ReplicaClient, _ *watch) (any, error) { return nil, c.Init(ctx) })
	return err
}

// LTXFiles lists all at once: each entry is progress.
func (b *bounded) LTXFiles(ctx context.Context, level int, seek ltx.TXID, useMetadata bool) (ltx.FileIterator, error) {
	files, err := call(ctx, b, func(ctx context.Context, c litestream.ReplicaClient, w *watch) (files []*ltx.FileInfo, err error) {
		itr, err := c.LTXFiles(ctx, level, seek, useMetadata)
		if err != nil {
			return nil, err
		}
		for itr.Next() {
			files = append(files, itr.Item())
			w.progress()
		}
		err = itr.Err()
		if closed := itr.Close(); err == nil {
			err = closed
		}
		return files, err
	})
	return ltx.NewFileInfoSliceIterator(files), err
}

// OpenLTXFile opens an object whose reader is bounded, too.
func (b *bounded) OpenLTXFile(ctx context.Context, level int, min, max ltx.TXID, offset, size int64) (io.ReadCloser, error) {
	life, cancel := context.WithCancel(ctx) // of the reader, which outlives the call
	rd, err := call(ctx, b, func(ctx context.Context, c litestream.ReplicaClient, _ *watch) (io.ReadCloser, error) {
		context.AfterFunc(ctx, func() {
			if context.Cause(ctx) != context.Canceled {
				cancel()
			}
		})
		return c.OpenLTXFile(life, level, min, max, offset, size)
	})
	if err != nil {
		cancel()
		return nil, err
	}
	return newReader(b, rd, cancel), nil
}

// WriteLTXFile writes an object: each read of its content is progress.
func (b *bounded) WriteLTXFile(ctx context.Context, level int, min, max ltx.TXID, r io.Reader) (*ltx.FileInfo, error) {
	return call(ctx, b, func(ctx context.Context, c litestream.ReplicaClient, w *watch) (*ltx.FileInfo, error) {
		return c.WriteLTXFile(ctx, level, min, max, content{ctx, r, w})
	})
}

// chunk is how many objects are removed in one request.
const chunk = 100

// DeleteLTXFiles removes objects.
func (b *bounded) DeleteLTXFiles(ctx context.Context, all []*ltx.FileInfo) error {
	_, err := call(ctx, b, func(ctx context.Context, c litestream.ReplicaClient, w *watch) (any, error) {
		for len(all) > 0 {
			n := min(chunk, len(all))
			if err := c.DeleteLTXFiles(ctx, all[:n]); err != nil {
				return nil, err
			}
			all = all[n:]
			w.progress()
		}
		return nil, nil
	})
	return err
}

// DeleteAll removes what is left of a place.
func (b *bounded) DeleteAll(ctx context.Context) error {
	_, err := call(ctx, b, func(ctx context.Context, c litestream.ReplicaClient, _ *watch) (any, error) {
		return nil, c.DeleteAll(ctx)
	})
	return err
}
