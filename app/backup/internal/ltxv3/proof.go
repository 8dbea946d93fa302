package ltxv3

import (
	"fmt"
	"io"

	"github.com/superfly/ltx"
)

// WithProof copies a file and puts a checksum of LiteFS's into it, which the library's compactor leaves out.
func WithProof(w io.Writer, r io.Reader, proof ltx.Checksum) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("decoder: %v", p)
		}
	}()
	dec := ltx.NewDecoder(newGuard(r))
	if err := dec.DecodeHeader(); err != nil {
		return noEOF(err)
	}
	enc, err := ltx.NewEncoder(w)
	if err != nil {
		return err
	}
	h := dec.Header()
	h.NodeID = uint64(proof)
	if err := enc.EncodeHeader(h); err != nil {
		return err
	}
	if err := copyPages(dec, enc, h); err != nil {
		return err
	}
	if err := dec.Close(); err != nil {
		return noEOF(err)
	}
	return enc.Close()
}
