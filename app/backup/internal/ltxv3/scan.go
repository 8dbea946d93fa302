package ltxv3

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash"
	"hash/crc64"
	"io"

	"github.com/pierrec/lz4/v4"
	"github.com/superfly/ltx"
)

// scanner reads a file page by page and finds each difference to what our encoder writes. The library's decoder would
// hold an index of all pages in memory, and whatever follows them.
type scanner struct {
	r      io.Reader
	header ltx.Header
	sum    hash.Hash64 // what the file's own checksum covers: everything, with the pages before compression
	index  expectedIndex
	at     int64 // bytes read
	last   uint32

	raw, again, data []byte // a page as it is in the file, compressed again, and decompressed
	compressor       lz4.Compressor
}

func newScanner(r io.Reader) (*scanner, error) {
	s := &scanner{r: r, sum: crc64.New(crc64.MakeTable(crc64.ISO)), index: newExpectedIndex()}
	head := make([]byte, ltx.HeaderSize)
	if err := s.read(head); err != nil {
		return nil, err
	}
	if err := s.header.UnmarshalBinary(head); err != nil {
		return nil, err
	}
	if err := s.header.Validate(); err != nil {
		return nil, err
	}
	if again, err := s.header.MarshalBinary(); err != nil || !bytes.Equal(head, again) {
		return nil, errAltered
	}
	bound := lz4.CompressBlockBound(int(s.header.PageSize))
	s.raw, s.again, s.data = make([]byte, bound), make([]byte, bound), make([]byte, s.header.PageSize)
	return s, nil
}

// read reads what the file's checksum covers as it is.
func (s *scanner) read(p []byte) error {
	n, err := io.ReadFull(s.r, p)
	s.at += int64(n)
	_, _ = s.sum.Write(p[:n])
	return err
}

// page returns the next page; 0 after the last.
func (s *scanner) page() (pgno uint32, data []byte, err error) {
	began := s.at
	head := make([]byte, ltx.PageHeaderSize)
	if err := s.read(head); err != nil {
		return 0, nil, err
	}
	var h ltx.PageHeader
	if err := h.UnmarshalBinary(head); err != nil {
		return 0, nil, err
	}
	if h.IsZero() {
		return 0, nil, s.complete()
	}
	if err := s.place(h); err != nil {
		return 0, nil, err
	}
	size := make([]byte, 4)
	if err := s.read(size); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(size)
	if n == 0 || int64(n) > int64(len(s.raw)) {
		return 0, nil, fmt.Errorf("page %d claims %d compressed bytes", h.Pgno, n)
	}
	if err := s.decompress(h.Pgno, s.raw[:n]); err != nil {
		return 0, nil, err
	}
	s.index.add(uint64(h.Pgno), uint64(began), uint64(s.at-began))
	return h.Pgno, s.data, nil
}

// decompress reads a compressed page.
func (s *scanner) decompress(pgno uint32, raw []byte) error {
	n, err := io.ReadFull(s.r, raw)
	s.at += int64(n)
	if err != nil {
		return err
	}
	if n, err := lz4.UncompressBlock(raw, s.data); err != nil || n != len(s.data) {
		return fmt.Errorf("page %d decompresses to %d bytes, %v", pgno, n, err)
	}
	if n, err := s.compressor.CompressBlock(s.data, s.again); err != nil || !bytes.Equal(s.again[:n], raw) {
		return errAltered
	}
	_, _ = s.sum.Write(s.data)
	return nil
}

// place checks that a page may come here: in order, within the database, and in a snapshot without a gap.
func (s *scanner) place(h ltx.PageHeader) error {
	next := s.last + 1
	if next == s.header.LockPgno() {
		next++
	}
	switch {
	case h.Flags != ltx.PageHeaderFlagSize:
		return fmt.Errorf("page %d has flags %#x", h.Pgno, h.Flags)
	case h.Pgno < next || h.Pgno == s.header.LockPgno():
		return fmt.Errorf("page %d comes after page %d", h.Pgno, s.last)
	case h.Pgno > s.header.Commit:
		return fmt.Errorf("page %d lies beyond the database's %d pages", h.Pgno, s.header.Commit)
	case s.header.IsSnapshot() && h.Pgno != next:
		return fmt.Errorf("page %d comes after page %d in a snapshot", h.Pgno, s.last)
	}
	s.last = h.Pgno
	return nil
}

// complete checks that a snapshot has all pages.
func (s *scanner) complete() error {
	end := s.header.Commit
	if end == s.header.LockPgno() {
		end--
	}
	if s.header.IsSnapshot() && s.last != end {
		return fmt.Errorf("a snapshot of %d pages ends at page %d", s.header.Commit, s.last)
	}
	return nil
}

// end reads what follows the pages: their index, its length, and the checksum of the file.
func (s *scanner) end() error {
	if err := s.index.match(s.r, s.sum); err != nil {
		return err
	}
	trailer := make([]byte, ltx.TrailerSize)
	if _, err := io.ReadFull(s.r, trailer); err != nil {
		return err
	}
	_, _ = s.sum.Write(trailer[:ltx.TrailerChecksumOffset])
	if binary.BigEndian.Uint64(trailer) != 0 {
		return errAltered
	}
	want := ltx.Checksum(binary.BigEndian.Uint64(trailer[ltx.TrailerChecksumOffset:]))
	if got := ltx.ChecksumFlag | ltx.Checksum(s.sum.Sum64()); got != want {
		return fmt.Errorf("the file's checksum is %s, its trailer says %s", got, want)
	}
	switch _, err := io.ReadFull(s.r, make([]byte, 1)); err {
	case io.EOF:
		return nil
	case nil:
		return fmt.Errorf("more follows the trailer")
	default:
		return err
	}
}
