package ltxv1

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash"
	"hash/crc64"
	"io"
	"os"

	"github.com/pierrec/lz4/v4"
	"github.com/superfly/ltx"
)

var crcTable = crc64.MakeTable(crc64.ISO)

// Reader reads the pages of one file. What it returned may be believed only once Next has returned io.EOF, since the
// file's checksum comes last.
type Reader struct {
	Info
	f       *os.File
	size    int64
	body    io.Reader
	hash    hash.Hash64
	data    []byte
	last    uint32
	pages   uint32
	rolling ltx.Checksum
	done    bool
}

// Open opens a file, and fails if its header, name or trailer is not in order.
func Open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, rawHeader, size, err := stat(f)
	if err != nil {
		f.Close()
		return nil, err
	}
	r := &Reader{Info: info, f: f, size: size, hash: crc64.New(crcTable), data: make([]byte, info.PageSize), rolling: ltx.ChecksumFlag}
	section := io.NewSectionReader(f, ltx.HeaderSize, size-ltx.HeaderSize-trailerSize)
	if info.Flags&flagLZ4 != 0 {
		r.body = lz4.NewReader(section)
	} else {
		r.body = bufio.NewReader(section)
	}
	_, _ = r.hash.Write(rawHeader)
	return r, nil
}

// Close releases the file.
func (r *Reader) Close() error { return r.f.Close() }

// Next returns the next page; data is valid until the call after. It returns io.EOF after the last page, and only if
// the file's checksum, the order of its pages and, for a snapshot, the database's checksum are right.
func (r *Reader) Next() (pgno uint32, data []byte, err error) {
	if r.done {
		return 0, nil, io.EOF
	}
	var head [4]byte
	if _, err := io.ReadFull(r.body, head[:]); err != nil {
		return 0, nil, corrupt(r.Path, noEOF(err))
	}
	_, _ = r.hash.Write(head[:])
	if pgno = binary.BigEndian.Uint32(head[:]); pgno == 0 {
		if err := r.finish(); err != nil {
			return 0, nil, corrupt(r.Path, err)
		}
		r.done = true
		return 0, nil, io.EOF
	}
	if err := r.place(pgno); err != nil {
		return 0, nil, corrupt(r.Path, err)
	}
	if _, err := io.ReadFull(r.body, r.data); err != nil {
		return 0, nil, corrupt(r.Path, noEOF(err))
	}
	_, _ = r.hash.Write(r.data)
	if r.IsSnapshot() {
		r.rolling = ltx.ChecksumFlag | (r.rolling ^ ltx.ChecksumPage(pgno, r.data))
	}
	return pgno, r.data, nil
}

// place checks that a page may come here.
func (r *Reader) place(pgno uint32) error {
	lock := r.LockPgno()
	switch {
	case pgno > r.Commit:
		return fmt.Errorf("page %d lies beyond the database's %d pages", pgno, r.Commit)
	case pgno == lock:
		return fmt.Errorf("page %d is SQLite's lock page", pgno)
	case pgno <= r.last:
		return fmt.Errorf("page %d comes after page %d", pgno, r.last)
	}
	r.last = pgno
	r.pages++
	return nil
}

func (r *Reader) finish() error {
	if n, err := io.ReadFull(r.body, make([]byte, 1)); n != 0 || err != io.EOF {
		return fmt.Errorf("data after the last page: %v", err)
	}
	trailer := make([]byte, trailerSize)
	if _, err := r.f.ReadAt(trailer, r.size-trailerSize); err != nil {
		return noEOF(err)
	}
	_, _ = r.hash.Write(trailer[:8])
	want := ltx.Checksum(binary.BigEndian.Uint64(trailer[8:]))
	if got := ltx.ChecksumFlag | ltx.Checksum(r.hash.Sum64()); got != want {
		return fmt.Errorf("the file's checksum is %s, its trailer says %s", got, want)
	}
	if r.IsSnapshot() {
		want := r.Commit
		if want >= r.LockPgno() {
			want--
		}
		if r.pages != want {
			return fmt.Errorf("a snapshot of %d pages holds %d", want, r.pages)
		}
		if r.rolling != r.PostApply {
			return fmt.Errorf("the pages' checksum is %s, the trailer says %s", r.rolling, r.PostApply)
		}
	}
	return nil
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
