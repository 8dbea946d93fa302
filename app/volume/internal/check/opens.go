package check

import (
	"os"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/volume/internal/sqlitefiles"
)

// fitsAsLitefs reports whether LiteFS opens what is there, and has the right checksum then.
func fitsAsLitefs(found Finding, left Image, chain chain) (bool, error) {
	if !opens(found, chain.last.Header) {
		return false, nil
	}
	counted, err := counts(left)
	if err != nil {
		return false, err
	}
	left.Counted, left.Files = counted, chain.files[len(chain.files)-1:]
	return left.fits()
}

// opens reports whether LiteFS gets as far as comparing checksums (db.go of LiteFS, Open). It deletes the whole folder of a
// database whose header it does not know, ends itself at a write-ahead log that is shorter than the last transaction says, and
// plays a journal back that SQLite would not.
func opens(found Finding, last ltx.Header) bool {
	return headIsGood(found.database(), last) && walIsGood(found.wal(), last) && journalIsGood(found.journal(), last)
}

// counts returns how many pages LiteFS counts of what it finds, before its newest transaction file: it cuts the database to the
// size that the journal takes it back to, and then looks at no more pages than the database's head says.
func counts(left Image) (uint32, error) {
	h, err := headOf(left)
	if err != nil || h == nil {
		return 0, err
	}
	journal, err := sqlitefiles.ReadJournalHead(left.Journal)
	if err != nil || journal == nil || !journal.IsUsed() {
		return h.size(), err
	}
	return min(h.size(), journal.Before), nil
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

func journalIsGood(path string, last ltx.Header) bool {
	journal, err := sqlitefiles.ReadJournalHead(path)
	return err == nil && (journal == nil || journal.IsWhole(last.PageSize))
}
