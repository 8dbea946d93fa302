// Package links leads the paths that an application has for its databases into LiteFS's mount. SQLite follows a link, and puts
// the files that belong to a database beside what the link names.
package links

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Make makes a link at path that leads to target. Directories that are missing become the user's.
func Make(path, target string, uid, gid int) error {
	if path == target {
		return nil
	}
	if err := directory(filepath.Dir(path), uid, gid); err != nil {
		return err
	}
	now, err := os.Readlink(path)
	switch {
	case err == nil && now == target:
		return nil
	case err == nil:
		return fmt.Errorf("%s leads to %s already, and not to %s: remove that link", path, now, target)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s is in the way of a link to %s: if it is the application's database, import it with liteset-import, then move it away", path, target)
	}
	if err := os.Symlink(target, path); err != nil {
		return err
	}
	return os.Lchown(path, uid, gid)
}

func directory(dir string, uid, gid int) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := directory(filepath.Dir(dir), uid, gid); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	return os.Lchown(dir, uid, gid)
}
