package snapshot

import (
	"io"
	"math"
	"syscall"

	"github.com/liteset/liteset/app/backup/internal/fault"
)

// moreRoom is what to do about too little of it.
const moreRoom = "a snapshot needs room for one copy of the database: free the disk of the node, or raise backup.scratchSize if that is less than the database"

// room is how many bytes a copy may have. Kubernetes evicts a pod whose scratch volume grows beyond its limit, or whose node
// has no room left, and the application goes with it: so a copy that is too large is not made.
type room int64

func roomIn(cfg Config) room {
	most := int64(math.MaxInt64)
	var st syscall.Statfs_t
	if err := syscall.Statfs(cfg.Scratch, &st); err == nil && st.Blocks > 0 { // some file systems do not say
		most = int64(st.Bavail) * st.Bsize / 2
	}
	if cfg.Most > 0 {
		most = min(most, cfg.Most)
	}
	return room(most)
}

// fits fails if a copy of so many bytes has no room.
func (r room) fits(size int64) error {
	if size <= int64(r) {
		return nil
	}
	return fault.New(fault.NoRoom, "a copy of the database would have %d bytes or more, and may have %d", size, int64(r)).WithHint(moreRoom)
}

// filling is a copy that is being written.
type filling struct {
	io.Writer
	room room
	size int64
}

// Write fails before there is more than may be.
func (f *filling) Write(p []byte) (int, error) {
	f.size += int64(len(p))
	if err := f.room.fits(f.size); err != nil {
		return 0, err
	}
	return f.Writer.Write(p)
}
