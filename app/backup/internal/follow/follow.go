// Package follow tells when files in a directory change, by the kernel's notification. The directory need not exist
// yet, and may go away and come back.
package follow

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/fsnotify/fsnotify"
)

// Follower sends on C after changes; many changes that nobody waited for are one.
type Follower struct {
	C   <-chan struct{}
	dir string
	fs  *fsnotify.Watcher
	log *slog.Logger
}

// New starts to follow a directory.
func New(dir string, log *slog.Logger) (*Follower, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("ask the kernel for notifications: %w", err)
	}
	c := make(chan struct{}, 1)
	f := &Follower{C: c, dir: filepath.Clean(dir), fs: w, log: log}
	f.watch()
	go f.run(c)
	return f, nil
}

// Close stops.
func (f *Follower) Close() error { return f.fs.Close() }

// watch watches the directory, or the nearest one above it that exists: there its creation will be seen.
func (f *Follower) watch() {
	for dir := f.dir; ; dir = filepath.Dir(dir) {
		if err := f.fs.Add(dir); err == nil {
			// It may have been created between the two steps.
			if _, err := os.Stat(f.dir); dir == f.dir || err != nil {
				return
			}
			dir = filepath.Join(f.dir, "x")
			continue
		} else if !os.IsNotExist(err) || dir == filepath.Dir(dir) {
			f.log.Error("cannot follow the directory; looking again every few seconds", "dir", dir, "error", err)
			return
		}
	}
}

func (f *Follower) run(c chan<- struct{}) {
	for {
		select {
		case e, ok := <-f.fs.Events:
			if !ok {
				return
			}
			if filepath.Dir(e.Name) != f.dir || e.Has(fsnotify.Remove) {
				f.watch()
			}
		case err, ok := <-f.fs.Errors:
			if !ok {
				return
			}
			f.log.Warn("notifications were lost; looking at the directory instead", "error", err)
		}
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
