package check

import (
	"errors"
	"io"
	"os"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/volume/internal/ltxfiles"
	"github.com/liteset/liteset/app/volume/internal/sqlitefiles"
)

// Image is a state of a database: what is in its file, and what is laid onto that, in the order of the fields.
type Image struct {
	Database string
	// Journal is the path of a rollback journal; none if empty.
	Journal string
	// WAL is laid on up to WALEnd; nil if there is none.
	WAL    *sqlitefiles.WAL
	WALEnd int64
	// Counted is how many pages of the above count; those after them are as if they were not there.
	Counted uint32
	Files   []ltxfiles.File
	// What the outcome has to be like.
	PageSize uint32
	Commit   uint32 // size in pages
	Checksum ltx.Checksum
}

// Each hands over the pages that are laid onto the database, in order; later ones take the place of earlier ones.
func (i *Image) Each(page func(pgno uint32, data []byte) error) error {
	if err := i.eachLeft(page); err != nil {
		return err
	}
	return i.eachOfFiles(page)
}

// eachLeft hands over what SQLite has left beside the database.
func (i *Image) eachLeft(page func(pgno uint32, data []byte) error) error {
	if i.Journal != "" {
		if err := sqlitefiles.JournalPages(i.Journal, i.PageSize, page); err != nil {
			return err
		}
	}
	if i.WAL != nil {
		return i.WAL.Pages(i.WALEnd, page)
	}
	return nil
}

func (i *Image) eachOfFiles(page func(pgno uint32, data []byte) error) error {
	for _, file := range i.Files {
		if _, err := file.Read(page); err != nil {
			return err
		}
	}
	return nil
}

// fits reports whether the outcome has the checksum.
func (i *Image) fits() (bool, error) {
	sums, err := i.base()
	if err != nil {
		return false, err
	}
	lay := func(pgno uint32, data []byte) error {
		if pgno >= 1 && pgno <= i.Commit {
			sums[pgno-1] = ltx.ChecksumPage(pgno, data)
		}
		return nil
	}
	if err := i.eachLeft(lay); err != nil {
		return false, err
	}
	clear(sums[min(i.Counted, i.Commit):])
	err = i.eachOfFiles(lay)
	lock := ltx.LockPgno(i.PageSize)
	sum := ltx.Checksum(0)
	for n, one := range sums {
		if uint32(n+1) != lock {
			sum ^= one
		}
	}
	return sum|ltx.ChecksumFlag == i.Checksum, err
}

// lacks returns how many bytes the database's file is too short.
func (i *Image) lacks() uint64 {
	st, err := os.Stat(i.Database)
	if err != nil {
		return i.bytes()
	}
	return i.bytes() - min(i.bytes(), uint64(st.Size()))
}

func (i *Image) bytes() uint64 { return uint64(i.Commit) * uint64(i.PageSize) }

// base returns the checksums of the pages in the file; 0 for those that it lacks.
func (i *Image) base() ([]ltx.Checksum, error) {
	sums := make([]ltx.Checksum, i.Commit)
	if i.Commit == 0 {
		return sums, nil
	}
	_, err := ltx.ChecksumPages(i.Database, i.PageSize, i.Commit, 0, sums)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return sums, err
}
