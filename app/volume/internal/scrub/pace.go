package scrub

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

const (
	// longest is how much is read at once at the most, in bytes.
	longest = 1 << 18
	// perSecond is how often something is read in a second at the least: so often, transactions are followed.
	perSecond = 4
)

// errLitefsEnded says that there is nothing more to look at.
var errLitefsEnded = errors.New("LiteFS has ended")

// pace keeps the reading at a rate, and notices when LiteFS has ended.
type pace struct {
	rate uint64 // bytes per second
	// litefs is the process id of LiteFS, the parent of this process.
	litefs int
	due    time.Time
}

// chunk is how many bytes, in whole pages, are read at once.
func (p *pace) chunk(page int64) int64 {
	return max(page, min(longest, int64(p.rate/perSecond))/page*page)
}

// read waits until so many bytes may have been read.
func (p *pace) read(ctx context.Context, n int) error {
	if now := time.Now(); p.due.Before(now) {
		p.due = now
	}
	p.due = p.due.Add(time.Duration(float64(n) / float64(p.rate) * float64(time.Second)))
	return p.wait(ctx, time.Until(p.due))
}

func (p *pace) wait(ctx context.Context, d time.Duration) error {
	for end := time.Now().Add(d); ; {
		if os.Getppid() != p.litefs {
			return errLitefsEnded
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(min(time.Second, time.Until(end))):
			if !time.Now().Before(end) {
				return nil
			}
		}
	}
}

// fadviseDontneed of fadvise64(2).
const fadviseDontneed = 4

// fromDisk has the next read of these bytes come from the disk, and not from memory, where a fault of the disk does not show.
func fromDisk(f *os.File, offset int64, n int) {
	_, _, _ = syscall.Syscall6(syscall.SYS_FADVISE64, f.Fd(), uintptr(offset), uintptr(n), fadviseDontneed, 0, 0)
}
