package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/livetest"
)

// A database that one writer makes smaller, by 90 % and more, while others write: VACUUM, and both kinds of auto_vacuum.
func TestStockLitestreamRestoresADatabaseThatShrankUnderWriters(t *testing.T) {
	livetest.Tool(t, "litestream")
	rounds, others := 3, 3
	if livetest.Long() {
		rounds, others = 200, 8
	}
	primary := livetest.Start(t, livetest.Options{})
	replica := livetest.Start(t, livetest.Options{Primary: primary})
	for seed := range rounds {
		mode := []string{"NONE", "FULL", "INCREMENTAL"}[seed%3]
		t.Run(fmt.Sprintf("%d-%s", seed, mode), func(t *testing.T) {
			name := fmt.Sprintf("%d.db", seed)
			path := filepath.Join(primary.Mount, name)
			first := livetest.Open(t, path)
			livetest.Exec(t, first, "PRAGMA auto_vacuum="+mode, "CREATE TABLE row (id INTEGER PRIMARY KEY, writer INTEGER, body BLOB)",
				"CREATE INDEX bodies ON row (body)", "PRAGMA journal_mode=WAL")
			cfg := livetest.Config(t, replica, name, "")
			stop := livetest.Run(t, cfg)
			var writers sync.WaitGroup
			for writer := range others + 1 {
				db, random := livetest.Open(t, path), rand.New(rand.NewSource(int64(100*seed+writer)))
				livetest.Exec(t, db, "PRAGMA busy_timeout=120000") // SQLite's lock is not fair, and nine ask for it
				work := grow
				if writer == 0 {
					work = shrink
				}
				writers.Go(func() {
					if err := work(db, random, writer); err != nil {
						t.Errorf("writer %d: %v", writer, err)
					}
				})
			}
			writers.Wait()
			livetest.Exec(t, first, "INSERT INTO row (writer) VALUES (-1)")
			pos := primary.Pos(t, name)
			livetest.Eventually(t, "the replica is level", func() bool { return replica.Pos(t, name) == pos })
			id := livetest.Newest(t, cfg.Store, pos.TXID)
			stop()
			restored := livetest.Stock(t, cfg.Store.URL(id.String()))
			if livetest.Checksum(t, restored) != pos.PostApplyChecksum {
				t.Error("what is restored is not what the primary has")
			}
			isCopyAndWhole(t, restored, filepath.Join(replica.Dir(name), "database"))
			all, err := lineage.List(context.Background(), cfg.Store)
			if err != nil || len(all) != 1 {
				t.Errorf("%d histories, %v: a shrinking database goes on in the same one", len(all), err)
			}
		})
		if t.Failed() {
			return
		}
	}
}

// shrink adds rows, removes nearly all of them, and gives their pages back as the mode allows.
func shrink(db *sql.DB, random *rand.Rand, writer int) error {
	return each(db, 3, func() []string {
		statements := []string{
			fmt.Sprintf("PRAGMA cache_size=%d", []int{10, 100, 2000}[random.Intn(3)]),
			insert(writer, 200+random.Intn(700), 4000),
			fmt.Sprintf("DELETE FROM row WHERE writer=%d AND id%%%d<>0", writer, []int{2, 10, 50}[random.Intn(3)]),
			fmt.Sprintf("PRAGMA incremental_vacuum(%d)", []int{10, 1000, 0}[random.Intn(3)]),
		}
		if random.Intn(3) > 0 {
			statements = append(statements, "VACUUM")
		}
		if random.Intn(3) == 0 {
			statements = append(statements, "PRAGMA wal_checkpoint(TRUNCATE)")
		}
		return statements
	})
}

// grow adds rows, and removes a few.
func grow(db *sql.DB, random *rand.Rand, writer int) error {
	return each(db, 15, func() []string {
		statements := []string{insert(writer, 1+random.Intn(5), 1000)}
		if random.Intn(5) == 0 {
			statements = append(statements, fmt.Sprintf("DELETE FROM row WHERE writer=%d AND id%%3=0", writer))
		}
		return statements
	})
}

func insert(writer, rows, most int) string {
	return fmt.Sprintf("INSERT INTO row (writer, body) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<%d)"+
		" SELECT %d, randomblob(10+abs(random())%%%d) FROM n", rows, writer, most)
}

func each(db *sql.DB, times int, statements func() []string) error {
	for range times {
		for _, s := range statements() {
			if _, err := db.Exec(s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
	}
	return nil
}

// isCopyAndWhole compares a restored file with LiteFS's, and looks at it as SQLite does.
func isCopyAndWhole(t *testing.T, path, original string) {
	t.Helper()
	restored, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if copied, err := os.ReadFile(original); err != nil || !bytes.Equal(restored, copied) {
		t.Errorf("the restored file is not the replica's, byte for byte: %v", err)
	}
	var found string
	if err := livetest.Open(t, path).QueryRow("PRAGMA integrity_check").Scan(&found); err != nil || found != "ok" {
		t.Errorf("integrity_check: %s, %v", found, err)
	}
}
