package ltxv3

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/pierrec/lz4/v4"
	"github.com/superfly/ltx"
)

// minTail is the least that follows the pages: an empty page index, its size, and the trailer. mostIndex is the most that
// the index has for each page.
const (
	minTail   = 1 + 8 + ltx.TrailerSize
	mostIndex = 3 * binary.MaxVarintLen64
)

// ErrRefused is in each error of a Guard that is about what the file says, as distinct from reading it.
var ErrRefused = errors.New("the library must not read this file")

// guard passes a file on and fails where the library's decoder would allocate what a corrupt length says, hold in memory
// whatever follows the pages, or panic on a file that ends too early.
type guard struct {
	r     io.Reader
	ready []byte // parsed, not yet handed out
	pass  int64  // bytes of page data to hand out unseen
	page  uint32 // page size; 0 before the header
	pages int64
	tail  int64 // bytes after the pages; -1 while there are pages
	err   error
}

// Guard returns a file for the library's decoder to read.
func Guard(r io.Reader) io.Reader { return &guard{r: r, tail: -1} }

// Read hands out what has been found to be in order.
func (g *guard) Read(p []byte) (int, error) {
	for len(g.ready) == 0 && g.pass == 0 && g.tail < 0 && g.err == nil {
		g.err = g.parse()
	}
	switch {
	case len(g.ready) > 0:
		n := copy(p, g.ready)
		g.ready = g.ready[n:]
		return n, nil
	case g.err != nil:
		return 0, g.err
	case g.pass > 0:
		n, err := g.r.Read(p[:min(int64(len(p)), g.pass)])
		g.pass -= int64(n)
		return n, noEOF(err)
	}
	n, err := g.r.Read(p)
	g.tail += int64(n)
	switch {
	case g.tail > minTail+mostIndex*g.pages:
		g.err = fmt.Errorf("%w: more than %d bytes follow the pages", ErrRefused, minTail+mostIndex*g.pages)
		return 0, g.err
	case err == io.EOF && g.tail < minTail:
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (g *guard) parse() error {
	if g.page == 0 {
		return g.parseHeader()
	}
	head := make([]byte, ltx.PageHeaderSize, ltx.PageHeaderSize+4)
	if _, err := io.ReadFull(g.r, head); err != nil {
		return noEOF(err)
	}
	var h ltx.PageHeader
	if err := h.UnmarshalBinary(head); err != nil {
		return err
	}
	if h.IsZero() {
		g.ready, g.tail = head, 0
		return nil
	}
	if h.Flags != ltx.PageHeaderFlagSize {
		return fmt.Errorf("%w: page %d has flags %#x", ErrRefused, h.Pgno, h.Flags)
	}
	head = head[:cap(head)]
	if _, err := io.ReadFull(g.r, head[ltx.PageHeaderSize:]); err != nil {
		return noEOF(err)
	}
	size := binary.BigEndian.Uint32(head[ltx.PageHeaderSize:])
	if size == 0 || int64(size) > int64(lz4.CompressBlockBound(int(g.page))) {
		return fmt.Errorf("%w: page %d claims %d compressed bytes", ErrRefused, h.Pgno, size)
	}
	g.ready, g.pass = head, int64(size)
	g.pages++
	return nil
}

func (g *guard) parseHeader() error {
	head := make([]byte, ltx.HeaderSize)
	if _, err := io.ReadFull(g.r, head); err != nil {
		return noEOF(err)
	}
	var h ltx.Header
	if err := h.UnmarshalBinary(head); err != nil {
		return err
	}
	if !ltx.IsValidPageSize(h.PageSize) {
		return fmt.Errorf("%w: page size %d", ErrRefused, h.PageSize)
	}
	g.ready, g.page = head, h.PageSize
	return nil
}
