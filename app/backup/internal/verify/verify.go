// Package verify proves that a backup can be restored: it reads every object of a lineage, restores the newest state, and compares it with what
// the cluster had.
package verify

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/restore"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// Options of a verification.
type Options struct {
	// Lineage to verify; 0 is the newest one with a backup.
	Lineage lineage.ID
	// Scratch is a directory with room for the database and the objects it is made from.
	Scratch string
	// Most is how many bytes the database may have; 0 is what Scratch has room for.
	Most int64
	Log  *slog.Logger
}

// Result of a verification that found no fault.
type Result struct {
	restore.Result
	Objects int   `json:"objects"`
	Bytes   int64 `json:"bytes"`
	// Notes say what the database has that is no fault of the backup, since the cluster's has it as well.
	Notes []string      `json:"notes,omitempty"`
	Took  time.Duration `json:"tookNanoseconds"`
}

// Run verifies. All objects are read, so that damage is found before the object is needed.
func Run(ctx context.Context, s *store.Store, o Options) (Result, error) {
	started := time.Now()
	dir, err := os.MkdirTemp(o.Scratch, "verify-*")
	if err != nil {
		return Result{}, fault.OfDisk(err, "give -scratch a directory that can be written")
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "database")
	restored, err := restore.Run(ctx, s, restore.Options{Output: out, Most: o.Most, Lineage: o.Lineage, Log: o.Log})
	if err != nil {
		return Result{}, err
	}
	id, err := lineage.Parse(restored.Lineage)
	if err != nil {
		return Result{}, err
	}
	objects, bytes, err := checkObjects(ctx, s, id)
	if err != nil {
		return Result{}, err
	}
	if err := checkLength(ctx, s, restored); err != nil {
		return Result{}, err
	}
	notes, err := checkSQLite(ctx, out)
	if err != nil {
		return Result{}, err
	}
	return Result{Result: restored, Objects: objects, Bytes: bytes, Notes: notes, Took: time.Since(started)}, nil
}

// checkObjects reads every object of the lineage and looks for objects that are missing.
func checkObjects(ctx context.Context, s *store.Store, id lineage.ID) (objects int, bytes int64, err error) {
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
	for _, f := range files {
		if err := restore.CheckObject(ctx, c, f); err != nil {
			return 0, 0, err
		}
		bytes += f.Size
	}
	if err := checkComplete(files); err != nil {
		return 0, 0, err
	}
	return len(files), bytes, nil
}
