package seed

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
	"github.com/liteset/liteset/app/backup/internal/restore"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// moreRoom is what to do about a volume that is full.
const moreRoom = "the volume needs room for the database twice: raise persistence.size"

// build makes LiteFS's directory of the database: the database, and one transaction file that is a snapshot of it, from
// which LiteFS takes its position when it opens the database (db.go, Open and ApplyLTXNoLock).
func build(ctx context.Context, s *store.Store, dir string, o Options) (restore.Result, error) {
	files := filepath.Join(dir, "ltx")
	if err := os.MkdirAll(files, 0o777); err != nil { // as LiteFS makes them: the umask decides
		return restore.Result{}, fault.OfDisk(err, moreRoom)
	}
	point := o.Point
	point.Output, point.Log = filepath.Join(dir, "database"), o.Log
	restored, err := restore.Run(ctx, s, point)
	if err != nil {
		return restore.Result{}, err
	}
	if err := checkHeader(point.Output, restored); err != nil {
		return restore.Result{}, err
	}
	if err := writeSnapshot(point.Output, files, restored); err != nil {
		return restore.Result{}, fault.OfDisk(fmt.Errorf("the snapshot that LiteFS starts from: %w", err), moreRoom)
	}
	if err := errors.Join(restore.SyncDir(files), restore.SyncDir(dir)); err != nil {
		return restore.Result{}, fault.OfDisk(err, moreRoom)
	}
	return restored, nil
}

// checkHeader checks what LiteFS reads in the header of a database before anything else: it clears away all files of one
// that is not SQLite's.
func checkHeader(path string, r restore.Result) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read the restored database's header: %w", err)
	}
	defer f.Close()
	head := make([]byte, 100)
	if _, err := io.ReadFull(f, head); err != nil || string(head[:16]) != "SQLite format 3\x00" {
		return notADatabase("it does not begin with SQLite's header")
	}
	size := uint32(binary.BigEndian.Uint16(head[16:]))
	if size == 1 {
		size = 65536
	}
	if size != r.PageSize {
		return notADatabase(fmt.Sprintf("its pages have %d bytes, its transactions are of pages of %d bytes", size, r.PageSize))
	}
	return nil
}

// writeSnapshot writes the transaction file and reads it again.
func writeSnapshot(database, dir string, r restore.Result) error {
	txid, err := ltx.ParseTXID(r.TXID)
	if err != nil {
		return err
	}
	sum, err := ltx.ParseChecksum(r.Checksum)
	if err != nil {
		return err
	}
	db, err := os.Open(database)
	if err != nil {
		return err
	}
	defer db.Close()
	path := filepath.Join(dir, ltx.FormatFilename(1, txid))
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	h := ltx.Header{PageSize: r.PageSize, Commit: r.Pages, MinTXID: 1, MaxTXID: txid, Timestamp: r.Time.UnixMilli()}
	pages := ltxv1.Database(bufio.NewReaderSize(db, 1<<20), r.PageSize)
	if err := errors.Join(ltxv1.Write(w, h, sum, pages), w.Flush(), f.Sync()); err != nil {
		return err
	}
	_, err = ltxv1.Verify(path)
	return err
}
