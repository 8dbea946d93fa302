package keeper

import (
	"context"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/verify"
)

// ReportVerified tells the metrics what the last verifications found, which other processes have recorded in the store.
func (k *Keeper) ReportVerified(ctx context.Context) error {
	first := true
	return verify.History(ctx, k.cfg.Store, func(rec verify.Record) bool {
		if first {
			k.cfg.Metrics.VerifyFailed(!rec.OK)
			first = false
		}
		if txid, err := ltx.ParseTXID(rec.TXID); rec.OK && err == nil {
			k.cfg.Metrics.Verified(txid, rec.Time)
		}
		return !rec.OK
	})
}
