package check

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"github.com/liteset/liteset/app/volume/internal/sqlitefiles"
)

// newer says why the database must have been further than its newest transaction file; empty if nothing says so. LiteFS
// would take such a database back, and with it what clients were told is there.
func newer(found Finding, chain chain, wal *sqlitefiles.WAL) (string, error) {
	last := chain.last.Header
	if wal != nil && last.WALSalt1 != 0 {
		end := int64(0)
		if wal.Salt1 == last.WALSalt1 {
			end = last.WALOffset + last.WALSize
		}
		commits, err := wal.CommitsAfter(end)
		if err != nil {
			return "", err
		}
		// SQLite counts the first salt up with each new log. A process that is killed leaves one transaction at the most for
		// which LiteFS has not written a file yet.
		if int32(wal.Salt1-last.WALSalt1) >= 0 && commits > 1 {
			return fmt.Sprintf("the write-ahead log has %d transactions more than there are files for", commits), nil
		}
	}
	is, err := changes(found, last.PageSize)
	if err != nil {
		return "", err
	}
	mustBe := uint32(0)
	for _, file := range chain.files {
		_, err := file.Read(func(pgno uint32, data []byte) error {
			if pgno == 1 {
				mustBe = binary.BigEndian.Uint32(data[changeCounter:])
			}
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	if mustBe != 0 && int32(is-mustBe) > 0 {
		return fmt.Sprintf("the database was changed %d times, %d times as its newest transaction file says", is, mustBe), nil
	}
	return "", nil
}

// changeCounter is where a database's first page has SQLite's count of the transactions that changed it. In WAL mode SQLite
// does not count all. https://www.sqlite.org/fileformat2.html#file_change_counter
const changeCounter = 24

// changes reads the counter of the database, as it is once its journal has been rolled back; 0 if it has none.
func changes(found Finding, pageSize uint32) (uint32, error) {
	counter := uint32(0)
	f, err := os.Open(found.database())
	if os.IsNotExist(err) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	defer f.Close()
	head := make([]byte, 100)
	if _, err := io.ReadFull(f, head); err == nil && string(head[:16]) == "SQLite format 3\x00" {
		counter = binary.BigEndian.Uint32(head[changeCounter:])
	}
	err = sqlitefiles.JournalPages(found.journal(), pageSize, func(pgno uint32, data []byte) error {
		if pgno == 1 {
			counter = binary.BigEndian.Uint32(data[changeCounter:])
		}
		return nil
	})
	return counter, err
}
