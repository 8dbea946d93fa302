package stream

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
	"github.com/liteset/liteset/app/backup/internal/ltxv3"
	"github.com/liteset/liteset/app/backup/internal/ship/history"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// shipRound ships some objects, or begins a lineage. It returns false when there is nothing left to do.
func (s *Stream) shipRound(ctx context.Context) (more bool, err error) {
	if s.history.Current().Tip.TXID == 0 {
		return s.beginLineage(ctx, lineage.First)
	}
	if s.history.MustLeave() {
		return s.beginLineage(ctx, lineage.Foreign)
	}
	files, why, err := s.nextFiles()
	if err != nil {
		return false, err
	}
	for _, group := range groups(files, s.cfg.RestorePoints) {
		if err := s.shipGroup(ctx, group); err != nil {
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
	return s.beginLineage(ctx, why)
}

// mostFiles bounds the files of one round, so that the position is reported in time during a long catching-up.
const mostFiles = history.Remembered

// nextFiles collects the files that continue the lineage. With a reason it says why what follows does not.
func (s *Stream) nextFiles() (files []ltxv1.Info, why lineage.Reason, err error) {
	prev := s.history.Current().Tip
	for len(files) < mostFiles {
		info, err := ltxv1.Verify(ltxv1.PathOf(s.ltxDir, prev.TXID+1))
		switch code := fault.CodeOf(err); {
		case errors.Is(err, os.ErrNotExist):
			return files, "", nil
		case code == fault.LTXCorrupt || code == fault.LTXTruncated:
			s.cfg.Log.Error("a transaction's file is damaged", "error", err)
			s.cfg.Metrics.Failed(string(code))
			return files, lineage.Corrupt, nil
		case err != nil:
			return nil, "", err
		case info.PreApplyChecksum != prev.Checksum:
			return files, lineage.Diverged, nil
		case info.Commit == 0:
			return files, lineage.Dropped, nil // Litestream's format without checksums has no empty database
		case info.PageSize != prev.PageSize:
			return files, lineage.PageSize, nil
		}
		files = append(files, info)
		prev = lineage.After(info)
	}
	return files, "", nil
}

// shipGroup ships consecutive files as one object.
func (s *Stream) shipGroup(ctx context.Context, group []ltxv1.Info) error {
	encode := func(w io.Writer) error { return ltxv3.Convert(w, group) }
	client := s.history.Current().Client
	if err := s.write(ctx, client, 0, group[0].MinTXID, group[len(group)-1].MaxTXID, encode); err != nil {
		return err
	}
	s.history.Shipped(group)
	s.moved()
	return nil
}

// write writes one object.
func (s *Stream) write(ctx context.Context, c litestream.ReplicaClient, level int, first, last ltx.TXID, encode func(io.Writer) error) error {
	info, err := store.Write(ctx, c, level, first, last, encode)
	if err != nil {
		return store.Failed(ctx, err, "write transactions %s to %s", first, last)
	}
	s.cfg.Metrics.Shipped(info.Size, uint64(last-first)+1)
	return nil
}
