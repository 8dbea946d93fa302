package check

import (
	"fmt"

	"github.com/liteset/liteset/app/volume/internal/sqlitefiles"
)

// newer says why the database must have been further than its newest transaction file; empty if nothing says so. LiteFS
// would take such a database back, and with it what clients were told is there. `left` is the database with what SQLite has
// left beside it.
func newer(left Image, chain chain, wal *sqlitefiles.WAL) (string, error) {
	if why, err := logIsNewer(chain, wal); err != nil || why != "" {
		return why, err
	}
	if why, err := hasChanged(left, chain); err != nil || why != "" {
		return why, err
	}
	return hasGrown(left, chain)
}

func logIsNewer(chain chain, wal *sqlitefiles.WAL) (string, error) {
	last := chain.last.Header
	if wal == nil || last.WALSalt1 == 0 {
		return "", nil
	}
	end := int64(0)
	if wal.Salt1 == last.WALSalt1 {
		end = last.WALOffset + last.WALSize
	}
	commits, err := wal.CommitsAfter(end)
	// SQLite counts the first salt up with each new log. A process that is killed leaves one transaction at the most for
	// which LiteFS has not written a file yet.
	if err != nil || int32(wal.Salt1-last.WALSalt1) < 0 || commits <= 1 {
		return "", err
	}
	return fmt.Sprintf("the write-ahead log has %d transactions more than there are files for", commits), nil
}

// hasChanged compares SQLite's count of changes, as it is in the database and not in its log: the log has been looked at.
func hasChanged(left Image, chain chain) (string, error) {
	left.WAL = nil
	is, err := headOf(left)
	if err != nil || is == nil {
		return "", err
	}
	mustBe, err := headOf(Image{Files: chain.files})
	if err != nil || mustBe == nil || int32(is.changes()-mustBe.changes()) <= 0 {
		return "", err
	}
	return fmt.Sprintf("the database was changed %d times, %d times as its newest transaction file says", is.changes(), mustBe.changes()), nil
}

// hasGrown finds more pages than the transaction files know of: in WAL mode nothing else may tell of what is missing, once
// the log is gone. A database that the newest transaction made smaller, and that it has not reached yet, has more, too.
func hasGrown(left Image, chain chain) (string, error) {
	is, err := headOf(left)
	if err != nil || is == nil || !is.knowsSize() || is.size() <= chain.largest {
		return "", err
	}
	left.Commit, left.Checksum = is.size(), chain.last.Header.PreApplyChecksum
	if left.lacks() > 0 {
		return "", nil // a damaged head may tell of millions of pages
	}
	if isBefore, err := left.fits(); err != nil || isBefore {
		return "", err
	}
	return fmt.Sprintf("the database had %d pages, %d at the most as its transaction files say", is.size(), chain.largest), nil
}
