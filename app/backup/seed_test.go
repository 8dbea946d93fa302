package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/restore"
	"github.com/liteset/liteset/app/backup/internal/seed"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// seeded is a database that was streamed to a store of its own and is seeded from there into a new cluster.
type seeded struct {
	name, mode string
	st         *store.Store
	pos        ltx.Pos
	line       lineage.ID
}

func TestLiteFSGoesOnFromASeededVolumeInTheSameLineage(t *testing.T) {
	t.Parallel()
	old := livetest.Start(t, livetest.Options{})
	var all []seeded
	for _, mode := range []string{"wal", "delete"} {
		for _, size := range []int{512, 4096, 65536} {
			all = append(all, streamed(t, old, fmt.Sprintf("%s%d.db", mode, size), mode, size))
		}
	}
	data := t.TempDir()
	for _, s := range all {
		result, err := seed.Run(context.Background(), s.st, seed.Options{Data: data, Database: s.name, Log: slog.Default()})
		if err != nil || !result.Seeded || result.TXID != s.pos.TXID.String() || result.Checksum != s.pos.PostApplyChecksum.String() {
			t.Fatalf("%s: %+v, %v; want %s", s.name, result, err, s.pos)
		}
		again, err := seed.Run(context.Background(), s.st, seed.Options{Data: data, Database: s.name, Log: slog.Default()})
		if err != nil || again.Seeded || again.Why != seed.HasData {
			t.Fatalf("%s, seeded once more: %+v, %v", s.name, again, err)
		}
	}
	fresh := livetest.Start(t, livetest.Options{Data: data})
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) { goesOn(t, fresh, s) })
	}
}

// streamed makes a database on a node and streams it until all of it is in the store.
func streamed(t *testing.T, n *livetest.Node, name, mode string, size int) seeded {
	t.Helper()
	cfg := livetest.Config(t, n, name, "")
	stop := livetest.Run(t, cfg)
	db := livetest.Open(t, filepath.Join(n.Mount, name))
	livetest.Exec(t, db, fmt.Sprintf("PRAGMA page_size=%d", size), "CREATE TABLE t (x)", "PRAGMA journal_mode="+mode)
	for range 20 {
		livetest.Exec(t, db, "INSERT INTO t VALUES (randomblob(700))")
	}
	pos := n.Pos(t, name)
	line := livetest.Newest(t, cfg.Store, pos.TXID)
	stop()
	return seeded{name, mode, cfg.Store, pos, line}
}

func goesOn(t *testing.T, n *livetest.Node, s seeded) {
	if got := n.Pos(t, s.name); got != s.pos {
		t.Fatalf("LiteFS starts at %s, want %s", got, s.pos)
	}
	db := livetest.Open(t, filepath.Join(n.Mount, s.name))
	wantRows(t, db, 20)
	var mode string
	if err := db.QueryRow("PRAGMA journal_mode").Scan(&mode); err != nil || mode != s.mode {
		t.Errorf("the journal mode is %q, %v", mode, err)
	}
	livetest.Exec(t, db, "INSERT INTO t VALUES (1)", "DELETE FROM t WHERE x<>1", "VACUUM", "INSERT INTO t VALUES (2)")
	wantRows(t, db, 2)
	pos := n.Pos(t, s.name)
	if pos.TXID <= s.pos.TXID {
		t.Fatalf("after writes the position is %s", pos)
	}
	cfg := livetest.Config(t, n, s.name, "")
	cfg.Store = s.st
	livetest.Run(t, cfg)
	if line := livetest.Newest(t, s.st, pos.TXID); line != s.line {
		t.Errorf("the stream is in lineage %s now, it was in %s", line, s.line)
	}
	result, err := restore.Run(context.Background(), s.st, restore.Options{Output: filepath.Join(t.TempDir(), "o"), Log: slog.Default()})
	if err != nil || result.Checksum != pos.PostApplyChecksum.String() {
		t.Errorf("restored %+v, %v; want %s", result, err, pos)
	}
}

func wantRows(t *testing.T, db *sql.DB, want int) {
	t.Helper()
	var rows int
	if err := db.QueryRow("SELECT count(*) FROM t").Scan(&rows); err != nil || rows != want {
		t.Fatalf("%d rows, %v; want %d", rows, err, want)
	}
}
