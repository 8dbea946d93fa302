// Package room sees to it that LiteFS finds room on the volume when it starts.
package room

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"syscall"

	"github.com/liteset/liteset/app/volume/internal/ltxfiles"
)

// of returns how many bytes can still be written to the file system of a folder, and how many it holds.
func of(dir string) (free, total uint64, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, 0, fmt.Errorf("see how much room there is: %w", err)
	}
	return st.Bavail * uint64(st.Bsize), st.Blocks * uint64(st.Bsize), nil
}

// Lacks reports whether something failed because there is no room, or no more of the quota.
func Lacks(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// Make sees to it that LiteFS can write `needs` bytes to open its databases, and that the reserve, or a tenth of the volume, is
// free then. It removes the oldest transaction files of whole databases: all but the last of each, without which LiteFS does not
// know where it is. A replica that would have needed one is sent a snapshot instead.
func Make(data string, needs, reserve uint64) error {
	folders, err := filepath.Glob(filepath.Join(data, "dbs", "*", "ltx"))
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if err := remove(data, folder, needs, reserve); err != nil {
			return err
		}
	}
	if needs == 0 {
		return nil // a new volume may have no folder yet
	}
	if free, _, err := of(data); err != nil {
		return err
	} else if free < needs {
		return fmt.Errorf("%d bytes are free, and LiteFS needs %d to open the databases: %w", free, needs, syscall.ENOSPC)
	}
	return nil
}

// remove removes from the folder of one database what is too much.
func remove(data, folder string, needs, reserve uint64) error {
	files, err := ltxfiles.List(folder)
	if err != nil {
		return err
	}
	removed := 0
	for ; len(files) > 1; files = files[1:] {
		if free, total, err := of(data); err != nil {
			return err
		} else if free >= needs+min(reserve, total/10) {
			break
		}
		if err := os.Remove(files[0].Path); err != nil {
			return err
		}
		removed++
	}
	if removed > 0 {
		log.Printf("the volume is nearly full: %d transaction files of %s were removed before their time", removed, filepath.Base(filepath.Dir(folder)))
	}
	return nil
}
