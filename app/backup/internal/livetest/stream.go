package livetest

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/metrics"
	"github.com/liteset/liteset/app/backup/internal/ship"
	"github.com/liteset/liteset/app/backup/internal/snapshot"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// Config is a stream of a node's database to a store; a new folder if url is empty.
func Config(t testing.TB, n *Node, db, url string) ship.Config {
	t.Helper()
	if url == "" {
		url = "file://" + filepath.Join(t.TempDir(), "store")
	}
	log := slog.New(slog.DiscardHandler)
	st, err := store.Open(url, log)
	if err != nil {
		t.Fatal(err)
	}
	return ship.Config{
		Database: snapshot.Config{Dir: n.Dir(db), Name: db, LiteFS: n.URL, Scratch: t.TempDir()},
		Store:    st, SyncInterval: 50 * time.Millisecond, RestorePoints: 100, Retention: time.Hour, TransactionRetention: time.Hour,
		SnapshotInterval: time.Hour, StoreTimeout: time.Minute, Log: log, Metrics: metrics.New(),
	}
}

// Run runs a stream as the program does, until the test ends or stop is called.
func Run(t testing.TB, cfg ship.Config) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- ship.Run(ctx, cfg) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return stop
}

// Newest waits until the store ends at a transaction, and returns the lineage that does.
func Newest(t testing.TB, st *store.Store, txid ltx.TXID) lineage.ID {
	t.Helper()
	var id lineage.ID
	Eventually(t, "the store reaches "+txid.String(), func() bool {
		all, err := lineage.List(context.Background(), st)
		if err != nil || len(all) == 0 {
			return false
		}
		sum, err := lineage.Summarize(context.Background(), st, all[len(all)-1])
		id = all[len(all)-1].ID
		return err == nil && sum.Last == txid.String()
	})
	return id
}
