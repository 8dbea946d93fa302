package ship_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/superfly/ltx"
	"liteset/backup/fault"
	"liteset/backup/lineage"
	"liteset/backup/ltxtest"
	"liteset/backup/metrics"
	"liteset/backup/restore"
	"liteset/backup/ship"
	"liteset/backup/snapshot"
	"liteset/backup/store"
)

// rig is a database, a store and a stream between them.
type rig struct {
	t   *testing.T
	db  *ltxtest.DB
	dir string // of the store
	st  *store.Store
	cfg ship.Config
	s   *ship.Shipper
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
	if err := r.s.Sync(context.Background()); err != nil {
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

func TestRestoresEachTransactionByIdAndByTime(t *testing.T) {
	for _, size := range []uint32{512, 4096, 65536} {
		r := newRig(t, size, uint64(size))
		start := r.db.Clock
		for range 5 {
			r.random(5)
			r.sync()
		}
		for txid, state := range r.db.States {
			r.restores(restore.Options{TXID: txid}, state)
			// A transaction is committed at start+txid-1 ms, and a time restores what came before it.
			r.restores(restore.Options{Timestamp: start.Add(time.Duration(txid) * time.Millisecond)}, state)
		}
		r.restores(restore.Options{}, r.db.States[r.db.TXID])
	}
}

func TestRestoresFromCompactedObjects(t *testing.T) {
	r := newRig(t, 512, 7)
	for round := range 6 {
		r.random(7)
		r.sync()
		for level := 1; level <= 1+round/2; level++ {
			if err := r.s.Compact(context.Background(), level); err != nil {
				t.Fatal(err)
			}
		}
	}
	for txid, state := range r.db.States {
		r.restores(restore.Options{TXID: txid}, state)
	}
}

func TestMergesTransactionsBeyondTheRestorePoints(t *testing.T) {
	r := newRig(t, 512, 8)
	r.cfg.RestorePoints = 3
	r.restart()
	r.random(1)
	r.sync()
	r.random(31)
	r.sync()
	restorable := 0
	for txid, state := range r.db.States {
		got, _, err := r.restore(restore.Options{TXID: txid})
		switch {
		case err == nil && bytes.Equal(got, state):
			restorable++
		case fault.CodeOf(err) != fault.NoBackup:
			t.Fatalf("transaction %s: %v", txid, err)
		}
	}
	if restorable != 4 {
		t.Fatalf("%d restore points, want the first transaction and 3 groups", restorable)
	}
	r.restores(restore.Options{}, r.db.States[r.db.TXID])
}

func TestGoesOnWhereTheStoreEnds(t *testing.T) {
	r := newRig(t, 512, 9)
	for range 20 {
		r.random(3)
		r.restart()
		r.sync()
		r.restores(restore.Options{}, r.db.States[r.db.TXID])
	}
	_, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First)
}

func TestBeginsWithASnapshotWhenTransactionsAreGone(t *testing.T) {
	r := newRig(t, 512, 10)
	r.random(20)
	r.db.Expire(15)
	r.sync()
	r.random(3)
	r.sync()
	r.restores(restore.Options{}, r.db.States[r.db.TXID])
	before := r.db.TXID
	r.random(9)
	r.db.Expire(before + 5)
	r.sync()
	r.restores(restore.Options{}, r.db.States[r.db.TXID])
	ids, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First, lineage.Gap)
	r.restores(restore.Options{Lineage: ids[0]}, r.db.States[before])
}

func TestKeepsALostHistoryApart(t *testing.T) {
	r := newRig(t, 512, 11)
	r.random(12)
	r.sync()
	lost := bytes.Clone(r.db.States[12])
	r.db.Rewind(10)
	r.sync() // nothing tells yet that the cluster lost something: it could be a replica that lags
	_, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First)
	r.random(1)
	r.sync()
	r.random(4)
	r.restart()
	r.sync()
	r.restores(restore.Options{}, r.db.States[r.db.TXID])
	ids, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First, lineage.Diverged)
	r.restores(restore.Options{Lineage: ids[0]}, lost)
}

