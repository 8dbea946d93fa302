package stream

import (
	"context"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ship/history"
)

// resume asks the store where the newest lineage ends.
func (s *Stream) resume(ctx context.Context) error {
	all, err := lineage.List(ctx, s.cfg.Store)
	if err != nil {
		return err
	}
	s.history.Forget()
	if len(all) == 0 {
		return nil
	}
	line := all[len(all)-1]
	client, err := s.cfg.Store.At(line.ID.String())
	if err != nil {
		return err
	}
	tip, err := lineage.Tip(ctx, client)
	if fault.CodeOf(err) == fault.StoreCorrupt {
		s.cfg.Log.Error("the newest lineage cannot be continued", "lineage", line.ID.String(), "error", err)
		tip = lineage.Position{TXID: history.Unknown} // not equal to anything on the volume, hence a new lineage
	} else if err != nil {
		return err
	}
	s.history.Resume(history.Current{Lineage: line, Client: client, Tip: tip})
	s.moved()
	s.cfg.Log.Info("going on where the store ends", "lineage", line.ID.String(), "txid", tip.TXID.String())
	return nil
}
