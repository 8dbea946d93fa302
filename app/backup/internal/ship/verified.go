package ship

import (
	"context"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/verify"
)

// verifiedInterval is how often the stream looks for the outcome of a drill, which is another process.
const verifiedInterval = 5 * time.Minute

// Verified tells the metrics what the last drills found.
func (s *Shipper) Verified(ctx context.Context) error {
	first := true
	return verify.History(ctx, s.Store, func(rec verify.Record) bool {
		if first {
			s.Metrics.VerifyFailed(!rec.OK)
			first = false
		}
		if txid, err := ltx.ParseTXID(rec.TXID); rec.OK && err == nil {
			s.Metrics.Verified(txid, rec.Time)
		}
		return !rec.OK
	})
}
