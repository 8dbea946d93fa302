package ship

import (
	"context"
	"errors"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/snapshot"
	"github.com/liteset/liteset/app/backup/internal/store"
)

func (s *Shipper) snapshotIfDue(ctx context.Context) error {
	c, client, ok := s.compactor()
	if !ok {
		return nil
	}
	last, err := c.MaxLTXFileInfo(ctx, litestream.SnapshotLevel)
	if err != nil {
		return store.Failed(ctx, err, "look for the last snapshot")
	}
	id, tip := s.Position()
	since := last.CreatedAt
	if last.MaxTXID == 0 {
		since = time.UnixMilli(int64(id)) // the lineage began without one
	}
	if time.Since(since) < s.SnapshotInterval || last.MaxTXID >= tip.TXID {
		return nil
	}
	return s.Snapshot(ctx, client.ReplicaClient, id)
}

// shipWait bounds how long a snapshot waits for its own transaction to be shipped.
const shipWait = 10 * time.Minute

// Snapshot adds a snapshot to a lineage, if the lineage comes to hold the transaction with the same checksum.
func (s *Shipper) Snapshot(ctx context.Context, client litestream.ReplicaClient, id lineage.ID) error {
	snap, err := snapshot.Take(ctx, s.Database)
	if errors.Is(err, snapshot.ErrEmpty) {
		return nil
	} else if err != nil {
		return err
	}
	defer snap.Close()
	for deadline := time.Now().Add(shipWait); time.Now().Before(deadline) && ctx.Err() == nil; sleep(ctx, s.SyncInterval) {
		line, tip := s.Position()
		if line != id {
			return nil // the next lineage began with a snapshot of its own
		}
		if tip.TXID < snap.MaxTXID {
			continue
		}
		if s.shipped(snap.MaxTXID) != snap.PostApply {
			return nil // too old, or of another history; the next one will do
		}
		return s.write(ctx, client, litestream.SnapshotLevel, 1, snap.MaxTXID, snap.Encode)
	}
	return ctx.Err()
}

func (s *Shipper) shipped(txid ltx.TXID) ltx.Checksum {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.recent[txid]
}
