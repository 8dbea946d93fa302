// Package mounts looks after what LiteFS has mounted. It never asks the file system itself, which may not answer.
package mounts

import (
	"bufio"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

var unescape = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)

// Fuse reports whether the mount on top at a path is one of FUSE.
func Fuse(path string) (bool, error) {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return false, err
	}
	defer f.Close()
	fuse := false
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		// 36 35 98:0 /root /path options … - type source options: later lines are on top of earlier ones.
		left, right, _ := strings.Cut(lines.Text(), " - ")
		if fields := strings.Fields(left); len(fields) > 4 && unescape.Replace(fields[4]) == path {
			fuse = strings.HasPrefix(right, "fuse")
		}
	}
	return fuse, lines.Err()
}

// Clear unmounts all of FUSE at a path, and nothing else: a volume of the user's may be below it.
func Clear(path string) error {
	for {
		if fuse, err := Fuse(path); err != nil || !fuse {
			return err
		}
		if err := unix.Unmount(path, unix.MNT_DETACH); err != nil {
			return err
		}
	}
}
