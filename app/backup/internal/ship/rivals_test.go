package ship_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ltxtest"
	"github.com/liteset/liteset/app/backup/internal/restore"
	"github.com/liteset/liteset/app/backup/internal/ship"
)

func TestTwoStreamsOfOneHistoryDoNoHarm(t *testing.T) {
	for seed := range uint64(6) {
		r := newRig(t, 512, 400+seed)
		r.cfg.TransactionRetention = time.Millisecond // all are older than the newest
		r.restart()
		rnd := rand.New(rand.NewPCG(seed, 2))
		r.random(1)
		r.sync()
		b := r.rival(r.db, 3)
		failed := 0
		for range 25 {
			r.random(1 + rnd.IntN(12))
			failed += atOnce(r.s, b, syncStep)
			if rnd.IntN(3) == 0 {
				failed += atOnce(r.s, b, compactStep(1))
			}
			if rnd.IntN(6) == 0 {
				failed += atOnce(r.s, b, compactStep(2))
			}
		}
		r.calm(r.s, b)
		for _, s := range []ship.Shipper{r.s, b} {
			if err := s.Keeper.Retain(context.Background()); err != nil {
				t.Fatal(err)
			}
			id := s.History.Current().Lineage.ID
			r.restores(restore.Options{Lineage: id}, r.db.States[r.db.TXID])
		}
		r.restores(restore.Options{}, r.db.States[r.db.TXID])
		right := r.neverWrong(r.db)
		_, reasons := r.lineages()
		t.Logf("%d transactions, %d steps failed, lineages %v, %d restore points", r.db.TXID, failed, reasons, right)
	}
}

func TestTwoHistoriesThatShareTheirBeginningPart(t *testing.T) {
	for seed := range uint64(3) {
		r := newRig(t, 512, 500+seed)
		rnd := rand.New(rand.NewPCG(seed, 3))
		other := ltxtest.New(t, 512, 500+seed)
		for range 10 {
			r.db.Random()
			other.Random()
		}
		if other.Sum != r.db.Sum {
			t.Fatal("the clusters do not begin with the same history")
		}
		r.sync()
		b := r.rival(other, 100)
		if err := b.Stream.Sync(context.Background()); err != nil {
			t.Fatal(err)
		}
		failed := 0
		for range 15 {
			for range 1 + rnd.IntN(4) { // the same number of transactions, of other content
				r.db.Random()
				other.Commit(uint32(len(other.States[other.TXID])/512), map[uint32][]byte{1: bytes.Repeat([]byte{byte(rnd.UintN(255))}, 512)})
			}
			failed += atOnce(r.s, b, syncStep)
			if rnd.IntN(3) == 0 {
				failed += atOnce(r.s, b, compactStep(1))
			}
		}
		r.calm(r.s, b)
		first := r.s.History.Current().Lineage.ID
		second := b.History.Current().Lineage.ID
		if first == second {
			t.Fatal("both histories are in one lineage")
		}
		r.restores(restore.Options{Lineage: first}, r.db.States[r.db.TXID])
		r.restores(restore.Options{Lineage: second}, other.States[other.TXID])
		right := r.neverWrong(r.db, other)
		_, reasons := r.lineages()
		t.Logf("%d transactions, %d steps failed, lineages %v, %d restore points", r.db.TXID, failed, reasons, right)
	}
}

func TestAWriteThatComesLateDoesNotEndTheLineage(t *testing.T) {
	r := newRig(t, 512, 61)
	r.cfg.TransactionRetention = time.Millisecond // all are older than the newest
	r.restart()
	ctx := context.Background()
	r.random(10)
	r.sync()
	late := r.rival(r.db, 1) // the pod that was active before, stopped while it shipped
	if err := late.Stream.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	r.random(4)
	r.sync()
	if err := late.Stream.Sync(ctx); err != nil { // one object for what are four
		t.Fatal(err)
	}
	r.random(4)
	r.sync()
	for level := 1; level <= 3; level++ {
		if err := r.s.Keeper.Compact(ctx, level); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.s.Keeper.Retain(ctx); err != nil {
		t.Fatal(err)
	}
	r.random(2)
	r.sync()
	r.restores(restore.Options{}, r.db.States[r.db.TXID])
	_, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First)
}
