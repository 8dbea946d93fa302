package keeper

import (
	"context"
	"time"

	"github.com/benbjohnson/litestream"

	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// Retain removes what is older than the retention and not needed for what is younger.
func (k *Keeper) Retain(ctx context.Context) error {
	merging, current := k.compactor()
	if merging == nil {
		return nil
	}
	client, err := k.believe(ctx, current)
	if err != nil || len(client.files) == 0 {
		return err
	}
	c := litestream.NewCompactor(client, k.cfg.Log)
	behind := time.Since(client.now) // the library counts from its own clock
	// One snapshot must be older than the retention, or the time just before the oldest could not be restored.
	oldest, err := c.EnforceSnapshotRetention(ctx, k.cfg.Retention+k.cfg.SnapshotInterval+behind)
	if err != nil {
		return store.Failed(ctx, err, "remove old snapshots")
	}
	// Without a snapshot younger than the retention, all that follows the last one is needed.
	for level := 1; oldest > 0 && level < len(litestream.DefaultCompactionLevels); level++ {
		if err := c.EnforceRetentionByTXID(ctx, level, oldest); err != nil {
			return store.Failed(ctx, err, "remove old objects of level %d", level)
		}
	}
	if err := c.EnforceL0Retention(ctx, k.cfg.TransactionRetention+behind); err != nil {
		return store.Failed(ctx, err, "remove old transactions")
	}
	return lineage.RemoveOld(ctx, k.cfg.Store, client.now.Add(-k.cfg.Retention))
}
