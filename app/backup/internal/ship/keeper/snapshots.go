package keeper

import (
	"context"
	"errors"
	"time"

	"github.com/benbjohnson/litestream"

	"github.com/liteset/liteset/app/backup/internal/ship/history"
	"github.com/liteset/liteset/app/backup/internal/snapshot"
	"github.com/liteset/liteset/app/backup/internal/store"
)

func (k *Keeper) snapshotIfDue(ctx context.Context) error {
	c, now := k.compactor()
	if c == nil {
		return nil
	}
	last, err := c.MaxLTXFileInfo(ctx, litestream.SnapshotLevel)
	if err != nil {
		return store.Failed(ctx, err, "look for the last snapshot")
	}
	since := last.CreatedAt
	if last.MaxTXID == 0 {
		since = time.UnixMilli(int64(now.Lineage.ID)) // the lineage began without one
	}
	// One that is dated far ahead was written by a clock that had jumped: it must not be waited for. And a clock that has
	// jumped back must not make one each minute.
	early := k.clock().Sub(since).Abs() < k.cfg.SnapshotInterval || !k.copied.IsZero() && time.Since(k.copied) < k.cfg.SnapshotInterval
	if early || last.MaxTXID >= now.Tip.TXID {
		return nil
	}
	return k.addSnapshot(ctx, now)
}

// Snapshot adds a snapshot to the current lineage, if there is one.
func (k *Keeper) Snapshot(ctx context.Context) error {
	c, now := k.compactor()
	if c == nil {
		return nil
	}
	return k.addSnapshot(ctx, now)
}

// shipWait bounds how long a snapshot waits for its own transaction to be shipped.
const shipWait = 10 * time.Minute

// addSnapshot adds a snapshot to a lineage, if the lineage comes to hold the transaction with the same checksum.
func (k *Keeper) addSnapshot(ctx context.Context, to history.Current) error {
	snap, err := snapshot.Take(ctx, k.cfg.Database)
	if errors.Is(err, snapshot.ErrEmpty) {
		return nil
	} else if err != nil {
		return err
	}
	defer snap.Close()
	waiting, stop := context.WithTimeout(ctx, shipWait)
	sum, shipped := k.history.Await(waiting, to.Lineage.ID, snap.MaxTXID)
	stop()
	if !shipped || sum != snap.PostApply {
		return ctx.Err() // too old, or of another history, as the next lineage is; the next snapshot will do
	}
	info, err := store.Write(ctx, to.Client, litestream.SnapshotLevel, 1, snap.MaxTXID, snap.Encode)
	if err != nil {
		return store.Failed(ctx, err, "write a snapshot of transaction %s", snap.MaxTXID)
	}
	k.copied = time.Now()
	k.cfg.Metrics.Shipped(info.Size, uint64(snap.MaxTXID))
	return nil
}
