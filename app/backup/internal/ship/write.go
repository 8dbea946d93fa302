package ship

import (
	"context"
	"io"
	"os"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
	"github.com/liteset/liteset/app/backup/internal/ltxv3"
	"github.com/liteset/liteset/app/backup/internal/snapshot"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// groups splits consecutive files into at most n groups of about equal length; a group larger than groupBytes is split
// again, so that n can be exceeded by large transactions.
func groups(files []ltxv1.Info, n int) (all [][]ltxv1.Info) {
	per := max(1, (len(files)+n-1)/n)
	var group []ltxv1.Info
	var bytes int64
	for _, f := range files {
		var size int64
		if st, err := os.Stat(f.Path); err == nil {
			size = st.Size()
		}
		if len(group) == per || len(group) > 0 && bytes+size > groupBytes {
			all = append(all, group)
			group, bytes = nil, 0
		}
		group = append(group, f)
		bytes += size
	}
	if len(group) > 0 {
		all = append(all, group)
	}
	return all
}

// ship writes one group and moves the tip.
func (s *Shipper) ship(ctx context.Context, group []ltxv1.Info) error {
	first, last := group[0], group[len(group)-1]
	err := s.write(ctx, s.client, 0, first.MinTXID, last.MaxTXID, func(w io.Writer) error { return ltxv3.Convert(w, group) })
	if err != nil {
		return err
	}
	s.remember(group)
	s.moved(s.client, s.line, position(last))
	return nil
}

// write streams one object; an error of the encoder fails the upload, so that nothing half-written gets its name.
func (s *Shipper) write(ctx context.Context, c litestream.ReplicaClient, level int, min, max ltx.TXID, encode func(io.Writer) error) error {
	pr, pw := io.Pipe()
	go func() { pw.CloseWithError(encode(pw)) }()
	info, err := c.WriteLTXFile(ctx, level, min, max, pr)
	pr.CloseWithError(io.ErrClosedPipe)
	if err != nil {
		return store.Failed(ctx, err, "write transactions %s to %s", min, max)
	}
	s.Metrics.Shipped(info.Size, uint64(max-min)+1)
	return nil
}

// start is what a lineage begins with.
type start struct {
	at     lineage.Position
	level  int
	encode func(io.Writer) error
	close  func()
}

func (s *Shipper) start(ctx context.Context, why lineage.Reason) (start, error) {
	spans, err := ltxv1.List(s.ltxDir)
	if err != nil {
		return start{}, err
	}
	if why != lineage.Corrupt && reachesBack(spans) {
		info, err := ltxv1.Verify(spans[0].Path)
		if err == nil && info.Commit > 0 && unchanged(spans[1:], info) {
			level := 0
			if info.MaxTXID > 1 {
				level = litestream.SnapshotLevel
			}
			return start{at: position(info), level: level, close: func() {}, encode: func(w io.Writer) error {
				return ltxv3.Convert(w, []ltxv1.Info{info})
			}}, nil
		}
	}
	snap, err := snapshot.Take(ctx, s.Database)
	if err != nil {
		return start{}, err
	}
	return start{at: position(snap.Info), level: litestream.SnapshotLevel, encode: snap.Encode, close: snap.Close}, nil
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
