package fault

import (
	"errors"
	"syscall"
)

// OfDisk makes a fault of what a disk answers to a write: NoRoom with the hint if it is full, else Disk; nil of nil.
func OfDisk(err error, hint string) error {
	switch {
	case err == nil:
		return nil
	case IsNoRoom(err):
		return Wrap(err, NoRoom, "the disk is full").WithHint(hint)
	}
	return Wrap(err, Disk, "the disk cannot be written").WithHint("look at the disk")
}

// IsNoRoom reports whether an error says that a disk is full.
func IsNoRoom(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}
