package main

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/superfly/ltx"
	"liteset/backup/livetest"
	"liteset/backup/ship"
)

// TestTheStoreHasACommitWithinTwoSeconds measures from the answer to COMMIT to the object in the store.
func TestTheStoreHasACommitWithinTwoSeconds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 10 seconds")
	}
	primary := livetest.Start(t, livetest.Options{})
	replica := livetest.Start(t, livetest.Options{Primary: primary})
	db := livetest.Open(t, filepath.Join(primary.Mount, "rpo.db"))
	livetest.Exec(t, db, "CREATE TABLE t (x)", "PRAGMA journal_mode=wal")
	dir := filepath.Join(t.TempDir(), "store")
	cfg := livetest.Config(t, replica, "rpo.db", "file://"+dir)
	cfg.SyncInterval = ship.DefaultSyncInterval
	livetest.Run(t, cfg)

	committed := map[ltx.TXID]time.Time{}
	var waits []time.Duration
	seen := primary.Pos(t, "rpo.db").TXID
	look := func() {
		objects, _ := filepath.Glob(filepath.Join(dir, "0*", "ltx", "0", "*.ltx"))
		for _, path := range objects {
			_, max, err := ltx.ParseFilename(filepath.Base(path))
			for ; err == nil && seen < max; seen++ {
				if at, ok := committed[seen+1]; ok {
					waits = append(waits, time.Since(at))
				}
			}
		}
	}
	const commits = 200
	for range commits {
		livetest.Exec(t, db, "INSERT INTO t VALUES (randomblob(300))")
		committed[primary.Pos(t, "rpo.db").TXID] = time.Now()
		look()
		time.Sleep(20 * time.Millisecond) // the writer's pace
	}
	livetest.Eventually(t, "all commits are in the store", func() bool { look(); return len(waits) == commits })
	slices.Sort(waits)
	p50, p95 := waits[commits/2], waits[commits*95/100]
	t.Logf("p50 %v, p95 %v", p50, p95)
	if p95 > 2*time.Second {
		t.Errorf("p95 is %v", p95)
	}
}
