package ship

import (
	"context"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
)

// resume asks the store where the newest lineage ends.
func (s *Shipper) resume(ctx context.Context) error {
	all, err := lineage.List(ctx, s.Store)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.client, s.line, s.tip = nil, lineage.Info{}, lineage.Position{}
	clear(s.recent)
	clear(s.known)
	s.mu.Unlock()
	if len(all) == 0 {
		return nil
	}
	line := all[len(all)-1]
	client, err := s.Store.At(line.ID.String())
	if err != nil {
		return err
	}
	tip, err := lineage.Tip(ctx, client)
	if fault.CodeOf(err) == fault.StoreCorrupt {
		s.Log.Error("the newest lineage cannot be continued", "lineage", line.ID.String(), "error", err)
		tip = lineage.Position{TXID: unknown} // not equal to anything on the volume, hence a new lineage
	} else if err != nil {
		return err
	}
	s.moved(client, line, tip)
	s.mu.Lock()
	s.since = tip.TXID
	s.mu.Unlock()
	s.Log.Info("going on where the store ends", "lineage", line.ID.String(), "txid", tip.TXID.String())
	return nil
}

// unknown is a transaction that no database reaches.
const unknown = ^ltx.TXID(0) - 1

func (s *Shipper) moved(client litestream.ReplicaClient, line lineage.Info, tip lineage.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client, s.line, s.tip = client, line, tip
	s.Metrics.At(tip.TXID, tip.Time)
}
