package ship_test

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ltxtest"
	"github.com/liteset/liteset/app/backup/internal/restore"
)

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
		if err := r.s.Stream.Sync(context.Background()); fault.CodeOf(err) != fault.StoreUnavailable {
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
