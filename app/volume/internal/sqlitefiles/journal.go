package sqlitefiles

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
)

const (
	journalHeaderSize = 28
	journalMagic      = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
)

// JournalPages hands over the pages that a rollback journal puts back, in its order; none if there is no journal that
// SQLite would play back. https://www.sqlite.org/fileformat2.html#the_rollback_journal
func JournalPages(path string, pageSize uint32, page func(pgno uint32, data []byte) error) error {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil
	} else if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	j := journal{f: f, size: st.Size(), pageSize: int64(pageSize)}
	for j.next() {
		if err := j.segment(page); err != nil {
			return err
		}
	}
	return nil
}

// JournalHead is the first header of a rollback journal. It is not whole where the disk, or a kill, has left a part of it.
type JournalHead struct {
	// IsHot: SQLite would play the journal back.
	IsHot bool
	// Before is the size of the database, in pages, that it takes it back to.
	Before   uint32
	pageSize uint32
	sector   uint32
	size     int64
}

// ReadJournalHead returns nil if there is no journal, or one that has been ended: it is short, or begins with zeros.
func ReadJournalHead(path string) (*JournalHead, error) {
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
	h := make([]byte, journalHeaderSize)
	if _, err := io.ReadFull(f, h); err == io.EOF || err == io.ErrUnexpectedEOF || err == nil && bytes.Count(h, []byte{0}) == len(h) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	at := func(i int) uint32 { return binary.BigEndian.Uint32(h[i:]) }
	return &JournalHead{IsHot: string(h[:8]) == journalMagic, Before: at(16), sector: at(20), pageSize: at(24), size: st.Size()}, nil
}

// IsWhole reports whether it is one that SQLite writes for a database of that page size.
func (h *JournalHead) IsWhole(pageSize uint32) bool {
	return h.IsHot && (h.pageSize == 0 || h.pageSize == pageSize) && h.sector >= 512 && h.sector&(h.sector-1) == 0
}

// IsUsed reports whether the journal is longer than its header, without which LiteFS removes it unused.
func (h *JournalHead) IsUsed() bool { return h.size >= int64(h.sector) }

// journal reads one segment after the other. A header that is not whole, or not synced, ends it.
type journal struct {
	f                    io.ReaderAt
	size, offset         int64
	pageSize, sectorSize int64
	records              int64
	nonce                uint32
}

// next reads the header of the next segment, which begins at a sector.
func (j *journal) next() bool {
	if j.sectorSize > 0 {
		j.offset = (j.offset + j.sectorSize - 1) / j.sectorSize * j.sectorSize
	}
	h := make([]byte, journalHeaderSize)
	if _, err := j.f.ReadAt(h, j.offset); err != nil || string(h[:8]) != journalMagic {
		return false
	}
	at := func(i int) int64 { return int64(binary.BigEndian.Uint32(h[i:])) }
	j.nonce = uint32(at(12))
	if j.sectorSize == 0 {
		j.sectorSize = at(20)
		if size := at(24); size != 0 && size != j.pageSize || j.sectorSize < journalHeaderSize {
			return false
		}
	}
	j.offset += j.sectorSize
	j.records = at(8)
	if j.records == 0 || j.records == 0xffffffff { // not counted: as many as there are
		j.records = (j.size - j.offset) / (j.pageSize + 8)
	}
	return j.offset <= j.size
}

func (j *journal) segment(page func(pgno uint32, data []byte) error) error {
	record := make([]byte, j.pageSize+8)
	for ; j.records > 0; j.records-- {
		if _, err := j.f.ReadAt(record, j.offset); err != nil {
			return nil // the journal was not written to its end: what is not in it was not changed
		}
		data := record[4 : 4+j.pageSize]
		if binary.BigEndian.Uint32(record[4+j.pageSize:]) != j.checksum(data) {
			j.records = 0
			return nil
		}
		if err := page(binary.BigEndian.Uint32(record), data); err != nil {
			return err
		}
		j.offset += int64(len(record))
	}
	return nil
}

// checksum is SQLite's: every 200th byte, from the end.
func (j *journal) checksum(data []byte) uint32 {
	sum := j.nonce
	for i := len(data) - 200; i > 0; i -= 200 {
		sum += uint32(data[i])
	}
	return sum
}
