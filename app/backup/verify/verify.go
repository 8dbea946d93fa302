// Package verify is the drill: it reads every object of a lineage, restores the newest state, and compares it with what
// the cluster had.
package verify

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"
	"liteset/backup/fault"
	"liteset/backup/lineage"
	"liteset/backup/restore"
	"liteset/backup/store"
)

// Options of a drill.
type Options struct {
	// Lineage to verify; 0 is the newest one with a backup.
	Lineage lineage.ID
	// Scratch is a directory with room for the database and the objects it is made from.
	Scratch string
	Log     *slog.Logger
}

// Result of a drill that found no fault.
type Result struct {
	restore.Result
	Objects int           `json:"objects"`
	Bytes   int64         `json:"bytes"`
	Took    time.Duration `json:"tookNanoseconds"`
}

// Run verifies. All objects are read, so that damage is found before the object is needed.
func Run(ctx context.Context, s *store.Store, o Options) (Result, error) {
	started := time.Now()
	dir, err := os.MkdirTemp(o.Scratch, "verify-*")
	if err != nil {
		return Result{}, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "database")
	restored, err := restore.Run(ctx, s, restore.Options{Output: out, Lineage: o.Lineage, Log: o.Log})
	if err != nil {
		return Result{}, err
	}
	result := Result{Result: restored}
	id, err := lineage.Parse(restored.Lineage)
	if err != nil {
		return result, err
	}
	if result.Objects, result.Bytes, err = objects(ctx, s, id, dir); err != nil {
		return result, err
	}
	if err := sqlite(ctx, out); err != nil {
		return result, err
	}
	result.Took = time.Since(started)
	return result, nil
}

// objects reads every object of the lineage and follows the chain of those that hold single transactions.
func objects(ctx context.Context, s *store.Store, id lineage.ID, dir string) (n int, bytes int64, err error) {
	if _, err := lineage.List(ctx, s); err != nil {
		return 0, 0, err
	}
	c, err := s.At(id.String())
	if err != nil {
		return 0, 0, err
	}
	files, err := lineage.Files(ctx, c)
	if err != nil {
		return 0, 0, err
	}
	for i, f := range files {
		if err := restore.CheckObject(ctx, c, f, filepath.Join(dir, "object")); err != nil {
			return n, bytes, err
		}
		if i > 0 && f.Level != litestream.SnapshotLevel && files[i-1].Level == f.Level && f.MinTXID != files[i-1].MaxTXID+1 {
			return n, bytes, fault.New(fault.StoreCorrupt, "transactions between cannot be restored one by one",
				"level %d goes from transaction %s to %s", f.Level, files[i-1].MaxTXID, f.MinTXID)
		}
		n++
		bytes += f.Size
	}
	return n, bytes, levels(files)
}

// levels checks that what was compacted away still exists in the level above: that all levels reach from a snapshot
// to the end.
func levels(files []*ltx.FileInfo) error {
	newest := map[int]ltx.TXID{}
	oldest := map[int]ltx.TXID{}
	for _, f := range files {
		newest[f.Level] = max(newest[f.Level], f.MaxTXID)
		if first, ok := oldest[f.Level]; !ok || f.MinTXID < first {
			oldest[f.Level] = f.MinTXID
		}
	}
	for level := 1; level < litestream.SnapshotLevel; level++ {
		first, ok := oldest[level-1]
		if above, there := newest[level]; ok && there && first > above+1 {
			return fault.New(fault.StoreCorrupt, "an object was deleted, by hand or by a lifecycle rule", "%s", fmt.Sprintf("transactions %s to %s are in no object of levels %d and %d", above+1, first-1, level-1, level))
		}
	}
	return nil
}
