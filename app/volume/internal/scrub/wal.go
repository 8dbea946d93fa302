package scrub

import (
	"path/filepath"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/volume/internal/sqlitefiles"
)

// readWAL takes the pages over that are in the write-ahead log and not in the database yet, as they were after the newest
// transaction. A log that has begun anew since is not needed: all that was in it is in the database by then.
func (p *pass) readWAL(last ltx.Header) error {
	path := filepath.Join(p.dir, "wal")
	isOf := func(wal *sqlitefiles.WAL) bool {
		return wal != nil && wal.Salt1 == last.WALSalt1 && wal.Salt2 == last.WALSalt2 && wal.PageSize == last.PageSize
	}
	wal, err := sqlitefiles.OpenWAL(path)
	if err != nil || !isOf(wal) {
		return err
	}
	pages := map[uint32]ltx.Checksum{}
	err = wal.Pages(last.WALOffset+last.WALSize, func(pgno uint32, data []byte) error {
		pages[pgno] = ltx.ChecksumPage(pgno, data)
		return nil
	})
	again, headErr := sqlitefiles.OpenWAL(path)
	if headErr != nil || !isOf(again) {
		return headErr
	}
	for pgno, sum := range pages {
		if pgno <= p.commit {
			p.sums[pgno-1], p.known[pgno-1] = sum, true
		}
	}
	return err
}
