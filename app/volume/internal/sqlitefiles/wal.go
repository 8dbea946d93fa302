// Package sqlitefiles reads what SQLite keeps beside a database: the write-ahead log and the rollback journal.
package sqlitefiles

import (
	"bufio"
	"encoding/binary"
	"io"
	"maps"
	"os"
	"slices"
	"sort"
)

const (
	walHeaderSize   = 32
	frameHeaderSize = 24
)

// WAL is a write-ahead log whose header is whole. https://www.sqlite.org/fileformat2.html#walformat
type WAL struct {
	Path         string
	PageSize     uint32
	Salt1, Salt2 uint32
	Size         int64
	order        binary.ByteOrder
	sum          [2]uint32
}

// OpenWAL reads the header; nil if there is no log, or none whose header is whole.
func OpenWAL(path string) (*WAL, error) {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	h := make([]byte, walHeaderSize)
	if _, err := io.ReadFull(f, h); err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	at := func(i int) uint32 { return binary.BigEndian.Uint32(h[i:]) }
	w := &WAL{Path: path, PageSize: at(8), Salt1: at(16), Salt2: at(20), Size: st.Size(), order: binary.LittleEndian}
	if at(0) == 0x377f0683 {
		w.order = binary.BigEndian
	}
	w.sum = w.add([2]uint32{}, h[:24])
	if at(0)&^1 != 0x377f0682 || at(4) != 3007000 || w.sum != [2]uint32{at(24), at(28)} || !isPageSize(w.PageSize) {
		return nil, nil
	}
	return w, nil
}

// Pages hands the newest committed page of each number over, of the frames before `end`. It stops where the log stops to
// be whole, as SQLite does.
func (w *WAL) Pages(end int64, page func(pgno uint32, data []byte) error) error {
	f, err := os.Open(w.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	frame := make([]byte, w.PageSize)
	pages, _ := w.committed(f, end)
	for _, pgno := range slices.Sorted(maps.Keys(pages)) {
		if _, err := f.ReadAt(frame, pages[pgno]); err != nil {
			return err
		}
		if err := page(pgno, frame); err != nil {
			return err
		}
	}
	return nil
}

// CommitsAfter counts the transactions that end after the offset.
func (w *WAL) CommitsAfter(offset int64) (int, error) {
	f, err := os.Open(w.Path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	_, ends := w.committed(f, w.Size)
	return len(ends) - sort.Search(len(ends), func(i int) bool { return ends[i] > offset }), nil
}

// committed returns where in the log the newest committed page of each number is, and where each transaction ends.
func (w *WAL) committed(f io.Reader, end int64) (map[uint32]int64, []int64) {
	r := bufio.NewReaderSize(io.LimitReader(f, min(end, w.Size)), 1<<18)
	_, _ = r.Discard(walHeaderSize)
	sum, pages, open := w.sum, map[uint32]int64{}, map[uint32]int64{}
	var ends []int64
	frame := make([]byte, frameHeaderSize+int(w.PageSize))
	for offset := int64(walHeaderSize); ; offset += int64(len(frame)) {
		if _, err := io.ReadFull(r, frame); err != nil {
			return pages, ends
		}
		at := func(i int) uint32 { return binary.BigEndian.Uint32(frame[i:]) }
		sum = w.add(w.add(sum, frame[:8]), frame[frameHeaderSize:])
		if at(8) != w.Salt1 || at(12) != w.Salt2 || sum != [2]uint32{at(16), at(20)} {
			return pages, ends
		}
		open[at(0)] = offset + frameHeaderSize
		if at(4) == 0 { // no commit
			continue
		}
		for pgno, at := range open {
			pages[pgno] = at
		}
		ends = append(ends, offset+int64(len(frame)))
		clear(open)
	}
}

func (w *WAL) add(sum [2]uint32, b []byte) [2]uint32 {
	for ; len(b) >= 8; b = b[8:] {
		sum[0] += w.order.Uint32(b) + sum[1]
		sum[1] += w.order.Uint32(b[4:]) + sum[0]
	}
	return sum
}

func isPageSize(n uint32) bool { return n >= 512 && n <= 65536 && n&(n-1) == 0 }
