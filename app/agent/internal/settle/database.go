package settle

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// headerSize is how many bytes of the WAL index say what processes see.
	headerSize = 48
	// writeLock is where SQLite locks the WAL index while it writes.
	writeLock = 120
	// pause is how long a writer is left alone before it is looked at again.
	pause = 200 * time.Microsecond
)

type header [headerSize]byte

// database is one of the mount. One request at a time has its turn.
type database struct {
	path  string
	ltx   string // where LiteFS has its transactions
	turn  chan struct{}
	index *os.File // -shm
	pos   *os.File // -pos
	told  header   // what processes saw when its position was told, at the least
}

// settle returns LiteFS's position once it has all that processes see now; "" if there is no such database.
func (d *database) settle(deadline time.Time) (string, error) {
	seen, whole, err := d.header()
	if err != nil {
		return "", err
	}
	before, err := d.position()
	if err != nil || before == "" || d.index == nil || whole && seen == d.told {
		return before, err
	}
	if whole && d.has(seen, before) {
		d.told = seen
		return before, nil
	}
	for {
		held, err := d.held()
		if err != nil {
			return "", err
		}
		// After the look at the lock.
		now, err := d.position()
		if err != nil || now == "" {
			return now, err
		}
		// One transaction at most was pending when the header was read; once the position has moved, LiteFS has that.
		if !held || txid(now) > txid(before) {
			if whole {
				d.told = seen
			}
			return now, nil
		}
		if time.Now().After(deadline) {
			return "", errors.New("a transaction is not in LiteFS yet")
		}
		time.Sleep(pause)
	}
}

// txid is the part of a position that grows; as text it compares like a number.
func txid(pos string) string {
	id, _, _ := strings.Cut(pos, "/")
	return id
}

// header reads what processes see. It is not whole while the file is made; then, and without a file, d.index says whether there
// is somebody to ask.
func (d *database) header() (h header, whole bool, err error) {
	for range 2 {
		if d.index == nil {
			d.index, err = openIfThere(d.path+"-shm", os.O_RDWR)
			if errors.Is(err, unix.EIO) {
				return h, false, nil // what LiteFS says of one that has just gone
			}
			if d.index == nil {
				return h, false, err
			}
		}
		if !gone(d.index) {
			n, err := d.index.ReadAt(h[:], 0)
			if n == headerSize {
				return h, true, nil
			}
			if errors.Is(err, io.EOF) {
				return h, false, nil
			}
		}
		d.forgetIndex()
	}
	return h, false, nil // made and removed all the time: nobody has it open for long
}

// gone reports whether a file has been removed in this mount. It asks the kernel alone, in a microsecond; LiteFS would tell of
// the file that has the same name now.
func gone(f *os.File) bool {
	var st unix.Statx_t
	err := unix.Statx(int(f.Fd()), "", unix.AT_EMPTY_PATH|unix.AT_STATX_DONT_SYNC, unix.STATX_NLINK, &st)
	return err != nil || st.Nlink == 0
}

// held asks LiteFS whether a process has the lock under which it writes.
func (d *database) held() (bool, error) {
	lock := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart, Start: writeLock, Len: 1}
	if err := unix.FcntlFlock(d.index.Fd(), unix.F_GETLK, &lock); err != nil {
		return false, fmt.Errorf("the lock of the WAL index: %w", err)
	}
	return lock.Type != unix.F_UNLCK, nil
}

func (d *database) position() (string, error) {
	var err error
	if d.pos == nil {
		if d.pos, err = openIfThere(d.path+"-pos", os.O_RDONLY); d.pos == nil {
			return "", err
		}
	}
	var text [64]byte
	n, err := d.pos.ReadAt(text[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		d.forgetPos()
		return "", err
	}
	return strings.TrimSpace(string(text[:n])), nil
}

// openIfThere returns nil without an error if there is no such file.
func openIfThere(path string, how int) (*os.File, error) {
	// Not os.OpenFile, which would hand a file of FUSE to the poller.
	fd, err := unix.Open(path, how|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.ENOENT) {
		return nil, nil
	}
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(fd), path), nil
}

func (d *database) forgetIndex() {
	if d.index != nil {
		d.index.Close()
		d.index = nil
	}
}

func (d *database) forgetPos() {
	if d.pos != nil {
		d.pos.Close()
		d.pos = nil
	}
}
