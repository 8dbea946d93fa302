// Package fusermount does what LiteFS needs of fusermount3: it opens /dev/fuse, mounts, and sends the descriptor back.
package fusermount

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/liteset/liteset/app/agent/internal/mounts"
)

// Run takes the arguments that bazil.org/fuse passes: `-u DIRECTORY`, or `-o OPTIONS -- DIRECTORY`. LiteFS's options are
// always the same ones, and those that count are below.
func Run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "-u":
		return unmount(args[1])
	case len(args) == 4 && args[0] == "-o" && args[2] == "--":
		return mount(args[3])
	}
	return fmt.Errorf("unknown arguments: %q", args)
}

// unmount leaves what is no FUSE alone: as root, the real fusermount3 would unmount the volume below the mount.
func unmount(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	fuse, err := mounts.Fuse(dir)
	if err != nil {
		return err
	}
	if !fuse {
		return fmt.Errorf("%s is no mount of FUSE", dir)
	}
	return unix.Unmount(dir, unix.MNT_DETACH)
}

func mount(dir string) error {
	socket, err := strconv.Atoi(os.Getenv("_FUSE_COMMFD"))
	if err != nil {
		return errors.New("_FUSE_COMMFD is missing: this is for LiteFS to call")
	}
	fd, err := unix.Open("/dev/fuse", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("/dev/fuse: %w", err)
	}
	// allow_other: the application runs as another user than LiteFS.
	data := fmt.Sprintf("fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", fd)
	if err := unix.Mount("litefs", dir, "fuse", unix.MS_NOSUID|unix.MS_NODEV, data); err != nil {
		return fmt.Errorf("mount %s: %w", dir, err)
	}
	return unix.Sendmsg(socket, []byte{0}, unix.UnixRights(fd), nil, 0)
}
