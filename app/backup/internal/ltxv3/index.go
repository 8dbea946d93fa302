package ltxv3

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"io"
)

// expectedIndex is the index of pages that has to follow them, as a digest: a database may have millions of pages.
type expectedIndex struct {
	digest hash.Hash
	length uint64
}

func newExpectedIndex() expectedIndex { return expectedIndex{digest: sha256.New()} }

// add adds a page: its number, and where it is in the file.
func (x *expectedIndex) add(pgno, offset, size uint64) {
	entry := make([]byte, 0, 3*binary.MaxVarintLen64)
	for _, v := range []uint64{pgno, offset, size} {
		entry = binary.AppendUvarint(entry, v)
	}
	_, _ = x.digest.Write(entry)
	x.length += uint64(len(entry))
}

// match reads an index, its end and its length, and fails unless they are the expected ones. covered hears of all of it.
func (x *expectedIndex) match(r io.Reader, covered io.Writer) error {
	got := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(got, covered), r, int64(x.length)); err != nil {
		return err
	}
	if !bytes.Equal(got.Sum(nil), x.digest.Sum(nil)) {
		return errAltered
	}
	want := binary.BigEndian.AppendUint64([]byte{0}, x.length+1)
	rest := make([]byte, len(want))
	if _, err := io.ReadFull(io.TeeReader(r, covered), rest); err != nil {
		return err
	}
	if !bytes.Equal(rest, want) {
		return errAltered
	}
	return nil
}
