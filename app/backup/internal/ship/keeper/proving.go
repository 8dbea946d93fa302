package keeper

import (
	"bufio"
	"context"
	"io"
	"log/slog"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ltxv3"
	"github.com/liteset/liteset/app/backup/internal/ship/history"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// proving is the client that the compactor gets: what it writes carries the checksum of its last source, so that
// compacted objects are restore points that can be proved, too; and what it reads is of this stream's history.
type proving struct {
	litestream.ReplicaClient
	history *history.History
	lineage lineage.ID
	log     *slog.Logger
	refused *refusals
}

// LTXFiles lists as the client does. If sources are asked for, which are the files that follow a transaction, they are
// chosen so that they follow each other, whoever wrote them, and only if the level has all of them.
func (p proving) LTXFiles(ctx context.Context, level int, seek ltx.TXID, useMetadata bool) (ltx.FileIterator, error) {
	if seek == 0 {
		return p.ReplicaClient.LTXFiles(ctx, level, 0, useMetadata)
	}
	now := p.history.Current() // before the list, which then has all up to its tip
	itr, err := p.ReplicaClient.LTXFiles(ctx, level, 0, useMetadata)
	if err != nil {
		return nil, err
	}
	files, err := ltx.SliceFileIterator(itr)
	if err != nil {
		return nil, err
	}
	chosen, end := chain(files, seek-1)
	if level == 0 && now.Lineage.ID == p.lineage {
		if end.at < now.Tip.TXID && (len(files) > 0 || p.history.ShippedAny()) {
			return nil, fault.New(fault.StoreCorrupt, "level 0 has no object for transaction %s, which was shipped", end.at+1).WithHint(store.Deleted)
		}
		if err := p.judge(ctx, files); err != nil {
			return nil, err
		}
	}
	if end.more {
		return nil, fault.New(fault.StoreCorrupt, "level %d has no object for transaction %s, but later ones", level, end.at+1).
			WithHint(store.Deleted)
	}
	return ltx.NewFileInfoSliceIterator(chosen), nil
}

// judge looks at the objects of level 0 that this stream did not write.
func (p proving) judge(ctx context.Context, files []*ltx.FileInfo) error {
	for _, f := range files {
		if !p.history.Unjudged(f) {
			continue
		}
		h, err := lineage.Header(ctx, p.ReplicaClient, f)
		if err != nil {
			return err
		}
		if err := p.history.Contradicts(h); err != nil {
			return err
		}
		p.log.Warn("another stream has shipped the same transactions", "object", ltx.FormatFilename(f.MinTXID, f.MaxTXID))
		p.history.Accept(f)
	}
	return nil
}

// OpenLTXFile opens as the client does, and fails if the object is of another history than the one that was shipped.
func (p proving) OpenLTXFile(ctx context.Context, level int, first, last ltx.TXID, offset, size int64) (io.ReadCloser, error) {
	object := ltx.FileInfo{Level: level, MinTXID: first, MaxTXID: last}
	if err := p.refused.why(object); err != nil {
		return nil, err
	}
	rd, err := p.ReplicaClient.OpenLTXFile(ctx, level, first, last, offset, size)
	if err != nil || offset != 0 || size != 0 {
		return rd, err
	}
	buffered := bufio.NewReaderSize(rd, 4096)
	var h ltx.Header
	if raw, err := buffered.Peek(ltx.HeaderSize); level == 0 && err == nil && h.UnmarshalBinary(raw) == nil {
		if err := p.history.Contradicts(h); err != nil {
			rd.Close()
			return nil, err
		}
	} // else the compactor will say what is wrong with it
	return struct {
		io.Reader
		io.Closer
	}{p.refused.guard(object, buffered), rd}, nil
}

// WriteLTXFile adds the checksum on the way.
func (p proving) WriteLTXFile(ctx context.Context, level int, first, last ltx.TXID, r io.Reader) (*ltx.FileInfo, error) {
	at, found, err := lineage.At(ctx, p.ReplicaClient, level-1, last)
	if err != nil {
		return nil, err
	} else if found != lineage.Point {
		return nil, fault.New(fault.StoreCorrupt, "transaction %s is not in level %d", last, level-1).WithHint("run verify")
	}
	return store.Write(ctx, p.ReplicaClient, level, first, last, func(w io.Writer) error { return ltxv3.WithProof(w, r, first, last, at.Checksum) })
}
