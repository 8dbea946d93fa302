package stream

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
	"github.com/liteset/liteset/app/backup/internal/ship/history"
)

// errBehind means that the volume has less than the store, and the same: this pod is a replica that lags.
var errBehind = errors.New("the volume is behind the store")

// compare finds out what it means that the lineage's next transaction is not on the volume.
func (s *Stream) compare(ctx context.Context) (lineage.Reason, error) {
	spans, err := ltxv1.List(s.ltxDir)
	if err != nil || len(spans) == 0 {
		return "", err
	}
	tip := s.history.Current().Tip
	if tip.TXID == history.Unknown {
		return lineage.Diverged, nil
	}
	last := spans[len(spans)-1]
	if last.Max > tip.TXID {
		if _, err := os.Stat(ltxv1.PathOf(s.ltxDir, tip.TXID+1)); err == nil {
			return "", errBehind // it came in this moment; the notification for it is on its way
		}
		return lineage.Gap, nil
	}
	here, err := ltxv1.Stat(last.Path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", errBehind
	case err != nil:
		return "", err
	case last.Max < tip.TXID:
		return s.compareOlder(ctx, here)
	case here.PostApply != tip.Checksum:
		return lineage.Diverged, nil
	}
	return "", nil
}

// lag is since when a volume stays at a transaction before the store's last one.
type lag struct {
	txid  ltx.TXID
	since time.Time
}

// patience is how long a volume may stay at a transaction that the store has only merged with later ones, before the
// cluster is taken to have lost those.
const patience = time.Minute

// compareOlder tells a replica that lags from a cluster that has lost transactions.
func (s *Stream) compareOlder(ctx context.Context, here ltxv1.Info) (lineage.Reason, error) {
	there, found, err := findTransaction(ctx, s.history.Current().Client, here.MaxTXID)
	switch {
	case fault.CodeOf(err) == fault.StoreCorrupt:
		return lineage.Diverged, nil
	case err != nil:
		return "", err
	case found == lineage.Point && there.Checksum == here.PostApply:
		return "", errBehind
	case found == lineage.Merged:
		if s.behind.txid != here.MaxTXID {
			s.behind = lag{here.MaxTXID, time.Now()}
		}
		if time.Since(s.behind.since) < patience {
			return "", errBehind
		}
	}
	return lineage.Diverged, nil
}

// findTransaction looks among those that were shipped one by one, then among the snapshots.
func findTransaction(ctx context.Context, c litestream.ReplicaClient, txid ltx.TXID) (lineage.Position, lineage.Found, error) {
	p, found, err := lineage.At(ctx, c, 0, txid)
	if err != nil || found != lineage.Absent {
		return p, found, err
	}
	if at, point, err := lineage.At(ctx, c, litestream.SnapshotLevel, txid); err != nil || point == lineage.Point {
		return at, point, err
	}
	return p, found, nil
}
