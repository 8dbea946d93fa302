// Package check finds out, without writing anything, whether LiteFS would open the folder of a database, and if it would
// not, whether the transaction files that are there make it whole.
package check

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/volume/internal/ltxfiles"
	"github.com/liteset/liteset/app/volume/internal/sqlitefiles"
)

// State of a folder.
type State string

const (
	// Whole: LiteFS opens it, at the checksum of its last transaction.
	Whole State = "whole"
	// Mendable: it is whole once the Mend has been written.
	Mendable State = "mendable"
	// Damaged: what is there does not give the state after its last transaction.
	Damaged State = "damaged"
)

// Finding is what a folder is like.
type Finding struct {
	Dir   string
	State State
	// TXID is the newest transaction that the folder has, or had; 0 if nothing says which.
	TXID ltx.TXID
	// Checksum is that of the database after it, if that can be read.
	Checksum ltx.Checksum
	// Why says what is wrong with a folder that is not whole.
	Why string
	// Mend makes a Mendable folder whole.
	Mend *Image
	// Grows is by how many bytes LiteFS makes a Whole database longer when it opens it: what is in the log only.
	Grows uint64
	// Unreadable are transaction files that the database can do without, and that replicas and the backup would stumble over.
	Unreadable []ltxfiles.File
}

// Folder looks at LiteFS's folder of one database. LiteFS must not run.
func Folder(dir string) Finding {
	found := Finding{Dir: dir}
	files, err := ltxfiles.List(filepath.Join(dir, "ltx"))
	if err != nil {
		return found.damaged(err)
	}
	if len(files) == 0 {
		return withoutTransactions(found)
	}
	chain := readChain(files)
	found.TXID, found.Unreadable = files[len(files)-1].Max, chain.unreadable
	if chain.broken != nil {
		return found.damaged(chain.broken)
	}
	found.Checksum = chain.last.Post
	return withTransactions(found, chain)
}

// withoutTransactions judges a folder without any transaction file. LiteFS keeps the last one, always: a database beside
// none has lost it, and nothing proves the database any more.
func withoutTransactions(found Finding) Finding {
	journal, err := sqlitefiles.ReadJournalHead(found.journal())
	if err != nil {
		return found.damaged(err)
	}
	undoesAll := journal != nil && journal.IsHot && journal.Before == 0 // the transaction would have been the first
	if st, err := os.Stat(found.database()); err == nil && st.Size() > 0 && !undoesAll {
		return found.damaged(errors.New("there is a database, but no transaction file that says what it must be like"))
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return found.damaged(err)
	}
	committed := false
	if wal, err := sqlitefiles.OpenWAL(found.wal()); err != nil {
		return found.damaged(err)
	} else if wal != nil {
		err := wal.Pages(wal.Size, func(uint32, []byte) error { committed = true; return nil })
		if err != nil || committed {
			return found.damaged(errors.Join(err, errors.New("there is a write-ahead log, but no transaction file that says what it must be like")))
		}
	}
	found.State = Whole
	return found
}

// withTransactions compares the database with its last transaction: as LiteFS would open it, then with all transaction
// files laid onto it, then without what SQLite has left beside it.
func withTransactions(found Finding, chain chain) Finding {
	last := chain.last.Header
	base := Image{Database: found.database(), PageSize: last.PageSize, Commit: last.Commit, Counted: math.MaxUint32, Checksum: chain.last.Post}
	wal, err := sqlitefiles.OpenWAL(found.wal())
	if err != nil {
		return found.damaged(err)
	}
	left := base
	left.Journal = found.journal()
	// Another log than the last transaction was written to is older: LiteFS leaves it out.
	if wal != nil && wal.Salt1 == last.WALSalt1 && wal.Salt2 == last.WALSalt2 && wal.PageSize == last.PageSize {
		left.WAL, left.WALEnd = wal, last.WALOffset+last.WALSize
	}
	if why, err := newer(left, chain, wal); err != nil || why != "" {
		return found.further(why, err)
	}
	fits, err := fitsAsLitefs(found, left, chain)
	if fits {
		found.State, found.Grows = Whole, base.lacks()
		return found
	}
	all, bare := left, base
	all.Files, bare.Files = chain.files, chain.files
	for _, image := range []Image{all, bare} {
		if fits, err := image.fits(); err == nil && fits {
			found.State, found.Mend = Mendable, &image
			found.Why = fmt.Sprintf("LiteFS would not open it at TXID %s", found.TXID)
			return found
		}
	}
	if err == nil {
		err = fmt.Errorf("the database does not have the checksum that it had after TXID %s", found.TXID)
	}
	return found.damaged(err)
}

func (f Finding) damaged(why error) Finding {
	f.State, f.Why, f.Mend = Damaged, why.Error(), nil
	return f
}

// further is damaged, and at least one transaction further than its newest transaction file.
func (f Finding) further(why string, err error) Finding {
	f.TXID++
	if err == nil {
		err = errors.New(why)
	}
	return f.damaged(err)
}

func (f Finding) database() string { return filepath.Join(f.Dir, "database") }
func (f Finding) wal() string      { return filepath.Join(f.Dir, "wal") }
func (f Finding) journal() string  { return filepath.Join(f.Dir, "journal") }
