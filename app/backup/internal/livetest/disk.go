package livetest

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// Disk is a file system with a size of its own. It needs the right to mount.
type Disk struct {
	Dir  string
	fill string
}

// NewDisk mounts a disk of so many bytes.
func NewDisk(t testing.TB, size int) *Disk {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0755,size="+strconv.Itoa(size)); err != nil {
		if os.Getenv("LITESET_TOOLS") != "" {
			t.Fatal(err)
		}
		t.Skipf("a disk cannot be mounted: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return &Disk{dir, filepath.Join(dir, "fill")}
}

// Fill uses up all that is left but a few bytes.
func (d *Disk) Fill(t testing.TB, leave int) {
	t.Helper()
	f, err := os.Create(d.fill)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var size int64
	for block := make([]byte, 4096); ; {
		n, err := f.Write(block)
		size += int64(n)
		if errors.Is(err, syscall.ENOSPC) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Truncate(max(0, size-int64(leave))); err != nil {
		t.Fatal(err)
	}
}

// Free undoes Fill.
func (d *Disk) Free(t testing.TB) {
	t.Helper()
	if err := os.Remove(d.fill); err != nil {
		t.Fatal(err)
	}
}
