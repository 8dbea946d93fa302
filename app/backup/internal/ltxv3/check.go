package ltxv3

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/superfly/ltx"
)

// errAltered is a file whose content decodes, but which is not what our encoder writes for that content.
var errAltered = errors.New("the bytes are not those that were written, though they still decode")

// Visit is what a reader of a file is told: its header, before the first page; and each page. data is valid during the
// call. What was told may be believed only if Read returns no error. Either may be nil.
type Visit struct {
	Header func(ltx.Header) error
	Page   func(pgno uint32, data []byte) error
}

// Read reads a whole file of a store and returns its header. It fails unless the file is, byte for byte, what was
// written: the checksum in a file covers the pages before compression, and many altered bytes of a compressed page
// still decode to the same page. Therefore each page is compressed again and compared, and so is all the rest. Whatever
// the file says about itself, one page of it is in memory at a time.
func Read(r io.Reader, first, last ltx.TXID, visit Visit) (ltx.Header, error) {
	s, err := newScanner(r)
	if err != nil {
		return ltx.Header{}, noEOF(err)
	}
	h := s.header
	if h.MinTXID != first || h.MaxTXID != last {
		return h, fmt.Errorf("the object named %s holds transactions %s to %s", ltx.FormatFilename(first, last), h.MinTXID, h.MaxTXID)
	}
	if !h.NoChecksum() {
		return h, errors.New("the object was not written by this program")
	}
	if visit.Header != nil {
		if err := visit.Header(h); err != nil {
			return h, err
		}
	}
	for {
		pgno, data, err := s.page()
		if err != nil {
			return h, noEOF(err)
		}
		if pgno == 0 {
			return h, noEOF(s.end())
		}
		if visit.Page == nil {
			continue
		}
		if err := visit.Page(pgno, data); err != nil {
			return h, err
		}
	}
}

// Check reads a whole file of a store, as Read does, and returns its header.
func Check(r io.Reader, first, last ltx.TXID) (ltx.Header, error) {
	return Read(r, first, last, Visit{})
}

// SinglePage checks a file that holds one page in one transaction, and returns the page without its zero padding.
func SinglePage(raw []byte, txid ltx.TXID, pageSize uint32) ([]byte, error) {
	var page []byte
	_, err := Read(bytes.NewReader(raw), txid, txid, Visit{
		Header: func(h ltx.Header) error {
			if h.PageSize != pageSize || h.Commit != 1 {
				return fmt.Errorf("%d pages of %d bytes", h.Commit, h.PageSize)
			}
			return nil
		},
		Page: func(_ uint32, data []byte) error { page = bytes.Clone(data); return nil },
	})
	return bytes.TrimRight(page, "\x00"), err
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
