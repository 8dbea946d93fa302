package lineage

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
	"github.com/liteset/liteset/app/backup/internal/ltxv3"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// Position is a transaction of a lineage and the database's checksum after it.
type Position struct {
	TXID     ltx.TXID
	Checksum ltx.Checksum
	PageSize uint32
	Time     time.Time
}

// After returns the position after a file of LiteFS's.
func After(info ltxv1.Info) Position {
	return Position{TXID: info.MaxTXID, Checksum: info.PostApply, PageSize: info.PageSize, Time: time.UnixMilli(info.Timestamp).UTC()}
}

// Tip returns where a lineage ends: the last transaction shipped, or the snapshot it began with. The zero Position
// means that it is empty.
func Tip(ctx context.Context, c litestream.ReplicaClient) (Position, error) {
	for _, level := range []int{0, litestream.SnapshotLevel} {
		var last *ltx.FileInfo
		err := eachFile(ctx, c, level, func(f *ltx.FileInfo) {
			if last == nil || f.MaxTXID > last.MaxTXID {
				last = f
			}
		})
		if err != nil {
			return Position{}, err
		}
		if last != nil {
			return positionOf(ctx, c, last)
		}
	}
	return Position{}, nil
}

// Found says how a lineage holds a transaction.
type Found int

const (
	Absent Found = iota // not at all
	Merged              // in one object with later ones: it cannot be restored by itself, and its checksum is not known
	Point               // as a restore point with its checksum
)

// At returns the position after a transaction, if it is a Point of the given level.
func At(ctx context.Context, c litestream.ReplicaClient, level int, txid ltx.TXID) (Position, Found, error) {
	state := Absent
	var point *ltx.FileInfo
	err := eachFile(ctx, c, level, func(f *ltx.FileInfo) {
		if f.MaxTXID == txid {
			point = f
		} else if f.MinTXID <= txid && txid < f.MaxTXID {
			state = Merged
		}
	})
	if err != nil {
		return Position{}, Absent, err
	} else if point == nil {
		return Position{}, state, nil
	}
	p, err := positionOf(ctx, c, point)
	if err != nil {
		return Position{}, Absent, err
	}
	return p, Point, nil
}

// eachFile visits the objects of a level.
func eachFile(ctx context.Context, c litestream.ReplicaClient, level int, visit func(*ltx.FileInfo)) error {
	itr, err := c.LTXFiles(ctx, level, 0, false)
	if err != nil {
		return store.Failed(ctx, err, "list level %d", level)
	}
	defer itr.Close()
	for itr.Next() {
		visit(itr.Item())
	}
	if err := itr.Err(); err != nil {
		return store.Failed(ctx, err, "list level %d", level)
	}
	return store.Failed(ctx, itr.Close(), "list level %d", level)
}

// positionOf reads a restore point's position from its header.
func positionOf(ctx context.Context, c litestream.ReplicaClient, f *ltx.FileInfo) (Position, error) {
	h, err := Header(ctx, c, f)
	if err != nil {
		return Position{}, err
	}
	proof, ok := ltxv3.Proof(h)
	if !ok {
		return Position{}, fault.New(fault.StoreCorrupt, "%s carries no checksum of LiteFS's", name(f)).WithHint("run verify")
	}
	return Position{TXID: h.MaxTXID, Checksum: proof, PageSize: h.PageSize, Time: time.UnixMilli(h.Timestamp).UTC()}, nil
}

// Header reads the header of an object.
func Header(ctx context.Context, c litestream.ReplicaClient, f *ltx.FileInfo) (ltx.Header, error) {
	var h ltx.Header
	rd, err := c.OpenLTXFile(ctx, f.Level, f.MinTXID, f.MaxTXID, 0, ltx.HeaderSize)
	if err != nil {
		return ltx.Header{}, store.Failed(ctx, err, "read the header of %s", name(f))
	}
	defer rd.Close()
	raw := make([]byte, ltx.HeaderSize)
	_, err = io.ReadFull(rd, raw)
	// An object that is long enough in the listing is whole: then it was the answer that broke off.
	if short := err == io.EOF || err == io.ErrUnexpectedEOF; short && f.Size < ltx.HeaderSize {
		return ltx.Header{}, fault.Wrap(err, fault.StoreCorrupt, "%s ends too early", name(f)).WithHint("run verify")
	} else if err != nil {
		return ltx.Header{}, store.Failed(ctx, err, "read the header of %s", name(f))
	}
	err = h.UnmarshalBinary(raw)
	if err != nil || h.MinTXID != f.MinTXID || h.MaxTXID != f.MaxTXID {
		return ltx.Header{}, fault.Wrap(err, fault.StoreCorrupt, "the header of %s is not what was written", name(f)).WithHint("run verify")
	}
	return h, nil
}

func name(f *ltx.FileInfo) string {
	return fmt.Sprintf("%s of level %d", ltx.FormatFilename(f.MinTXID, f.MaxTXID), f.Level)
}

// Committed returns when an object's last transaction was committed.
func Committed(ctx context.Context, c litestream.ReplicaClient, f *ltx.FileInfo) (time.Time, error) {
	h, err := Header(ctx, c, f)
	if err != nil {
		return time.Time{}, err
	}
	return time.UnixMilli(h.Timestamp).UTC(), nil
}
