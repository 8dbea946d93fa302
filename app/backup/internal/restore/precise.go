package restore

import (
	"context"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// resolution is the coarsest clock among the stores: SFTP lists whole seconds.
const resolution = time.Second

// precise is a client that lists when transactions were committed, to the millisecond, near one time: there it reads
// the objects' headers. A store that cannot be listed is a fault of its own, not a plan that cannot be made.
type precise struct {
	litestream.ReplicaClient
	near time.Time
}

// LTXFiles lists as the client does, with the times corrected.
func (p precise) LTXFiles(ctx context.Context, level int, seek ltx.TXID, useMetadata bool) (ltx.FileIterator, error) {
	itr, err := p.ReplicaClient.LTXFiles(ctx, level, seek, useMetadata)
	if err != nil {
		return nil, store.Failed(ctx, err, "list level %d", level)
	}
	files, err := ltx.SliceFileIterator(itr)
	if err != nil {
		return nil, store.Failed(ctx, err, "list level %d", level)
	}
	for i, f := range files {
		if p.near.IsZero() || p.near.Sub(f.CreatedAt).Abs() > resolution {
			continue
		}
		if files[i].CreatedAt, err = lineage.Committed(ctx, p.ReplicaClient, f); err != nil {
			return nil, err
		}
	}
	return ltx.NewFileInfoSliceIterator(files), nil
}
