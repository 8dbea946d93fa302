// Package aside keeps what a pod goes on without, for a person to look at, in the folder "aside" of the volume.
package aside

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/liteset/liteset/app/volume/internal/mend"
)

const (
	folder = "aside"
	stamp  = "20060102T150405Z"
)

// Move moves a file or a folder of the volume there, under its own name and the time, and returns where it is then.
func Move(data, path string, now time.Time) (string, error) {
	into := filepath.Join(data, folder)
	if err := os.MkdirAll(into, 0o700); err != nil {
		return "", fmt.Errorf("make the folder for what is moved aside: %w", err)
	}
	to := filepath.Join(into, now.UTC().Format(stamp)+"-"+filepath.Base(path))
	for n := 2; exists(to); n++ {
		to = filepath.Join(into, fmt.Sprintf("%s-%s.%d", now.UTC().Format(stamp), filepath.Base(path), n))
	}
	if err := os.Rename(path, to); err != nil {
		return "", fmt.Errorf("move aside: %w", err)
	}
	return to, errors.Join(mend.SyncDir(filepath.Dir(path)), mend.SyncDir(into))
}

// Remove removes what was moved aside longer ago than `keep`.
func Remove(data string, keep time.Duration, now time.Time) error {
	entries, err := os.ReadDir(filepath.Join(data, folder))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		name := e.Name()
		at, bad := time.Parse(stamp, name[:min(len(name), len(stamp))])
		if bad == nil && now.Sub(at) > keep {
			err = errors.Join(err, os.RemoveAll(filepath.Join(data, folder, name)))
		}
	}
	return err
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
