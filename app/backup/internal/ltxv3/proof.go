package ltxv3

import (
	"io"

	"github.com/superfly/ltx"
)

// WithProof copies a file of the given transactions and puts a checksum of LiteFS's into it, which the library's
// compactor leaves out.
func WithProof(w io.Writer, r io.Reader, first, last ltx.TXID, proof ltx.Checksum) error {
	enc, err := ltx.NewEncoder(w)
	if err != nil {
		return err
	}
	_, err = Read(r, first, last, Visit{
		Header: func(h ltx.Header) error {
			h.NodeID = uint64(proof)
			return enc.EncodeHeader(h)
		},
		Page: func(pgno uint32, data []byte) error { return enc.EncodePage(ltx.PageHeader{Pgno: pgno}, data) },
	})
	if err != nil {
		return err
	}
	return enc.Close()
}
