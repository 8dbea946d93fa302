package check

import (
	"encoding/binary"
	"io"
	"os"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/volume/internal/sqlitefiles"
)

// opens reports whether LiteFS gets as far as comparing checksums (db.go of LiteFS, Open). It deletes the whole folder of a
// database whose header it does not know, and ends itself at a write-ahead log that is shorter than the last transaction says.
func opens(found Finding, last ltx.Header) bool {
	return headerIsGood(found.database(), last) && walIsGood(found.wal(), last)
}

func headerIsGood(path string, last ltx.Header) bool {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return true
	} else if err != nil {
		return false
	}
	defer f.Close()
	h := make([]byte, 100)
	if n, err := io.ReadFull(f, h); n == 0 && err == io.EOF {
		return true // LiteFS takes it for a database that is not there
	} else if err != nil || string(h[:16]) != "SQLite format 3\x00" {
		return false
	}
	size := uint32(binary.BigEndian.Uint16(h[16:]))
	if size == 1 {
		size = 65536
	}
	return size == last.PageSize
}

func walIsGood(path string, last ltx.Header) bool {
	st, err := os.Stat(path)
	if os.IsNotExist(err) {
		return true
	} else if err != nil || st.Size() == 0 {
		return err == nil
	}
	wal, err := sqlitefiles.OpenWAL(path)
	if err != nil || wal == nil {
		return false
	}
	older := wal.Salt1 != last.WALSalt1 || wal.Salt2 != last.WALSalt2
	return older || wal.PageSize == last.PageSize && wal.Size >= last.WALOffset
}
