// Package install copies static programs to where the user's container finds them.
package install

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// Names of the agent: as itself, and as what LiteFS mounts with. The latter has a folder of its own, which is LiteFS's PATH.
const (
	Agent      = "liteset"
	Fusermount = "fusermount3"
	Bin        = "bin"
)

// beside are the programs that are copied as they are, from PATH.
var beside = []string{"litefs", "liteset-volume"}

// Into copies this program and those beside it into a directory.
func Into(dir string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, Bin), 0o755); err != nil {
		return err
	}
	for _, to := range []string{Agent, filepath.Join(Bin, Fusermount)} {
		if err := copyProgram(self, filepath.Join(dir, to)); err != nil {
			return err
		}
	}
	for _, name := range beside {
		from, err := exec.LookPath(name)
		if err != nil {
			return fmt.Errorf("%s is not in this image: %w", name, err)
		}
		if err := copyProgram(from, filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// copyProgram replaces what is there: an init container may run again, beside programs of before that still run.
func copyProgram(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	part := to + ".part"
	out, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if closing := out.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Chmod(part, 0o755) // whatever the umask is
	}
	if err == nil {
		err = os.Rename(part, to)
	}
	return err
}
