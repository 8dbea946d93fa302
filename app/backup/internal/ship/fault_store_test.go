package ship_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/restore"
)

func TestNoFaultOfAnS3ServerLosesOrMixesTransactions(t *testing.T) {
	t.Parallel()
	livetest.NeedsTime(t, "waits for the retries of the S3 client")
	server := livetest.S3(t)
	ways := map[string]livetest.Fault{"all of them": nil}
	var all []livetest.Fault
	for name, f := range livetest.Faults {
		ways[name], all = f, append(all, f)
	}
	ways["all of them"] = livetest.Sometimes(1, all...)
	for name, f := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := livetest.NewProxy(t, server)
			r := onFaulty(t, livetest.S3URL(proxy.Addr, name), livetest.S3URL(server, name), 61)
			underFaults(t, r, func(p float64) {
				if p == 0 {
					proxy.Set(nil)
				} else {
					proxy.Set(livetest.Sometimes(p, f))
				}
			})
		})
	}
}

// restoresOverTheFaultyWay reads what underFaults otherwise reads without faults.
func (r *rig) restoresOverTheFaultyWay(acknowledged ltx.TXID) error {
	r.t.Helper()
	straight := r.st
	r.st = r.cfg.Store
	defer func() { r.st = straight }()
	got, result, err := r.restore(restore.Options{})
	if txid, _ := ltx.ParseTXID(result.TXID); err == nil && (txid < acknowledged || !bytes.Equal(got, r.db.States[txid])) {
		r.t.Errorf("%s was shipped, and a restore gave a wrong %s", acknowledged, txid)
	}
	return err
}

// returns fails a test whose call hangs with the store.
func returns(t *testing.T, call func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case <-time.After(time.Minute):
		t.Fatal("a call hangs with the store")
		return nil
	}
}

// underFaults ships, compacts and takes snapshots while the store fails with a probability that fail sets.
func underFaults(t *testing.T, r *rig, fail func(p float64)) {
	ctx := context.Background()
	var acknowledged ltx.TXID
	failed := 0
	set := func(p float64) { r.failing(p > 0); fail(p) }
	for _, p := range []float64{0, 0.5, 1, 0.3, 0.8, 0} {
		set(p)
		r.random(3)
		works := []func() error{
			func() error {
				err := r.s.Stream.Sync(ctx)
				if err == nil {
					acknowledged = r.s.History.Current().Tip.TXID
				}
				return err
			},
			func() error { return r.s.Keeper.Compact(ctx, 1) },
			func() error { return r.s.Keeper.Retain(ctx) },
			func() error { return r.restoresOverTheFaultyWay(acknowledged) },
		}
		for i, work := range works {
			if p == 1 && i > 0 {
				break // the first has shown it
			}
			if err := returns(t, work); err != nil {
				failed++
				if code := fault.CodeOf(err); code != fault.StoreUnavailable {
					t.Errorf("with probability %v: %q, %v", p, code, err)
				}
			}
		}
		set(0)
		r.holds(acknowledged)
	}
	set(0)
	r.sync()
	r.restores(restore.Options{}, r.db.States[r.db.TXID])
	r.whole()
	_, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First)
	t.Logf("%d calls failed", failed)
}
