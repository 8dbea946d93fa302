package ship

import (
	"context"
	"io"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"
	"liteset/backup/fault"
	"liteset/backup/lineage"
	"liteset/backup/ltxv3"
)

// proving is the client that the compactor gets: what it writes carries the checksum of its last source, so that
// compacted objects are restore points that can be proved, too.
type proving struct{ litestream.ReplicaClient }

// WriteLTXFile adds the checksum on the way.
func (p proving) WriteLTXFile(ctx context.Context, level int, min, max ltx.TXID, r io.Reader) (*ltx.FileInfo, error) {
	at, found, err := lineage.At(ctx, p.ReplicaClient, level-1, max)
	if err != nil {
		return nil, err
	} else if found != lineage.Point {
		return nil, fault.New(fault.StoreCorrupt, "run verify", "transaction %s is not in level %d", max, level-1)
	}
	pr, pw := io.Pipe()
	go func() { pw.CloseWithError(ltxv3.WithProof(pw, r, at.Checksum)) }()
	info, err := p.ReplicaClient.WriteLTXFile(ctx, level, min, max, pr)
	pr.CloseWithError(io.ErrClosedPipe)
	return info, err
}
