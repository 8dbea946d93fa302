// Package seed fills an empty volume with a restored database in such a way that LiteFS starts with it as if it had been
// there when the transaction was committed: at that TXID and checksum, so that the history, and its backup, go on.
package seed

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/restore"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// Options of a seeding.
type Options struct {
	// Data is LiteFS's data directory. LiteFS must not run.
	Data string
	// Database is its name in the mount.
	Database string
	// Point says what to restore; its Output and Log are set here.
	Point restore.Options
	// StartEmpty lets the cluster start without data if the store has never held a backup. A store that cannot be
	// reached, or has lost its objects, is a fault all the same.
	StartEmpty bool
	Log        *slog.Logger
}

// Result says what was done.
type Result struct {
	// Seeded is false if the volume has data, or if there was nothing to seed it with.
	Seeded bool `json:"seeded"`
	// Why says why not.
	Why string `json:"why,omitempty"`
	*restore.Result
}

// Why a volume was left as it was.
const (
	HasData = "the volume has data"
	NoStore = "the store is empty"
)

// Run seeds. After an error, and after a kill at any moment, the volume has no database or all of it.
func Run(ctx context.Context, s *store.Store, o Options) (Result, error) {
	dir := filepath.Join(o.Data, "dbs", o.Database)
	if full, err := hasData(dir); err != nil {
		return Result{}, fmt.Errorf("look for data on the volume: %w", err)
	} else if full {
		return Result{Why: HasData}, nil
	}
	if o.StartEmpty {
		if all, err := lineage.List(ctx, s); err != nil {
			return Result{}, err
		} else if len(all) == 0 {
			return Result{Why: NoStore}, nil
		}
	}
	// Beside "dbs": LiteFS takes everything in there for a database.
	if err := removeOld(o.Data); err != nil {
		return Result{}, fmt.Errorf("clear what a seeding left that was killed: %w", err)
	}
	tmp, err := os.MkdirTemp(o.Data, tempPattern)
	if err != nil {
		return Result{}, fault.OfDisk(err, moreRoom)
	}
	defer os.RemoveAll(tmp)
	made := filepath.Join(tmp, "database")
	restored, err := build(ctx, s, made, o)
	if err != nil {
		return Result{}, err
	}
	if err := place(made, dir); err != nil {
		return Result{}, fmt.Errorf("put the database in place: %w", err)
	}
	return Result{Seeded: true, Result: &restored}, nil
}

const tempPattern = ".seed-*"

// removeOld removes what a seeding left that was killed. A volume has one pod, and a pod seeds once at a time.
func removeOld(data string) error {
	old, err := filepath.Glob(filepath.Join(data, tempPattern))
	for _, dir := range old {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return err
}

// hasData reports whether LiteFS, or anybody, has written anything for the database. An empty file is not data: LiteFS
// makes one when an application opens the database.
func hasData(dir string) (bool, error) {
	found := false
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		st, err := e.Info()
		found = found || err == nil && (st.Size() > 0 || !st.Mode().IsRegular())
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return found, err
}

// place puts the made directory where LiteFS looks for it.
func place(made, dir string) error {
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil { // only empty files and directories, as hasData found
		return err
	}
	if err := os.Rename(made, dir); err != nil {
		return err
	}
	return errors.Join(restore.SyncDir(parent), restore.SyncDir(filepath.Dir(parent)))
}

func notADatabase(why string) error {
	return fault.New(fault.Integrity, "what the store holds is not a database that LiteFS can start with: %s", why).
		WithHint("restore an earlier transaction or another lineage")
}
