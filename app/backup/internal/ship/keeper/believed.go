package keeper

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ship/history"
)

// believed is a client that lists the objects of a lineage as they were at one moment, without what cannot be: none beyond
// the end of the lineage, which by its name would replace all others; and none with a time that others contradict.
type believed struct {
	litestream.ReplicaClient
	files []*ltx.FileInfo
	now   time.Time
}

// believe lists the lineage. No object of it is younger than now.
func (k *Keeper) believe(ctx context.Context, current history.Current) (believed, error) {
	files, err := lineage.Files(ctx, current.Client)
	if err != nil {
		return believed{}, err
	}
	files = slices.DeleteFunc(files, func(f *ltx.FileInfo) bool { return f.MaxTXID > current.Tip.TXID })
	slices.SortStableFunc(files, func(a, b *ltx.FileInfo) int { return cmp.Compare(a.MaxTXID, b.MaxTXID) })
	var newest time.Time
	for _, f := range files {
		if made := f.Level == 0 || f.Level == litestream.SnapshotLevel; made && f.CreatedAt.After(newest) {
			newest = f.CreatedAt
		}
	}
	b := believed{current.Client, files, k.now(newest)}
	b.correct()
	return b, nil
}

// correct dates an object that is younger than now as the next one of its level, and one that is older than those before it
// as the last of those, whatever the clock said when it was written.
func (b believed) correct() {
	next := map[int]time.Time{}
	for _, f := range slices.Backward(b.files) {
		if f.CreatedAt.After(b.now) {
			f.CreatedAt = b.now
			if at, ok := next[f.Level]; ok {
				f.CreatedAt = at
			}
		}
		next[f.Level] = f.CreatedAt
	}
	last := map[int]time.Time{}
	var ofAny time.Time
	for _, f := range b.files {
		before := last[f.Level]
		if f.Level == litestream.SnapshotLevel { // the one before it may be gone
			before = ofAny
		}
		if f.CreatedAt.Before(before) {
			f.CreatedAt = before
		}
		last[f.Level] = f.CreatedAt
		if f.CreatedAt.After(ofAny) {
			ofAny = f.CreatedAt
		}
	}
}

// LTXFiles returns those of a level.
func (b believed) LTXFiles(_ context.Context, level int, seek ltx.TXID, _ bool) (ltx.FileIterator, error) {
	var files []*ltx.FileInfo
	for _, f := range b.files {
		if f.Level == level && f.MinTXID >= seek {
			files = append(files, f)
		}
	}
	return ltx.NewFileInfoSliceIterator(files), nil
}
