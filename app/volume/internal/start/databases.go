package start

import (
	"errors"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"

	"github.com/liteset/liteset/app/volume/internal/check"
	"github.com/liteset/liteset/app/volume/internal/seen"
)

// databases looks at all that are on the volume, or were.
func databases(data string) ([]check.Finding, error) {
	names, err := seen.Names(data)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(filepath.Join(data, "dbs"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	slices.Sort(names)
	var all []check.Finding
	for _, name := range slices.Compact(names) {
		found, err := look(data, name)
		if err != nil {
			return nil, err
		}
		all = append(all, found)
	}
	return all, nil
}

// look finds a database damaged that the volume had, and of which nothing is left.
func look(data, name string) (check.Finding, error) {
	found := check.Folder(filepath.Join(data, "dbs", name))
	if found.State == check.Damaged || found.TXID > 0 {
		if err := seen.Note(data, name); err != nil {
			log.Printf("cannot note that this volume has %s: %v", name, err)
		}
		return found, nil
	}
	had, err := seen.Has(data, name)
	if had {
		found.State, found.Why = check.Damaged, "its files are gone"
	}
	return found, err
}
