package ship_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/restore"
)

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
			if err := r.s.Keeper.Compact(context.Background(), level); err != nil {
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

func TestKeepsWhatRetentionPromises(t *testing.T) {
	r := newRig(t, 512, 16)
	r.cfg.Retention, r.cfg.TransactionRetention = 3*time.Hour, 3*time.Hour
	r.restart()
	r.db.Clock = time.Now().Add(-10 * time.Hour)
	ctx := context.Background()
	for hour := range 10 {
		r.db.Clock = time.Now().Add(time.Duration(hour-10) * time.Hour)
		r.random(5)
		r.sync()
		for level := 1; level <= 3; level++ {
			if err := r.s.Keeper.Compact(ctx, level); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.s.Keeper.Snapshot(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.s.Keeper.Retain(ctx); err != nil {
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
