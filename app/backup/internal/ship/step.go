package ship

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
	"github.com/liteset/liteset/app/backup/internal/snapshot"
)

// step ships one round of objects, or begins a lineage. It returns false when there is nothing left to do.
func (s *Shipper) step(ctx context.Context) (more bool, err error) {
	if s.tip.TXID == 0 {
		return s.begin(ctx, lineage.First)
	}
	if s.left() {
		return s.begin(ctx, lineage.Foreign)
	}
	files, why, err := s.next()
	if err != nil {
		return false, err
	}
	for _, group := range groups(files, s.RestorePoints) {
		if err := s.ship(ctx, group); err != nil {
			return false, err
		}
	}
	if len(files) > 0 {
		return true, nil
	}
	if why == "" {
		why, err = s.compare(ctx)
	}
	switch {
	case errors.Is(err, errBehind):
		return false, nil
	case err != nil || why == "":
		return false, err
	}
	return s.begin(ctx, why)
}

// maxRound bounds the files of one round, so that the position is reported in time during a long catching-up.
const maxRound = 10000

// next collects the files that continue the lineage. With a reason it says why what follows does not.
func (s *Shipper) next() (files []ltxv1.Info, why lineage.Reason, err error) {
	prev := s.tip
	for len(files) < maxRound {
		info, err := ltxv1.Verify(ltxv1.PathOf(s.ltxDir, prev.TXID+1))
		switch code := fault.CodeOf(err); {
		case errors.Is(err, os.ErrNotExist):
			return files, "", nil
		case code == fault.LTXCorrupt || code == fault.LTXTruncated:
			s.Log.Error("a transaction's file is damaged", "error", err)
			s.Metrics.Failed(string(code))
			return files, lineage.Corrupt, nil
		case err != nil:
			return files, "", err
		case info.PreApplyChecksum != prev.Checksum:
			return files, lineage.Diverged, nil
		case info.Commit == 0:
			return files, lineage.Dropped, nil // Litestream's format without checksums has no empty database
		case info.PageSize != prev.PageSize:
			return files, lineage.PageSize, nil
		}
		files = append(files, info)
		prev = position(info)
	}
	return files, "", nil
}

func position(info ltxv1.Info) lineage.Position {
	return lineage.Position{TXID: info.MaxTXID, Checksum: info.PostApply, PageSize: info.PageSize, Time: time.UnixMilli(info.Timestamp).UTC()}
}

// begin starts a lineage with what is on the volume: LiteFS's own files if they reach back to the first transaction,
// else a snapshot.
func (s *Shipper) begin(ctx context.Context, why lineage.Reason) (bool, error) {
	start, err := s.start(ctx, why)
	if errors.Is(err, snapshot.ErrEmpty) {
		return false, nil // no database yet, or none any more
	} else if err != nil {
		return false, err
	}
	defer start.close()
	line := s.line
	if line.ID == 0 || s.tip.TXID != 0 { // else the process was killed when it had begun one
		if line, err = s.create(ctx, why); err != nil {
			return false, err
		}
	}
	client, err := s.Store.At(line.ID.String())
	if err != nil {
		return false, err
	}
	if err := s.write(ctx, client, start.level, 1, start.at.TXID, start.encode); err != nil {
		return false, err
	}
	s.moved(client, line, start.at)
	s.settle(start.at)
	s.Metrics.Lineage(string(line.Reason))
	s.Log.Info("a lineage begins", "lineage", line.ID.String(), "reason", string(line.Reason), "txid", start.at.TXID.String())
	return true, nil
}

// observe reports how far behind the store is.
func (s *Shipper) observe() {
	spans, err := ltxv1.List(s.ltxDir)
	if err != nil {
		return
	}
	var waiting uint64
	var age time.Duration
	for _, span := range spans {
		if span.Max > s.tip.TXID && s.tip.TXID != unknown {
			if age == 0 {
				if info, err := ltxv1.Stat(span.Path); err == nil {
					age = time.Since(time.UnixMilli(info.Timestamp))
				}
			}
			waiting += uint64(span.Max - max(s.tip.TXID, span.Min-1))
		}
	}
	s.Metrics.Lag(waiting, max(age, 0))
}
