package ltxv1

import (
	"encoding/binary"
	"hash/crc64"
	"io"

	"github.com/pierrec/lz4/v4"
	"github.com/superfly/ltx"
)

// Write writes a file as LiteFS does. postApply is the rolling checksum of the database after its last transaction.
func Write(w io.Writer, h ltx.Header, postApply ltx.Checksum, pages Pages) error {
	h.Version, h.Flags = 1, flagLZ4
	head, err := h.MarshalBinary()
	if err != nil {
		return err
	}
	if _, err := w.Write(head); err != nil {
		return err
	}
	sum := crc64.New(crcTable)
	_, _ = sum.Write(head)
	zw := lz4.NewWriter(w)
	if err := zw.Apply(lz4.BlockSizeOption(lz4.Block64Kb), lz4.CompressionLevelOption(lz4.Fast)); err != nil {
		return err
	}
	block := io.MultiWriter(zw, sum) // the checksum is of the pages before compression
	if err := pages(func(pgno uint32, data []byte) error { return page(block, pgno, data) }); err != nil {
		return err
	}
	if err := page(block, 0, nil); err != nil {
		return err
	}
	if err := zw.Close(); err != nil {
		return err
	}
	trailer := binary.BigEndian.AppendUint64(nil, uint64(postApply))
	_, _ = sum.Write(trailer)
	_, err = w.Write(binary.BigEndian.AppendUint64(trailer, uint64(ltx.ChecksumFlag)|sum.Sum64()))
	return err
}

func page(w io.Writer, pgno uint32, data []byte) error {
	if _, err := w.Write(binary.BigEndian.AppendUint32(nil, pgno)); err != nil {
		return err
	}
	_, err := w.Write(data)
	return err
}
