package ship_test

import (
	"bytes"
	"context"
	"sync"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/ltxtest"
	"github.com/liteset/liteset/app/backup/internal/metrics"
	"github.com/liteset/liteset/app/backup/internal/restore"
	"github.com/liteset/liteset/app/backup/internal/ship"
)

// rival is a second stream to a rig's store.
func (r *rig) rival(db *ltxtest.DB, restorePoints int) ship.Shipper {
	r.t.Helper()
	cfg := r.cfg
	cfg.Database.Dir, cfg.Database.Scratch, cfg.RestorePoints, cfg.Metrics = db.Dir, r.t.TempDir(), restorePoints, metrics.New()
	return ship.New(cfg)
}

// atOnce runs a step of two streams at once. Errors are part of it: the streams are in each other's way.
func atOnce(a, b ship.Shipper, step func(ship.Shipper) error) (failed int) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	for _, s := range []ship.Shipper{a, b} {
		wg.Go(func() {
			if err := step(s); err != nil {
				mu.Lock()
				failed++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return failed
}

func syncStep(s ship.Shipper) error { return s.Stream.Sync(context.Background()) }

func compactStep(level int) func(ship.Shipper) error {
	return func(s ship.Shipper) error { return s.Keeper.Compact(context.Background(), level) }
}

// calm lets both streams go on until neither fails any more.
func (r *rig) calm(a, b ship.Shipper) {
	r.t.Helper()
	for range 20 {
		failed := 0
		for _, s := range []ship.Shipper{a, b} {
			for _, step := range []func(ship.Shipper) error{syncStep, compactStep(1), compactStep(2), syncStep} {
				if err := step(s); err != nil {
					r.t.Log(err)
					failed++
				}
			}
		}
		if failed == 0 {
			return
		}
	}
	r.t.Fatal("the streams do not heal")
}

// neverWrong restores every transaction of every lineage: it is one of the databases' at that transaction, or a fault.
func (r *rig) neverWrong(dbs ...*ltxtest.DB) (right int) {
	r.t.Helper()
	ids, _ := r.lineages()
	for _, id := range ids {
		for txid := ltx.TXID(1); txid <= dbs[0].TXID; txid++ {
			got, _, err := r.restore(restore.Options{Lineage: id, TXID: txid})
			switch code := fault.CodeOf(err); {
			case err == nil:
				ok := false
				for _, db := range dbs {
					ok = ok || bytes.Equal(got, db.States[txid])
				}
				if !ok {
					r.t.Fatalf("lineage %s restores transaction %s to what no cluster had", id, txid)
				}
				right++
			case code != fault.NoBackup && code != fault.StoreCorrupt && code != fault.Mismatch:
				r.t.Fatalf("lineage %s, transaction %s: %v", id, txid, err)
			}
		}
	}
	return right
}
