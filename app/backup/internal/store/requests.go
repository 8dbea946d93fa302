package store

import (
	"context"
	"io"
	"log/slog"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
)

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

// mostObjects is how many objects of one level a list may have: far more than retention leaves, and few enough for memory.
const mostObjects = 2_000_000

// LTXFiles lists all at once: each entry is progress. A list that does not end is given up.
func (b *bounded) LTXFiles(ctx context.Context, level int, seek ltx.TXID, useMetadata bool) (ltx.FileIterator, error) {
	files, err := call(ctx, b, func(ctx context.Context, c litestream.ReplicaClient, w *watch) (files []*ltx.FileInfo, err error) {
		itr, err := c.LTXFiles(ctx, level, seek, useMetadata)
		if err != nil {
			return nil, err
		}
		for itr.Next() {
			if most := b.s.most.Load(); int64(len(files)) == most {
				_ = itr.Close()
				return nil, fault.New(fault.StoreUnavailable, "the list of level %d in %s has more than %d objects", level, b.s, most).
					WithHint("if the server does not repeat itself, begin anew in another place, with fewer backup.restorePoints")
			}
			files = append(files, itr.Item())
			w.progress()
		}
		err = itr.Err()
		if closeErr := itr.Close(); err == nil {
			err = closeErr
		}
		return files, err
	})
	if err != nil {
		return nil, err
	}
	return ltx.NewFileInfoSliceIterator(files), nil
}

// OpenLTXFile opens an object whose reader is bounded, too.
func (b *bounded) OpenLTXFile(ctx context.Context, level int, first, last ltx.TXID, offset, size int64) (io.ReadCloser, error) {
	life, cancel := context.WithCancel(ctx) // of the reader, which outlives the call
	rd, err := call(ctx, b, func(ctx context.Context, c litestream.ReplicaClient, _ *watch) (io.ReadCloser, error) {
		context.AfterFunc(ctx, func() {
			if context.Cause(ctx) != context.Canceled {
				cancel()
			}
		})
		return c.OpenLTXFile(life, level, first, last, offset, size)
	})
	if err != nil {
		cancel()
		return nil, err
	}
	return newReader(b, rd, cancel), nil
}

// WriteLTXFile writes an object: each read of its content is progress.
func (b *bounded) WriteLTXFile(ctx context.Context, level int, first, last ltx.TXID, r io.Reader) (*ltx.FileInfo, error) {
	return call(ctx, b, func(ctx context.Context, c litestream.ReplicaClient, w *watch) (*ltx.FileInfo, error) {
		return c.WriteLTXFile(ctx, level, first, last, content{ctx, r, w})
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
