package lineage

import (
	"context"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/store"
)

// Summary is what a lineage holds.
type Summary struct {
	Lineage string    `json:"lineage"`
	Reason  Reason    `json:"reason"`
	Created time.Time `json:"created"`
	// First and Last are the restorable transactions, oldest and newest; empty for a lineage with none.
	First string `json:"firstTxid"`
	Last  string `json:"lastTxid"`
	// From is when the first was committed; To when the last was, or was uploaded, as the store lists it.
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Objects int       `json:"objects"`
	Bytes   int64     `json:"bytes"`
	// URL is what stock Litestream restores from.
	URL string `json:"url"`
}

// Summarize reads the lists of a lineage's objects, not the objects.
func Summarize(ctx context.Context, s *store.Store, info Info) (Summary, error) {
	sum := Summary{Lineage: info.ID.String(), Reason: info.Reason, Created: time.UnixMilli(info.Created).UTC(), URL: s.URL(info.ID.String())}
	c, err := s.At(info.ID.String())
	if err != nil {
		return Summary{}, err
	}
	var first, last *ltx.FileInfo
	for level := 0; level <= litestream.SnapshotLevel; level++ {
		err := eachFile(ctx, c, level, func(f *ltx.FileInfo) {
			sum.Objects++
			sum.Bytes += f.Size
			if f.MinTXID == 1 && (first == nil || f.MaxTXID < first.MaxTXID) {
				first = f
			}
			if last == nil || f.MaxTXID > last.MaxTXID {
				last = f
			}
		})
		if err != nil {
			return Summary{}, err
		}
	}
	if first != nil && last != nil {
		sum.First, sum.Last = first.MaxTXID.String(), last.MaxTXID.String()
		sum.To = last.CreatedAt
		h, err := Header(ctx, c, first) // some stores list when an object was uploaded, not when it was committed
		if err != nil {
			return Summary{}, err
		}
		sum.From = time.UnixMilli(h.Timestamp).UTC()
	}
	return sum, nil
}

// Files returns all objects of a lineage, by level and transaction.
func Files(ctx context.Context, c litestream.ReplicaClient) (all []*ltx.FileInfo, err error) {
	for level := 0; level <= litestream.SnapshotLevel; level++ {
		if err := eachFile(ctx, c, level, func(f *ltx.FileInfo) { all = append(all, f) }); err != nil {
			return nil, err
		}
	}
	return all, nil
}
