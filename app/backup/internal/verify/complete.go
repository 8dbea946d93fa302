package verify

import (
	"context"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/restore"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// level is what one level of a lineage reaches from and to; 0 if it has nothing.
type level struct{ first, last ltx.TXID }

// checkComplete checks that no object is missing: that each level has no gap, that each goes on where those above it end,
// and that the way back ends at a snapshot or at the first transaction. Objects may overlap (see package history, foreign.go).
func checkComplete(files []*ltx.FileInfo) error {
	var levels [litestream.SnapshotLevel + 1]level
	for _, f := range files { // by level and transaction
		l := &levels[f.Level]
		switch {
		case l.last == 0:
			*l = level{f.MinTXID, f.MaxTXID}
			if f.Level == litestream.SnapshotLevel {
				l.first = f.MaxTXID // the oldest: a snapshot is of one transaction, whatever its name says
			}
		case f.Level != litestream.SnapshotLevel && f.MinTXID > l.last+1:
			return missing(l.last+1, f.MinTXID-1, "level %d has others before and after them", f.Level)
		}
		l.last = max(l.last, f.MaxTXID)
	}
	base := levels[litestream.SnapshotLevel].first
	for i := range litestream.SnapshotLevel {
		l, reached := levels[i], base
		for _, above := range levels[i+1 : litestream.SnapshotLevel] {
			reached = max(reached, above.last)
		}
		if l.last > 0 && l.first > reached+1 {
			return missing(reached+1, l.first-1, "level %d begins after them, and no other level or snapshot has them", i)
		}
	}
	return nil
}

func missing(first, last ltx.TXID, why string, args ...any) error {
	f := fault.New(fault.StoreCorrupt, "transactions %s to %s are missing", first, last).WithHint(store.Deleted)
	f.Err = fault.New(fault.StoreCorrupt, why, args...)
	return f
}

// checkLength checks that a lineage has not become shorter since it was last verified: the last object leaves no gap when it
// goes.
func checkLength(ctx context.Context, s *store.Store, now restore.Result) error {
	var before Record
	err := History(ctx, s, func(rec Record) bool {
		if rec.OK && rec.Lineage == now.Lineage && before.TXID == "" {
			before = rec
		}
		return true // to the end: a record is an object that can be damaged, too
	})
	if err == nil && before.TXID > now.TXID { // both have 16 digits
		return fault.New(fault.StoreCorrupt, "lineage %s ends at transaction %s, and had %s when it was verified at %s", now.Lineage, now.TXID, before.TXID, before.Time).
			WithHint(store.Deleted)
	}
	return err
}