func TestTellsANewClusterFromTheOldOne(t *testing.T) {
	r := newRig(t, 512, 12)
	r.random(9)
	r.sync()
	old := r.db.States[9]
	r.db = ltxtest.New(t, 512, 13)
	r.cfg.Database.Dir = r.db.Dir
	r.random(4)
	r.restart()
	r.sync()
	r.restores(restore.Options{}, r.db.States[4])
	ids, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First, lineage.Diverged)
	r.restores(restore.Options{Lineage: ids[0]}, old)
}

func TestBeginsANewLineageAfterTheDatabaseWasDeleted(t *testing.T) {
	r := newRig(t, 512, 14)
	r.random(5)
	r.sync()
	old := r.db.States[5]
	r.db.Drop()
	r.sync()
	r.restores(restore.Options{}, old) // there is nothing newer to restore
	r.random(3)
	r.sync()
	r.restores(restore.Options{}, r.db.States[r.db.TXID])
	ids, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First, lineage.Dropped)
	r.restores(restore.Options{Lineage: ids[0]}, old)
}

func TestHealsFromADamagedTransactionFile(t *testing.T) {
	r := newRig(t, 512, 15)
	r.random(10)
	raw, err := os.ReadFile(r.db.Path(6))
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/2] ^= 4
	if err := os.WriteFile(r.db.Path(6), raw, 0o644); err != nil {
		t.Fatal(err)
	}
	r.sync()
	r.restores(restore.Options{}, r.db.States[10])
	ids, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First, lineage.Corrupt)
	r.restores(restore.Options{Lineage: ids[0]}, r.db.States[5])
}

func TestKeepsWhatRetentionPromises(t *testing.T) {
	r := newRig(t, 512, 16)
	r.db.Clock = time.Now().Add(-10 * time.Hour)
	ctx := context.Background()
	for hour := range 10 {
		r.db.Clock = time.Now().Add(time.Duration(hour-10) * time.Hour)
		r.random(5)
		r.sync()
		for level := 1; level <= 3; level++ {
			if err := r.s.Compact(ctx, level); err != nil {
				t.Fatal(err)
			}
		}
		client, err := r.st.At(func() string { id, _ := r.s.Position(); return id.String() }())
		if err != nil {
			t.Fatal(err)
		}
		id, _ := r.s.Position()
		if err := r.s.Snapshot(ctx, client, id); err != nil {
			t.Fatal(err)
		}
	}
	r.s.Retention, r.s.TransactionRetention = 3*time.Hour, 3*time.Hour
	if err := r.s.Retain(ctx); err != nil {
		t.Fatal(err)
	}
	for txid := ltx.TXID(1); txid <= r.db.TXID; txid++ {
		committed := (int(txid) - 1) / 5 // hours after the first
		_, _, err := r.restore(restore.Options{TXID: txid})
		if committed >= 8 && err != nil {
			t.Errorf("transaction %s is within the retention: %v", txid, err)
		}
		if committed < 5 && err == nil {
			t.Errorf("transaction %s is long past the retention and still there", txid)
		}
	}
	r.restores(restore.Options{}, r.db.States[r.db.TXID])
}

func TestHealsFromAStoreThatWasOutOfReachForLongerThanLiteFSKeepsItsFiles(t *testing.T) {
	r := newRig(t, 512, 17)
	r.random(6)
	r.sync()
	before := r.db.States[6]
	aside := r.dir + ".aside"
	if err := os.Rename(r.dir, aside); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(r.dir, nil, 0o644); err != nil { // no directory: every request to the store fails
		t.Fatal(err)
	}
	for range 3 {
		r.random(4)
		if err := r.s.Sync(context.Background()); fault.CodeOf(err) != fault.StoreUnavailable {
			t.Fatalf("got %v, want a store that is out of reach", err)
		}
	}
	r.db.Expire(15)
	if err := os.Remove(r.dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(aside, r.dir); err != nil {
		t.Fatal(err)
	}
	r.sync()
	r.random(2)
	r.sync()
	r.restores(restore.Options{}, r.db.States[r.db.TXID])
	ids, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First, lineage.Gap)
	r.restores(restore.Options{Lineage: ids[0]}, before)
}
