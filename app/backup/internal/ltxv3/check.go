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

// Check reads a whole file of a store and returns its header. It fails unless the file is, byte for byte, what was
// written: the checksum in a file covers the pages before compression, and many altered bytes of a compressed page
// still decode to the same page. Therefore the content is encoded again and compared.
func Check(r io.Reader, first, last ltx.TXID) (h ltx.Header, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("decoder: %v", p)
		}
	}()
	var match matcher
	raw := io.TeeReader(r, &match.raw)
	dec := ltx.NewDecoder(newGuard(raw))
	if err := dec.DecodeHeader(); err != nil {
		return h, noEOF(err)
	}
	h = dec.Header()
	if h.MinTXID != first || h.MaxTXID != last {
		return h, fmt.Errorf("the object named %s holds transactions %s to %s", ltx.FormatFilename(first, last), h.MinTXID, h.MaxTXID)
	}
	if !h.NoChecksum() {
		return h, errors.New("the object was not written by this program")
	}
	enc, err := ltx.NewEncoder(&match)
	if err != nil {
		return h, err
	}
	if err := enc.EncodeHeader(h); err != nil {
		return h, err
	}
	if err := copyPages(dec, enc, h); err != nil {
		return h, err
	}
	if err := dec.Close(); err != nil {
		return h, noEOF(err)
	}
	if err := enc.Close(); err != nil {
		return h, err
	}
	if match.raw.Len() > 0 {
		return h, fmt.Errorf("%d bytes follow the trailer", match.raw.Len())
	}
	return h, nil
}

func copyPages(dec *ltx.Decoder, enc *ltx.Encoder, h ltx.Header) error {
	data := make([]byte, h.PageSize)
	var page ltx.PageHeader
	var last uint32
	for {
		err := dec.DecodePage(&page, data)
		if err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		if err := enc.EncodePage(ltx.PageHeader{Pgno: page.Pgno}, data); err != nil {
			return err
		}
		last = page.Pgno
	}
	end := h.Commit
	if end == h.LockPgno() {
		end--
	}
	if h.IsSnapshot() && last != end {
		return fmt.Errorf("a snapshot of %d pages ends at page %d", h.Commit, last)
	}
	return nil
}

// matcher compares what is written to it with the raw bytes read so far.
type matcher struct{ raw bytes.Buffer }

// Write fails at the first byte that differs.
func (m *matcher) Write(p []byte) (int, error) {
	if !bytes.Equal(m.raw.Next(len(p)), p) {
		return 0, errAltered
	}
	return len(p), nil
}

// SinglePage checks a file that holds one page in one transaction, and returns the page without its zero padding.
func SinglePage(raw []byte, txid ltx.TXID, pageSize uint32) ([]byte, error) {
	h, err := Check(bytes.NewReader(raw), txid, txid)
	if err != nil {
		return nil, err
	}
	if h.PageSize != pageSize || h.Commit != 1 {
		return nil, fmt.Errorf("%d pages of %d bytes", h.Commit, h.PageSize)
	}
	dec := ltx.NewDecoder(newGuard(bytes.NewReader(raw)))
	if err := dec.DecodeHeader(); err != nil {
		return nil, err
	}
	var page ltx.PageHeader
	data := make([]byte, pageSize)
	if err := dec.DecodePage(&page, data); err != nil {
		return nil, noEOF(err)
	}
	return bytes.TrimRight(data, "\x00"), nil
}
