// Package mend writes a database as the transaction files say that it must be.
package mend

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/liteset/liteset/app/volume/internal/check"
)

// Write lays the image onto its database and removes what SQLite left beside it, which is in it by then. After a kill at any
// moment it can be done again: pages are laid on whole.
func Write(dir string, image *check.Image) error {
	if err := write(image); err != nil {
		return fmt.Errorf("write the database: %w", err)
	}
	for _, name := range []string{"wal", "journal", "shm"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return SyncDir(dir)
}

func write(image *check.Image) error {
	f, err := os.OpenFile(image.Database, os.O_RDWR|os.O_CREATE, 0o666) // as LiteFS makes it: the umask decides
	if err != nil {
		return err
	}
	defer f.Close()
	size := int64(image.PageSize)
	err = image.Each(func(pgno uint32, data []byte) error {
		if pgno < 1 || pgno > image.Commit {
			return nil
		}
		_, err := f.WriteAt(data, int64(pgno-1)*size)
		return err
	})
	if err != nil {
		return err
	}
	if err := f.Truncate(int64(image.Commit) * size); err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// SyncDir makes what was renamed or removed in a folder last.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
