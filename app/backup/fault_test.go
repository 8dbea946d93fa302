package main

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/ship"
)

func reasons(t *testing.T, cfg ship.Config) (all []lineage.Reason) {
	t.Helper()
	lines, err := lineage.List(context.Background(), cfg.Store)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		all = append(all, l.Reason)
	}
	return all
}

// commit writes a number of transactions.
func commit(t *testing.T, db *sql.DB, n int) {
	t.Helper()
	for range n {
		livetest.Exec(t, db, "INSERT INTO t VALUES (randomblob(500))")
	}
}

func TestHealsAfterAnOutageOfTheStoreThatLiteFSDidNotWaitFor(t *testing.T) {
	t.Parallel()
	livetest.NeedsTime(t, "waits until LiteFS removes its files")
	retention, outage := 2*time.Second, 6*time.Second
	if livetest.Long() {
		retention, outage = 20*time.Second, 10*time.Minute+20*time.Second
	}
	server := livetest.S3(t)
	proxy := livetest.NewProxy(t, server)
	primary := livetest.Start(t, livetest.Options{Retention: retention})
	replica := livetest.Start(t, livetest.Options{Primary: primary, Retention: retention})
	cfg := livetest.Config(t, replica, "o.db", livetest.S3URL(proxy.Addr, "outage"))
	cfg.StoreTimeout = 3 * time.Second
	livetest.Run(t, cfg)
	db := livetest.Open(t, filepath.Join(primary.Mount, "o.db"))
	livetest.Exec(t, db, "CREATE TABLE t (x)", "PRAGMA journal_mode=wal")
	commit(t, db, 10)
	before := primary.Pos(t, "o.db")
	first := livetest.Newest(t, cfg.Store, before.TXID)

	proxy.Set(livetest.Refuse)
	for end := time.Now().Add(outage); time.Now().Before(end); time.Sleep(outage / 100) {
		commit(t, db, 2)
	}
	proxy.Set(nil)
	commit(t, db, 5)
	last := primary.Pos(t, "o.db")
	second := livetest.Newest(t, cfg.Store, last.TXID)
	if got := reasons(t, cfg); len(got) != 2 || got[1] != lineage.Gap {
		t.Errorf("lineages %v, want the first and one after a gap", got)
	}
	for line, pos := range map[lineage.ID]string{first: before.PostApplyChecksum.String(), second: last.PostApplyChecksum.String()} {
		if got := livetest.Checksum(t, livetest.Stock(t, livetest.S3URL(server, "outage/"+line.String()))); got.String() != pos {
			t.Errorf("stock Litestream restores lineage %s to %s, want %s", line, got, pos)
		}
	}
}

func TestHealsAfterTheVolumeWasFull(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"primary", "replica"} {
		t.Run(where, func(t *testing.T) {
			disk := livetest.NewDisk(t, 8<<20)
			primary := livetest.Start(t, livetest.Options{Data: dataOn(t, disk, where == "primary")})
			replica := livetest.Start(t, livetest.Options{Primary: primary, Data: dataOn(t, disk, where == "replica")})
			cfg := livetest.Config(t, replica, "v.db", "")
			livetest.Run(t, cfg)
			db := livetest.Open(t, filepath.Join(primary.Mount, "v.db"))
			livetest.Exec(t, db, "CREATE TABLE t (x)")
			commit(t, db, 10)
			livetest.Newest(t, cfg.Store, primary.Pos(t, "v.db").TXID)
			disk.Fill(t, 8192)
			failed := 0
			for range 30 {
				if _, err := db.Exec("INSERT INTO t VALUES (randomblob(500))"); err != nil {
					failed++
				}
			}
			if where == "primary" && failed == 0 {
				t.Error("the disk was never full")
			}
			disk.Free(t)
			livetest.Eventually(t, "the primary takes writes again", func() bool {
				_, err := db.Exec("INSERT INTO t VALUES (randomblob(500))")
				return err == nil
			})
			pos := primary.Pos(t, "v.db")
			line := livetest.Newest(t, cfg.Store, pos.TXID)
			if got := livetest.Checksum(t, livetest.Stock(t, cfg.Store.URL(line.String()))); got != pos.PostApplyChecksum {
				t.Errorf("the store restores to %s, want %s", got, pos)
			}
			t.Logf("%d of 30 commits failed; lineages %v", failed, reasons(t, cfg))
		})
	}
}

// dataOn makes a data directory, on the disk or beside it.
func dataOn(t *testing.T, d *livetest.Disk, on bool) string {
	t.Helper()
	if !on {
		return ""
	}
	dir := filepath.Join(d.Dir, "data")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}
