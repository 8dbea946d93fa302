package restore

import (
	"math"
	"syscall"

	"github.com/liteset/liteset/app/backup/internal/fault"
)

// makeRoom is what to do about too little of it.
const makeRoom = "restore to a larger volume; for a verification, raise backup.verify.scratchSize"

// roomIn is how many bytes a directory has room for, and no more than most, if that is given.
func roomIn(dir string, most int64) int64 {
	room := int64(math.MaxInt64)
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err == nil && st.Blocks > 0 { // some file systems do not say
		room = int64(st.Bavail) * st.Bsize
	}
	if most > 0 {
		room = min(room, most)
	}
	return room
}

// onDisk makes a fault of what the disk answers that the database is written to.
func onDisk(err error) error { return fault.OfDisk(err, makeRoom) }
