// Package seen keeps on the volume which databases it has had. LiteFS takes a volume without their files for a new one, and if
// the pod is the primary by `static` or Consul, it takes their data away from the replicas.
package seen

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/liteset/liteset/app/volume/internal/mend"
)

// folder has an empty file for each database: nothing in such a file can be damaged.
const folder = "seen"

// Note notes that the volume has a database.
func Note(data, name string) error {
	if has, err := Has(data, name); err != nil || has {
		return err
	}
	into := filepath.Join(data, folder)
	if err := os.MkdirAll(into, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(into, name), nil, 0o600); err != nil {
		return err
	}
	return errors.Join(mend.SyncDir(into), mend.SyncDir(data))
}

// Has reports whether the volume has had it.
func Has(data, name string) (bool, error) {
	_, err := os.Lstat(filepath.Join(data, folder, name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Names returns all that the volume has had.
func Names(data string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(data, folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

// Forget is for one that a person has given up.
func Forget(data, name string) error {
	if err := os.Remove(filepath.Join(data, folder, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
