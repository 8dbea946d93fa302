package store

import (
	"context"
	"io"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"
)

// Write streams one object. An error of encode fails the upload, so that nothing half-written gets its name.
func Write(ctx context.Context, c litestream.ReplicaClient, level int, first, last ltx.TXID, encode func(io.Writer) error) (*ltx.FileInfo, error) {
	pr, pw := io.Pipe()
	go func() { pw.CloseWithError(encode(pw)) }()
	info, err := c.WriteLTXFile(ctx, level, first, last, pr)
	pr.CloseWithError(io.ErrClosedPipe)
	return info, err
}
