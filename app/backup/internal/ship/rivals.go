package ship

import (
	"context"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
)

// rival is what is known of a newer lineage than this stream's.
type rival struct {
	id    lineage.ID
	at    ltx.TXID
	since time.Time // of its last progress
}

// idle is how long a newer lineage may stand still before this stream, which goes on, begins one that is newer still, so
// that the newest lineage is one that is written to.
const idle = 5 * time.Minute

// Rivals looks for other streams on the same URL: for a newer lineage, or the removal of this one.
func (s *Shipper) Rivals(ctx context.Context) error {
	line, tip := s.Position()
	if line == 0 {
		return nil
	}
	all, err := lineage.List(ctx, s.Store)
	if err != nil {
		return err
	}
	const hint = "another stream writes to this URL: give each cluster its own"
	found := false
	for _, l := range all {
		found = found || l.ID == line
	}
	if now, _ := s.Position(); now != line {
		return nil // it has begun another one meanwhile
	}
	if !found {
		s.leave(line)
		return fault.New(fault.Contended, "lineage %s was removed from the index", line).WithHint(hint)
	}
	newest := all[len(all)-1].ID
	if newest == line {
		s.rival = rival{}
		return nil
	}
	c, err := s.Store.At(newest.String())
	if err != nil {
		return err
	}
	theirs, err := lineage.Tip(ctx, c)
	if err != nil {
		return err
	}
	if s.rival.id != newest || s.rival.at != theirs.TXID {
		s.rival = rival{newest, theirs.TXID, time.Now()}
	}
	if time.Since(s.rival.since) >= idle && tip.Time.After(theirs.Time) {
		s.leave(line)
	}
	return fault.New(fault.Contended, "lineage %s is newer than %s, which this stream writes to", newest, line).WithHint(hint)
}

// create begins a lineage that is newer than all in the index.
func (s *Shipper) create(ctx context.Context, why lineage.Reason) (lineage.Info, error) {
	after := s.line.ID
	all, err := lineage.List(ctx, s.Store)
	if err != nil {
		return lineage.Info{}, err
	}
	for _, l := range all {
		after = max(after, l.ID)
	}
	return lineage.Create(ctx, s.Store, after, why)
}
