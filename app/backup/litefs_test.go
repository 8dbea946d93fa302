package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/restore"
	"github.com/liteset/liteset/app/backup/internal/snapshot"
	"github.com/liteset/liteset/app/backup/internal/verify"
)

func TestStockLitestreamRestoresWhatLiteFSHad(t *testing.T) {
	t.Parallel()
	livetest.Tool(t, "litestream")
	primary := livetest.Start(t, livetest.Options{})
	replica := livetest.Start(t, livetest.Options{Primary: primary})
	for _, mode := range []string{"wal", "delete"} {
		for _, size := range []int{512, 4096, 65536} {
			t.Run(fmt.Sprintf("%s-%d", mode, size), func(t *testing.T) {
				name := fmt.Sprintf("%s%d.db", mode, size)
				cfg := livetest.Config(t, replica, name, "")
				livetest.Run(t, cfg)
				st := cfg.Store
				db := livetest.Open(t, filepath.Join(primary.Mount, name))
				livetest.Exec(t, db, fmt.Sprintf("PRAGMA page_size=%d", size), "CREATE TABLE customer (id INTEGER PRIMARY KEY)", "PRAGMA journal_mode="+mode)
				// With the smaller pages, the VACUUM cuts off several of LiteFS's blocks of 256 pages.
				steps := []string{
					"CREATE TABLE invoice (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer, body BLOB)",
					"INSERT INTO invoice (body) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<1500) SELECT randomblob(900) FROM n",
					"UPDATE invoice SET body=randomblob(300) WHERE id%3=0",
					"DELETE FROM invoice WHERE id>20",
					"VACUUM",
					"DROP TABLE invoice",
					"CREATE TABLE invoice (id INTEGER PRIMARY KEY, body BLOB)",
					"INSERT INTO invoice (body) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<40) SELECT randomblob(2000) FROM n",
				}
				var had []ltx.Pos
				for _, s := range steps {
					livetest.Exec(t, db, s)
					had = append(had, primary.Pos(t, name))
				}
				last := had[len(had)-1]
				id := livetest.Newest(t, st, last.TXID)
				onReplica, err := os.ReadFile(filepath.Join(replica.Dir(name), "database"))
				if err != nil {
					t.Fatal(err)
				}
				restored, err := os.ReadFile(livetest.Stock(t, st.URL(id.String())))
				if err != nil || !bytes.Equal(restored, onReplica) {
					t.Error("the newest state is not the replica's, byte for byte")
				}
				for _, pos := range had {
					if livetest.Checksum(t, livetest.Stock(t, st.URL(id.String()), "-txid", pos.TXID.String())) != pos.PostApplyChecksum {
						t.Errorf("transaction %s is not what the primary had", pos.TXID)
					}
				}
				result, err := verify.Run(context.Background(), st, verify.Options{Scratch: t.TempDir(), Log: slog.Default()})
				if err != nil || result.Checksum != last.PostApplyChecksum.String() {
					t.Errorf("verify: %+v, %v; want checksum %s", result, err, last.PostApplyChecksum)
				}
			})
		}
	}
}

func TestStreamsFromAPrimaryAndAfterDeletionOfTheDatabase(t *testing.T) {
	t.Parallel()
	primary := livetest.Start(t, livetest.Options{})
	cfg := livetest.Config(t, primary, "a.db", "")
	livetest.Run(t, cfg)
	st := cfg.Store
	path := filepath.Join(primary.Mount, "a.db")
	fill := func(db *sql.DB, mode string, rows int) ltx.Pos {
		livetest.Exec(t, db, "CREATE TABLE t (x)", "PRAGMA journal_mode="+mode)
		for range rows {
			livetest.Exec(t, db, "INSERT INTO t VALUES (randomblob(500))")
		}
		return primary.Pos(t, "a.db")
	}
	db := livetest.Open(t, path)
	first := livetest.Newest(t, st, fill(db, "wal", 30).TXID)
	// A snapshot while the log holds what the file lacks.
	snap, err := snapshot.Take(context.Background(), cfg.Database)
	if err != nil {
		t.Fatal(err)
	}
	if pos := primary.Pos(t, "a.db"); snap.MaxTXID != pos.TXID || snap.PostApply != pos.PostApplyChecksum {
		t.Errorf("the snapshot is of %s/%s, LiteFS is at %s", snap.MaxTXID, snap.PostApply, pos)
	}
	snap.Close()
	db.Close()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	pos := fill(livetest.Open(t, path), "delete", 5)
	second := livetest.Newest(t, st, pos.TXID)
	if first == second {
		t.Error("a database that was deleted and created again is in the old one's lineage")
	}
	result, err := restore.Run(context.Background(), st, restore.Options{Output: filepath.Join(t.TempDir(), "o"), Log: slog.Default()})
	if err != nil || result.Checksum != pos.PostApplyChecksum.String() {
		t.Errorf("restored %+v, %v; want %s", result, err, pos)
	}
}
