package ship_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/seed"
	"github.com/liteset/liteset/app/backup/internal/verify"
)

// Whatever a store answers from one moment to the next: each command ends with a fault that says so, nothing is removed, no
// cluster starts empty because of it, and the stream goes on in its lineage.
func TestAStoreThatRefusesLosesNothing(t *testing.T) {
	livetest.NeedsTime(t, "waits for the retries of the S3 client")
	t.Parallel()
	server := livetest.S3(t)
	for name, refusal := range livetest.Refusals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := livetest.NewProxy(t, server)
			r := onFaulty(t, livetest.S3URL(proxy.Addr, name), livetest.S3URL(server, name), 94)
			r.cfg.TransactionRetention = time.Millisecond // so that there is something to remove
			r.restart()
			r.cfg.Store.SetMost(10_000)
			r.random(5)
			r.sync()
			if err := r.s.Keeper.Compact(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			r.random(3)
			r.sync()
			before := r.listed()
			shipped := r.db.TXID
			proxy.Set(refusal)
			r.failing(true)
			for _, work := range r.works() {
				err := returns(t, work.do)
				if code := fault.CodeOf(err); err != nil && code != fault.StoreUnavailable && code != fault.StoreCorrupt {
					t.Errorf("%s: %q, %v", work.what, code, err)
				}
			}
			proxy.Set(nil)
			r.failing(false)
			if after := r.listed(); slices.ContainsFunc(before, func(f ltx.FileInfo) bool { return !slices.Contains(after, f) }) {
				t.Errorf("of %v remain %v", before, after)
			}
			r.holds(shipped)
			livetest.Eventually(t, "the stream goes on", func() bool {
				_ = r.s.Keeper.CheckRivals(t.Context())
				_ = r.s.Keeper.Compact(t.Context(), 1)
				return r.s.Stream.Sync(t.Context()) == nil && r.holds(shipped) == r.db.TXID
			})
			_, reasons := r.lineages()
			wantReasons(t, reasons, lineage.First)
		})
	}
}

// work is something that the program asks of a store.
type work struct {
	what string
	do   func() error
}

// works are all of it. The last one has something new to ship.
func (r *rig) works() []work {
	ctx := r.t.Context()
	noise := func(err error) error { // the pages are that, and SQLite minds
		if fault.CodeOf(err) == fault.Integrity {
			return nil
		}
		return err
	}
	return []work{
		{"compact", func() error { return r.s.Keeper.Compact(ctx, 1) }},
		{"snapshot", func() error { return r.s.Keeper.Snapshot(ctx) }},
		{"retain", func() error { return r.s.Keeper.Retain(ctx) }},
		{"rivals", func() error { return r.s.Keeper.CheckRivals(ctx) }},
		{"restore", func() error { return r.restoresOverTheFaultyWay(0) }},
		{"verify", func() error {
			_, err := verify.Run(ctx, r.cfg.Store, verify.Options{Scratch: r.t.TempDir(), Log: r.cfg.Log})
			return noise(err)
		}},
		{"seed", func() error {
			result, err := seed.Run(ctx, r.cfg.Store, seed.Options{Data: r.t.TempDir(), Database: "test.db", StartEmpty: true, Log: r.cfg.Log})
			if err == nil && !result.Seeded {
				r.t.Errorf("the cluster starts empty: %s", result.Why)
			}
			return noise(err)
		}},
		{"sync", func() error { r.random(2); return r.s.Stream.Sync(ctx) }},
	}
}

// listed are the objects of the store, as they are.
func (r *rig) listed() (all []ltx.FileInfo) {
	r.t.Helper()
	ids, _ := r.lineages()
	for _, id := range ids {
		c, err := r.st.At(id.String())
		if err != nil {
			r.t.Fatal(err)
		}
		files, err := lineage.Files(context.Background(), c)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, f := range files {
			all = append(all, *f)
		}
	}
	return all
}
