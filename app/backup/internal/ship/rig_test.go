package ship_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ltxtest"
	"github.com/liteset/liteset/app/backup/internal/metrics"
	"github.com/liteset/liteset/app/backup/internal/restore"
	"github.com/liteset/liteset/app/backup/internal/ship"
	"github.com/liteset/liteset/app/backup/internal/snapshot"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// rig is a database, a store and a stream between them.
type rig struct {
	t   *testing.T
	db  *ltxtest.DB
	dir string // of the store
	st  *store.Store
	cfg ship.Config
	s   ship.Shipper
}

func newRig(t *testing.T, pageSize uint32, seed uint64) *rig {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	r := &rig{t: t, db: ltxtest.New(t, pageSize, seed), dir: filepath.Join(t.TempDir(), "store")}
	var err error
	if r.st, err = store.Open("file://"+r.dir, log); err != nil {
		t.Fatal(err)
	}
	r.cfg = ship.Config{
		Database: snapshot.Config{Dir: r.db.Dir, Name: "test.db", Scratch: t.TempDir()},
		Store:    r.st, SyncInterval: time.Millisecond, RestorePoints: 100, Retention: time.Hour, TransactionRetention: time.Hour,
		SnapshotInterval: time.Hour, StoreTimeout: time.Minute, Log: log, Metrics: metrics.New(),
	}
	r.restart()
	return r
}

// restart forgets all that the process knew.
func (r *rig) restart() { r.s = ship.New(r.cfg) }

func (r *rig) sync() {
	r.t.Helper()
	if err := r.s.Stream.Sync(context.Background()); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) random(n int) {
	for range n {
		r.db.Random()
	}
}

// lineages returns the reasons of all lineages.
func (r *rig) lineages() (ids []lineage.ID, reasons []lineage.Reason) {
	r.t.Helper()
	all, err := lineage.List(context.Background(), r.st)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, l := range all {
		ids, reasons = append(ids, l.ID), append(reasons, l.Reason)
	}
	return ids, reasons
}

// restores checks that a restore gives what is wanted.
func (r *rig) restores(o restore.Options, want []byte) {
	r.t.Helper()
	got, result, err := r.restore(o)
	if err != nil {
		r.t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		r.t.Fatalf("restored %d bytes of transaction %s, want %d", len(got), result.TXID, len(want))
	}
}

func (r *rig) restore(o restore.Options) ([]byte, restore.Result, error) {
	r.t.Helper()
	o.Output = filepath.Join(r.t.TempDir(), "out.db")
	o.Log = r.cfg.Log
	result, err := restore.Run(context.Background(), r.st, o)
	if err != nil {
		if _, err := os.Stat(o.Output); err == nil {
			r.t.Fatal("a restore that failed left a database")
		}
		return nil, result, err
	}
	got, err := os.ReadFile(o.Output)
	if err != nil {
		r.t.Fatal(err)
	}
	return got, result, nil
}

func wantReasons(t *testing.T, got []lineage.Reason, want ...lineage.Reason) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("lineages %v, want %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("lineages %v, want %v", got, want)
		}
	}
}
