package ltxtest

import (
	"bytes"
	"encoding/binary"
	"hash/crc64"
	"os"
	"path/filepath"
	"time"

	"github.com/pierrec/lz4/v4"
	"github.com/superfly/ltx"
)

// file writes a transaction file, and moves the clock on.
func (db *DB) file(first, last ltx.TXID, pre ltx.Checksum, changed map[uint32][]byte) {
	h := ltx.Header{Version: 1, Flags: 1, PageSize: db.PageSize, Commit: uint32(len(db.pages)), MinTXID: first, MaxTXID: last, Timestamp: db.Clock.UnixMilli(), PreApplyChecksum: pre}
	if first == 1 {
		h.PreApplyChecksum = 0
	}
	if db.raw {
		h.Flags = 0
	}
	db.Clock = db.Clock.Add(time.Millisecond)
	path := filepath.Join(db.LTX(), ltx.FormatFilename(first, last))
	db.must(os.WriteFile(path+".tmp", Encode(h, changed, db.Sum), 0o644))
	db.must(os.Rename(path+".tmp", path))
}

// Encode makes a file of version 1.
func Encode(h ltx.Header, pages map[uint32][]byte, post ltx.Checksum) []byte {
	head, _ := h.MarshalBinary()
	var block bytes.Buffer
	for pgno := uint32(1); pgno <= h.Commit; pgno++ {
		if data, ok := pages[pgno]; ok {
			block.Write(binary.BigEndian.AppendUint32(nil, pgno))
			block.Write(data)
		}
	}
	block.Write(make([]byte, 4))
	trailer := binary.BigEndian.AppendUint64(nil, uint64(post))
	sum := crc64.New(crc64.MakeTable(crc64.ISO))
	sum.Write(head)
	sum.Write(block.Bytes())
	sum.Write(trailer)
	out := bytes.NewBuffer(head)
	if h.Flags&1 != 0 {
		zw := lz4.NewWriter(out)
		_, _ = zw.Write(block.Bytes())
		_ = zw.Close()
	} else {
		out.Write(block.Bytes())
	}
	out.Write(trailer)
	return binary.BigEndian.AppendUint64(out.Bytes(), uint64(ltx.ChecksumFlag)|sum.Sum64())
}
