package stream

import (
	"context"
	"errors"
	"io"

	"github.com/benbjohnson/litestream"

	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
	"github.com/liteset/liteset/app/backup/internal/ltxv3"
	"github.com/liteset/liteset/app/backup/internal/ship/history"
	"github.com/liteset/liteset/app/backup/internal/snapshot"
)

// beginLineage starts one with what is on the volume: LiteFS's own files if they reach back to the first transaction,
// else a snapshot.
func (s *Stream) beginLineage(ctx context.Context, why lineage.Reason) (begun bool, err error) {
	first, err := s.chooseFirstObject(ctx, why)
	if errors.Is(err, snapshot.ErrEmpty) {
		return false, nil // no database yet, or none any more
	} else if err != nil {
		return false, err
	}
	defer first.close()
	now := s.history.Current()
	line := now.Lineage
	if line.ID == 0 || now.Tip.TXID != 0 { // else the process was killed when it had begun one
		if line, err = s.createLineage(ctx, line.ID, why); err != nil {
			return false, err
		}
	}
	client, err := s.cfg.Store.At(line.ID.String())
	if err != nil {
		return false, err
	}
	if err := s.write(ctx, client, first.level, 1, first.tip.TXID, first.encode); err != nil {
		return false, err
	}
	s.history.Begin(history.Current{Lineage: line, Client: client, Tip: first.tip})
	s.moved()
	s.cfg.Metrics.Lineage(string(line.Reason))
	s.cfg.Log.Info("a lineage begins", "lineage", line.ID.String(), "reason", string(line.Reason), "txid", first.tip.TXID.String())
	return true, nil
}

// createLineage adds one to the index that is newer than all in it.
func (s *Stream) createLineage(ctx context.Context, after lineage.ID, why lineage.Reason) (lineage.Info, error) {
	all, err := lineage.List(ctx, s.cfg.Store)
	if err != nil {
		return lineage.Info{}, err
	}
	for _, l := range all {
		after = max(after, l.ID)
	}
	return lineage.Create(ctx, s.cfg.Store, after, why)
}

// firstObject is what a lineage begins with.
type firstObject struct {
	tip    lineage.Position
	level  int
	encode func(io.Writer) error
	close  func()
}

// chooseFirstObject takes LiteFS's own file if it can, else a snapshot.
func (s *Stream) chooseFirstObject(ctx context.Context, why lineage.Reason) (firstObject, error) {
	spans, err := ltxv1.List(s.ltxDir)
	if err != nil {
		return firstObject{}, err
	}
	if why != lineage.Corrupt && reachesBack(spans) {
		info, err := ltxv1.Verify(spans[0].Path)
		if err == nil && info.Commit > 0 && unchanged(spans[1:], info) {
			return fromFile(info), nil
		}
	}
	snap, err := snapshot.Take(ctx, s.cfg.Database)
	if err != nil {
		return firstObject{}, err
	}
	return firstObject{tip: lineage.After(snap.Info), level: litestream.SnapshotLevel, encode: snap.Encode, close: snap.Close}, nil
}

// fromFile begins with a file of LiteFS's that has the database from its first transaction on.
func fromFile(info ltxv1.Info) firstObject {
	level := 0
	if info.MaxTXID > 1 {
		level = litestream.SnapshotLevel
	}
	encode := func(w io.Writer) error { return ltxv3.Convert(w, []ltxv1.Info{info}) }
	return firstObject{tip: lineage.After(info), level: level, encode: encode, close: func() {}}
}

// reachesBack reports whether the files are whole from the first transaction on.
func reachesBack(spans []ltxv1.Span) bool {
	for i, span := range spans {
		if i == 0 && span.Min != 1 || i > 0 && span.Min != spans[i-1].Max+1 {
			return false
		}
	}
	return len(spans) > 0
}

// unchanged reports whether one lineage can hold all of the files: each continues the one before, and the database
// was neither deleted nor given another page size. (Only a snapshot can begin a lineage after such a change.)
func unchanged(spans []ltxv1.Span, first ltxv1.Info) bool {
	prev := first
	for _, span := range spans {
		info, err := ltxv1.Stat(span.Path)
		if err != nil || info.PreApplyChecksum != prev.PostApply || info.Commit == 0 || info.PageSize != first.PageSize {
			return false
		}
		prev = info
	}
	return true
}
