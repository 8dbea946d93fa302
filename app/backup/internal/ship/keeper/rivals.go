package keeper

import (
	"context"
	"slices"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
)

// newerLineage is what is known of one that is newer than this stream's: another stream's.
type newerLineage struct {
	id    lineage.ID
	tip   ltx.TXID
	since time.Time // of its last progress
}

// idle is how long a newer lineage may stand still before this stream, which goes on, begins one that is newer still, so
// that the newest lineage is one that is written to.
const idle = 5 * time.Minute

// shareHint is what to do about another stream.
const shareHint = "another stream writes to this URL: give each cluster its own"

// CheckRivals looks for other streams on the same URL: for a newer lineage, or the removal of this one.
func (k *Keeper) CheckRivals(ctx context.Context) error {
	now := k.history.Current()
	line := now.Lineage.ID
	if line == 0 {
		return nil
	}
	all, err := lineage.List(ctx, k.cfg.Store)
	if err != nil {
		return err
	}
	if k.history.Current().Lineage.ID != line {
		return nil // the stream has begun another one meanwhile
	}
	if !slices.ContainsFunc(all, func(l lineage.Info) bool { return l.ID == line }) {
		k.history.Leave(line)
		return fault.New(fault.Contended, "lineage %s was removed from the index", line).WithHint(shareHint)
	}
	newest := all[len(all)-1].ID
	if newest == line {
		k.newer = newerLineage{}
		return nil
	}
	c, err := k.cfg.Store.At(newest.String())
	if err != nil {
		return err
	}
	theirs, err := lineage.Tip(ctx, c)
	if err != nil {
		return err
	}
	if k.newer.id != newest || k.newer.tip != theirs.TXID {
		k.newer = newerLineage{newest, theirs.TXID, time.Now()}
	}
	if time.Since(k.newer.since) >= idle && now.Tip.Time.After(theirs.Time) {
		k.history.Leave(line)
	}
	return fault.New(fault.Contended, "lineage %s is newer than %s, which this stream writes to", newest, line).WithHint(shareHint)
}
