package main

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/ship"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// TestTheStoreHasACommitWithinTwoSeconds measures from the answer to COMMIT on the primary to the object in the store,
// from where it can be restored.
func TestTheStoreHasACommitWithinTwoSeconds(t *testing.T) {
	livetest.NeedsTime(t, "takes 20 seconds")
	primary := livetest.Start(t, livetest.Options{})
	replica := livetest.Start(t, livetest.Options{Primary: primary})
	t.Run("file", func(t *testing.T) { within(t, primary, replica, "file://"+filepath.Join(t.TempDir(), "store")) })
	t.Run("s3", func(t *testing.T) { within(t, primary, replica, livetest.S3URL(livetest.S3(t), "rpo")) })
}

func within(t *testing.T, primary, replica *livetest.Node, url string) {
	name := filepath.Base(t.Name()) + ".db"
	db := livetest.Open(t, filepath.Join(primary.Mount, name))
	livetest.Exec(t, db, "CREATE TABLE t (x)", "PRAGMA journal_mode=wal")
	cfg := livetest.Config(t, replica, name, url)
	cfg.SyncInterval = ship.DefaultSyncInterval
	livetest.Run(t, cfg)
	line := livetest.Newest(t, cfg.Store, primary.Pos(t, name).TXID)

	const commits = 250
	at := make(chan struct {
		txid ltx.TXID
		time time.Time
	}, commits)
	go func() {
		defer close(at)
		for range commits {
			if _, err := db.Exec("INSERT INTO t VALUES (randomblob(300))"); err != nil {
				t.Error(err)
				return
			}
			now := time.Now()
			at <- struct {
				txid ltx.TXID
				time time.Time
			}{primary.Pos(t, name).TXID, now}
			time.Sleep(30 * time.Millisecond) // the pace of the writer
		}
	}()
	var waits []time.Duration
	tip := follower(t, cfg.Store, line.String())
	for c := range at {
		waits = append(waits, tip(c.txid).Sub(c.time))
	}
	slices.Sort(waits)
	p50, p95 := waits[len(waits)/2], waits[len(waits)*95/100]
	t.Logf("RPO: %d commits, p50 %v, p95 %v, longest %v", len(waits), p50.Round(time.Millisecond), p95.Round(time.Millisecond), waits[len(waits)-1].Round(time.Millisecond))
	if p95 > 2*time.Second {
		t.Errorf("p95 is %v", p95)
	}
}

// follower looks at a lineage again and again, and tells when a transaction was first seen in it.
func follower(t *testing.T, st *store.Store, line string) func(ltx.TXID) time.Time {
	client, err := st.At(line)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[ltx.TXID]time.Time{}
	var tip ltx.TXID
	return func(txid ltx.TXID) time.Time {
		livetest.Eventually(t, "the store has "+txid.String(), func() bool {
			if tip < txid {
				files, err := litestream.FindLTXFiles(context.Background(), client, 0, false, func(*ltx.FileInfo) (bool, error) { return true, nil })
				if err != nil {
					t.Fatal(err)
				}
				now := time.Now()
				for _, f := range files {
					for ; tip < f.MaxTXID; tip++ {
						seen[tip+1] = now
					}
				}
			}
			return tip >= txid
		})
		return seen[txid]
	}
}
