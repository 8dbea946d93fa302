package scrub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/volume/internal/ltxfiles"
	"github.com/liteset/liteset/app/volume/internal/sqlitefiles"
)

// settle is how long a pass waits for the transaction that was being written while it read the last page.
const settle = 2 * time.Second

// errMoved says that transactions went by that a pass could not follow: a snapshot came, or files were removed before their time.
var errMoved = errors.New("the database moved on while it was read")

// damage is what a pass found.
type damage struct{ why string }

func (d damage) Error() string { return d.why }

// pass reads one database while it is written. No lock is needed: a page that no transaction changes meanwhile is the same at the
// end as when it was read, and for any other page the transaction file has what it is like. So whatever was read of a page that
// was just being written is not used.
type pass struct {
	dir  string
	pace *pace
	// last is the newest transaction file when the pass began, or that was followed since.
	last string
	// Where the transactions that were followed end.
	at     ltx.TXID
	post   ltx.Checksum
	commit uint32 // size in pages
	size   int64  // of a page
	sums   []ltx.Checksum
	// known are the pages whose checksum is not to be taken from the database file.
	known []bool
}

// read compares the database in a folder of LiteFS's with its checksum.
//
// `litefs` tells the transaction that the database has. It returns a damage if they differ, errMoved if that cannot be told, and
// nil if there is nothing to compare.
func read(ctx context.Context, dir string, pace *pace, litefs func() ltx.TXID) error {
	files, err := ltxfiles.List(filepath.Join(dir, "ltx"))
	if err != nil {
		return found(ctx, err)
	} else if len(files) == 0 {
		return nil
	}
	last := files[len(files)-1]
	info, err := last.Read(func(_ uint32, data []byte) error { return pace.read(ctx, len(data)) })
	if errors.Is(err, fs.ErrNotExist) {
		return errMoved
	} else if err != nil {
		return found(ctx, err)
	}
	// A replica has the file first and the pages then, and so has a LiteFS that starts.
	if litefs() < last.Max {
		return errMoved
	}
	p := &pass{dir: dir, pace: pace, last: last.Path, at: last.Max, post: info.Post, commit: info.Header.Commit, size: int64(info.Header.PageSize)}
	p.grow(p.commit)
	if err := p.readWAL(info.Header); err != nil {
		return found(ctx, err)
	}
	if err := p.readDatabase(ctx); err != nil {
		return found(ctx, err)
	}
	return p.compare(ctx)
}

// found makes a damage of what could not be read.
func found(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, errMoved) || errors.Is(err, errLitefsEnded) {
		return err
	}
	return damage{err.Error()}
}

// readDatabase reads the pages in order, and follows the transactions that are written meanwhile.
func (p *pass) readDatabase(ctx context.Context) error {
	f, err := os.Open(filepath.Join(p.dir, "database"))
	if errors.Is(err, fs.ErrNotExist) {
		return p.follow() // a database without pages: the checksums tell whether it should have some
	} else if err != nil {
		return err
	}
	defer f.Close()
	chunk := make([]byte, p.pace.chunk(p.size))
	for next := uint32(1); next <= p.commit; next += uint32(int64(len(chunk)) / p.size) {
		offset := int64(next-1) * p.size
		fromDisk(f, offset, len(chunk))
		n, err := f.ReadAt(chunk, offset)
		if err != nil && err != io.EOF {
			return fmt.Errorf("page %d cannot be read: %w", next, err)
		}
		for i := int64(0); (i+1)*p.size <= int64(n); i++ {
			if pgno := next + uint32(i); pgno <= p.commit && !p.known[pgno-1] {
				p.sums[pgno-1] = ltx.ChecksumPage(pgno, chunk[i*p.size:(i+1)*p.size])
			}
		}
		if err := p.pace.read(ctx, n); err != nil {
			return err
		}
		if err := p.follow(); err != nil {
			return err
		}
	}
	return nil
}

// follow takes over what the transactions have changed since.
func (p *pass) follow() error {
	for {
		next := p.at + 1
		file := ltxfiles.File{Path: filepath.Join(p.dir, "ltx", ltx.FormatFilename(next, next)), Min: next, Max: next}
		info, err := file.Read(func(pgno uint32, data []byte) error {
			p.grow(pgno)
			p.sums[pgno-1], p.known[pgno-1] = ltx.ChecksumPage(pgno, data), true
			return nil
		})
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		} else if err != nil {
			return err
		}
		if info.Header.PreApplyChecksum != p.post || int64(info.Header.PageSize) != p.size {
			return errMoved
		}
		p.last, p.at, p.post, p.commit = file.Path, next, info.Post, info.Header.Commit
		p.grow(p.commit)
	}
}

// compare waits, if they differ, for the transaction that was being written while its pages were read.
func (p *pass) compare(ctx context.Context) error {
	readAt := p.at
	for end := time.Now().Add(settle); ; {
		if err := p.follow(); err != nil {
			return found(ctx, err)
		}
		is := p.checksum()
		if is == p.post {
			return nil
		}
		if time.Now().After(end) {
			return p.differs(is, readAt)
		}
		if err := p.pace.wait(ctx, settle/20); err != nil {
			return err
		}
	}
}

func (p *pass) differs(is ltx.Checksum, readAt ltx.TXID) error {
	files, err := ltxfiles.List(filepath.Join(p.dir, "ltx"))
	if err != nil {
		return damage{err.Error()}
	}
	// A transaction that is not over yet may have written pages into the database.
	journal, err := sqlitefiles.ReadJournalHead(filepath.Join(p.dir, "journal"))
	if err != nil {
		return err
	}
	isWriting := p.at == readAt && journal != nil && journal.IsHot
	if isWriting || len(files) == 0 || files[len(files)-1].Path != p.last {
		return errMoved
	}
	return damage{fmt.Sprintf("at TXID %s it has the checksum %s, and LiteFS's is %s", p.at, is, p.post)}
}

func (p *pass) checksum() ltx.Checksum {
	sum := ltx.Checksum(0)
	lock := ltx.LockPgno(uint32(p.size))
	for i, one := range p.sums[:p.commit] {
		if uint32(i+1) != lock {
			sum ^= one
		}
	}
	return sum | ltx.ChecksumFlag
}

func (p *pass) grow(pages uint32) {
	if more := int(pages) - len(p.sums); more > 0 {
		p.sums = append(p.sums, make([]ltx.Checksum, more)...)
		p.known = append(p.known, make([]bool, more)...)
	}
}
