// Package restore brings a database back as it was at a transaction or a time, and proves that it is.
package restore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
	"github.com/liteset/liteset/app/backup/internal/ltxv3"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// Options of a restore. Without a TXID or a Timestamp it is the newest state.
type Options struct {
	// Output is the database file to create. It must not exist; its directory must, with room for it.
	Output string
	// Most is how many bytes the database may have; 0 is what its directory has room for.
	Most int64
	// Lineage is where to look; 0 is the newest one with a backup, or the one that was the newest at Timestamp.
	Lineage lineage.ID
	// TXID is the last transaction to restore.
	TXID ltx.TXID
	// Timestamp restores what was committed before it.
	Timestamp time.Time
	Log       *slog.Logger
}

// Result says what was restored.
type Result struct {
	Lineage  string    `json:"lineage"`
	TXID     string    `json:"txid"`
	Time     time.Time `json:"committed"`
	PageSize uint32    `json:"pageSize"`
	Pages    uint32    `json:"pages"`
	// Checksum is LiteFS's rolling checksum, computed from the restored pages and equal to the cluster's at TXID.
	Checksum string `json:"checksum"`
}

// Run restores. On an error there is no output file.
func Run(ctx context.Context, s *store.Store, o Options) (Result, error) {
	if o.TXID != 0 && !o.Timestamp.IsZero() {
		return Result{}, fault.New(fault.Usage, "a transaction and a time cannot both be restored")
	}
	if _, err := os.Lstat(o.Output); err == nil {
		return Result{}, exists(o.Output)
	}
	id, client, err := choose(ctx, s, o)
	if err != nil {
		return Result{}, err
	}
	plan, err := litestream.CalcRestorePlan(ctx, precise{client, o.Timestamp}, o.TXID, o.Timestamp, o.Log)
	if errors.Is(err, litestream.ErrTxNotAvailable) {
		return Result{}, fault.Wrap(err, fault.NoBackup, "lineage %s has no such restore point", id).
			WithHint("list shows what each lineage holds; transactions that share an object cannot be restored one by one")
	} else if fault.CodeOf(err) != "" || ctx.Err() != nil {
		return Result{}, err
	} else if err != nil {
		return Result{}, fault.Wrap(err, fault.StoreCorrupt, "lineage %s cannot be read", id).
			WithHint("run verify; name an earlier transaction or another lineage")
	}
	return build(ctx, client, id, plan, o)
}

func build(ctx context.Context, c litestream.ReplicaClient, id lineage.ID, plan []*ltx.FileInfo, o Options) (Result, error) {
	dir, err := os.MkdirTemp(filepath.Dir(o.Output), ".restore-*")
	if err != nil {
		return Result{}, onDisk(err)
	}
	defer os.RemoveAll(dir)
	partial := filepath.Join(dir, "database")
	h, err := assemble(ctx, c, plan, partial, roomIn(dir, o.Most))
	if err != nil && fault.CodeOf(err) == "" && ctx.Err() == nil {
		err = fault.Wrap(err, fault.StoreCorrupt, "lineage %s does not make a database", id).
			WithHint("run verify; name an earlier transaction or another lineage")
	}
	if err != nil {
		return Result{}, err
	}
	got, err := Checksum(partial, h.PageSize)
	if err != nil {
		return Result{}, fmt.Errorf("compute the restored database's checksum: %w", err)
	}
	if want, _ := ltxv3.Proof(h); got != want {
		return Result{}, fault.New(fault.Mismatch, "the restored database has checksum %s, the cluster had %s at transaction %s", got, want, h.MaxTXID).
			WithHint("run verify; name an earlier transaction or another lineage")
	}
	if err := place(partial, o.Output); err != nil {
		return Result{}, err
	}
	return Result{
		Lineage: id.String(), TXID: h.MaxTXID.String(), Time: time.UnixMilli(h.Timestamp).UTC(),
		PageSize: h.PageSize, Pages: h.Commit, Checksum: got.String(),
	}, nil
}

// assemble applies the objects of a plan to a new file, and returns the header of the last.
func assemble(ctx context.Context, c litestream.ReplicaClient, plan []*ltx.FileInfo, output string, room int64) (ltx.Header, error) {
	f, err := os.Create(output)
	if err != nil {
		return ltx.Header{}, onDisk(err)
	}
	defer f.Close()
	db := database{file: f, room: room}
	for _, info := range plan {
		if err := db.apply(ctx, c, info); err != nil {
			return ltx.Header{}, err
		}
	}
	return db.header, db.complete()
}

// place gives a finished file its name, for good. A link, unlike a rename, never replaces what is there.
func place(partial, output string) error {
	err := os.Link(partial, output)
	if errors.Is(err, os.ErrExist) {
		return exists(output)
	}
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOTSUP) { // the file system knows no links
		err = os.Rename(partial, output)
	}
	if err == nil {
		err = SyncDir(filepath.Dir(output))
	}
	if err != nil {
		return onDisk(err)
	}
	return nil
}

// Checksum computes LiteFS's rolling checksum over a database file.
func Checksum(path string, pageSize uint32) (ltx.Checksum, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return ltxv1.Checksum(ltxv1.Database(bufio.NewReaderSize(f, 1<<20), pageSize))
}

func exists(path string) error {
	return fault.New(fault.Exists, "%s exists and is not overwritten", path).WithHint("move it away, or restore elsewhere")
}

// SyncDir makes what was created in, or moved into, a directory outlast a power cut.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
