// Package snapshot copies a live database of LiteFS's and proves which transaction the copy is. It takes no lock on a
// replica: it copies the file while transactions are applied to it, applies to the copy every transaction that can have
// touched the file meanwhile, and believes the result only if its rolling checksum is the one that LiteFS wrote for the
// last of them.
package snapshot

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
	"github.com/liteset/liteset/app/backup/internal/ltxv3"
)

// ErrEmpty means that there is no database to copy: none was created yet, or it was deleted.
var ErrEmpty = errors.New("there is no database")

// Snapshot is a proven copy in a scratch file.
type Snapshot struct {
	ltxv1.Info // the transaction it is the state of
	file       *os.File
	room       room
}

// Config says where the database is.
type Config struct {
	// Dir is LiteFS's directory of the database: its data directory, "dbs", and the database's name.
	Dir string
	// Name is the database's name in the mount.
	Name string
	// LiteFS is the base URL of the node's HTTP API; needed only where the node is a primary with a write-ahead log,
	// since the file alone lacks what is in the log.
	LiteFS string
	// Scratch is a directory with room for one copy of the database.
	Scratch string
	// Most is how many bytes the copy may have, besides half of what the scratch disk has free; 0 sets no other bound.
	Most int64
}

// attempts per source: on a primary a transaction may be half written into the file.
const attempts = 3

// Take copies the database. The caller closes the snapshot.
func Take(ctx context.Context, cfg Config) (*Snapshot, error) {
	var last error
	for _, copyTo := range sources(cfg) {
		for range attempts {
			s, err := take(ctx, cfg, copyTo)
			if err == nil {
				return s, nil
			} else if errors.Is(err, ErrEmpty) || ctx.Err() != nil {
				return nil, err
			} else if fault.CodeOf(err) == fault.NoRoom {
				return nil, err
			} else if fault.IsNoRoom(err) {
				return nil, fault.OfDisk(err, moreRoom)
			}
			last = err
		}
	}
	return nil, fault.Wrap(last, fault.Torn, "no consistent copy of %s", cfg.Name).
		WithHint("it is tried again; with a write-ahead log on a primary, -litefs must be set")
}

func take(ctx context.Context, cfg Config, copyTo source) (_ *Snapshot, err error) {
	ltxDir := filepath.Join(cfg.Dir, "ltx")
	before, err := newest(ltxDir)
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(cfg.Scratch, "snapshot-*.db")
	if err != nil {
		return nil, fmt.Errorf("make a scratch file: %w", err)
	}
	s := &Snapshot{file: f, room: roomIn(cfg)}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if err := copyTo(ctx, cfg, &filling{f, s.room, 0}); err != nil {
		return nil, fmt.Errorf("copy the database: %w", err)
	}
	if err := s.rollForward(ltxDir, before); err != nil {
		return nil, fmt.Errorf("apply transactions to the copy: %w", err)
	}
	if err := s.prove(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Snapshot) prove() error {
	got, err := ltxv1.Checksum(s.pages)
	if err != nil {
		return fmt.Errorf("compute the copy's checksum: %w", err)
	} else if got != s.PostApply {
		return fmt.Errorf("the copy's checksum is %s, transaction %s has %s", got, s.MaxTXID, s.PostApply)
	}
	return nil
}

func (s *Snapshot) pages(visit func(uint32, []byte) error) error {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return ltxv1.Database(bufio.NewReaderSize(s.file, 1<<20), s.PageSize)(visit)
}

// Encode writes the snapshot as a file of the store.
func (s *Snapshot) Encode(w io.Writer) error {
	return ltxv3.Encode(w, ltxv3.Header(s.PageSize, s.Commit, 1, s.MaxTXID, s.Timestamp, s.PostApply), s.pages)
}

// Close removes the scratch file.
func (s *Snapshot) Close() {
	s.file.Close()
	os.Remove(s.file.Name())
}
