package ship

import (
	"bufio"
	"context"
	"io"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ltxv3"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// proving is the client that the compactor gets: what it writes carries the checksum of its last source, so that
// compacted objects are restore points that can be proved, too; and what it reads is of this stream's history.
type proving struct {
	litestream.ReplicaClient
	s    *Shipper
	line lineage.ID
}

// LTXFiles lists as the client does. If sources are asked for, which are the files that follow a transaction, they are
// chosen so that they follow each other, whoever wrote them, and only if the level has all of them.
func (p proving) LTXFiles(ctx context.Context, level int, seek ltx.TXID, useMetadata bool) (ltx.FileIterator, error) {
	if seek == 0 {
		return p.ReplicaClient.LTXFiles(ctx, level, 0, useMetadata)
	}
	line, tip := p.s.Position()
	itr, err := p.ReplicaClient.LTXFiles(ctx, level, 0, useMetadata)
	if err != nil {
		return nil, err
	}
	files, err := ltx.SliceFileIterator(itr)
	if err != nil {
		return nil, err
	}
	chosen, end := chain(files, seek-1)
	if level == 0 && line == p.line {
		if end.at < tip.TXID && (len(files) > 0 || p.s.shippedAny()) {
			return nil, fault.New(fault.StoreCorrupt, "level 0 has no object for transaction %s, which was shipped", end.at+1).WithHint(store.Deleted)
		}
		if err := p.s.inspect(ctx, p.ReplicaClient, files); err != nil {
			return nil, err
		}
	}
	if end.more {
		return nil, fault.New(fault.StoreCorrupt, "level %d has no object for transaction %s, but later ones", level, end.at+1).WithHint(store.Deleted)
	}
	return ltx.NewFileInfoSliceIterator(chosen), nil
}

// OpenLTXFile opens as the client does, and fails if the object is of another history than the one that was shipped.
func (p proving) OpenLTXFile(ctx context.Context, level int, min, max ltx.TXID, offset, size int64) (io.ReadCloser, error) {
	rd, err := p.ReplicaClient.OpenLTXFile(ctx, level, min, max, offset, size)
	if err != nil || level != 0 || offset != 0 || size != 0 {
		return rd, err
	}
	buffered := bufio.NewReaderSize(rd, 4096)
	var h ltx.Header
	if raw, err := buffered.Peek(ltx.HeaderSize); err == nil && h.UnmarshalBinary(raw) == nil {
		if err := p.s.own(h); err != nil {
			rd.Close()
			return nil, err
		}
	} // else the compactor will say what is wrong with it
	return struct {
		io.Reader
		io.Closer
	}{buffered, rd}, nil
}

// WriteLTXFile adds the checksum on the way.
func (p proving) WriteLTXFile(ctx context.Context, level int, min, max ltx.TXID, r io.Reader) (*ltx.FileInfo, error) {
	at, found, err := lineage.At(ctx, p.ReplicaClient, level-1, max)
	if err != nil {
		return nil, err
	} else if found != lineage.Point {
		return nil, fault.New(fault.StoreCorrupt, "transaction %s is not in level %d", max, level-1).WithHint("run verify")
	}
	pr, pw := io.Pipe()
	go func() { pw.CloseWithError(ltxv3.WithProof(pw, r, at.Checksum)) }()
	info, err := p.ReplicaClient.WriteLTXFile(ctx, level, min, max, pr)
	pr.CloseWithError(io.ErrClosedPipe)
	return info, err
}
