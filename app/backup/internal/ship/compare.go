package ship

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
)

// compare finds out what it means that the lineage's next transaction is not on the volume.
func (s *Shipper) compare(ctx context.Context) (lineage.Reason, error) {
	spans, err := ltxv1.List(s.ltxDir)
	if err != nil || len(spans) == 0 {
		return "", err
	}
	if s.tip.TXID == unknown {
		return lineage.Diverged, nil
	}
	last := spans[len(spans)-1]
	if last.Max > s.tip.TXID {
		if _, err := os.Stat(ltxv1.PathOf(s.ltxDir, s.tip.TXID+1)); err == nil {
			return "", errBehind // it came in this moment; the notification for it is on its way
		}
		return lineage.Gap, nil
	}
	here, err := ltxv1.Stat(last.Path)
	if errors.Is(err, os.ErrNotExist) {
		return "", errBehind
	} else if err != nil {
		return "", err
	}
	if last.Max == s.tip.TXID {
		if here.PostApply != s.tip.Checksum {
			return lineage.Diverged, nil
		}
		return "", nil
	}
	return s.compareOlder(ctx, here)
}

// patience is how long a volume may stay at a transaction that the store has only merged with later ones, before the
// cluster is taken to have lost those.
const patience = time.Minute

// compareOlder tells a replica that lags from a cluster that has lost transactions.
func (s *Shipper) compareOlder(ctx context.Context, here ltxv1.Info) (lineage.Reason, error) {
	there, found, err := s.find(ctx, here.MaxTXID)
	switch {
	case fault.CodeOf(err) == fault.StoreCorrupt:
		return lineage.Diverged, nil
	case err != nil:
		return "", err
	case found == lineage.Point && there.Checksum == here.PostApply:
		return "", errBehind
	case found == lineage.Merged:
		if s.behind.txid != here.MaxTXID {
			s.behind.txid, s.behind.since = here.MaxTXID, time.Now()
		}
		if time.Since(s.behind.since) < patience {
			return "", errBehind
		}
	}
	return lineage.Diverged, nil
}

// find looks for a transaction among those that were shipped one by one, then among the snapshots.
func (s *Shipper) find(ctx context.Context, txid ltx.TXID) (lineage.Position, lineage.Found, error) {
	p, found, err := lineage.At(ctx, s.client, 0, txid)
	if err == nil && found == lineage.Absent {
		if at, point, err := lineage.At(ctx, s.client, litestream.SnapshotLevel, txid); err != nil || point == lineage.Point {
			return at, point, err
		}
	}
	return p, found, err
}
