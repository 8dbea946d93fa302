package check

import (
	"os"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/volume/internal/sqlitefiles"
)

// opens reports whether LiteFS gets as far as comparing checksums (db.go of LiteFS, Open). It deletes the whole folder of a
// database whose header it does not know, and ends itself at a write-ahead log that is shorter than the last transaction says.
func opens(found Finding, last ltx.Header) bool {
	return headIsGood(found.database(), last) && walIsGood(found.wal(), last)
}

func headIsGood(path string, last ltx.Header) bool {
	h, err := readHead(path)
	if err == nil && len(h) == 0 {
		return true // LiteFS takes it for a database that is not there
	}
	return err == nil && h.isGood() && h.pageSize() == last.PageSize
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
