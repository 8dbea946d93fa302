package ship_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/restore"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// clocked is a rig whose first objects are five days old and are kept for ten, on a node whose clock is ahead by *ahead.
func clocked(t *testing.T, ahead *time.Duration) *rig {
	t.Helper()
	r := newRig(t, 512, 91)
	r.db.Clock = time.Now().Add(-time.Minute)
	r.cfg.Retention, r.cfg.TransactionRetention, r.cfg.SnapshotInterval = 10*day, 10*day, day
	r.cfg.Clock = func() time.Time { return time.Now().Add(*ahead) }
	r.restart()
	r.random(10)
	r.sync()
	if err := r.s.Keeper.Compact(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if err := r.s.Keeper.Snapshot(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.random(2)
	r.sync()
	for txid := ltx.TXID(1); txid <= 10; txid++ {
		r.date(txid, time.Now().Add(-5*day))
	}
	return r
}

// date sets when the object of a transaction was written, as the store has it.
func (r *rig) date(txid ltx.TXID, at time.Time) {
	r.t.Helper()
	dated(r.t, filepath.Join(r.dir, "0*", "ltx", "0", ltx.FormatFilename(txid, txid)), at)
}

// dated does so for the one object of a pattern.
func dated(t *testing.T, pattern string, at time.Time) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) != 1 {
		t.Fatal(paths, err)
	}
	if err := os.Chtimes(paths[0], at, at); err != nil {
		t.Fatal(err)
	}
}

func (r *rig) retain() (removed int) {
	r.t.Helper()
	before := len(r.files())
	if err := r.s.Keeper.Retain(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	return before - len(r.files())
}

func TestAClockThatJumpsRemovesNothing(t *testing.T) {
	for name, jump := range map[string]func(r *rig, ahead *time.Duration){
		"ahead, while the stream runs": func(_ *rig, ahead *time.Duration) { *ahead = week },
		"ahead, before it starts": func(r *rig, ahead *time.Duration) {
			*ahead = week
			r.restart()
			r.sync()
		},
		"everywhere, while it runs": func(r *rig, ahead *time.Duration) {
			*ahead = week
			r.db.Clock = time.Now().Add(week)
			r.random(3)
			r.sync()
		},
		"back": func(_ *rig, ahead *time.Duration) { *ahead = -week },
		"back, on the primary": func(r *rig, _ *time.Duration) {
			r.db.Clock = time.Now().Add(-week)
			r.random(3)
			r.sync()
		},
		"back, on the primary, for a while": func(r *rig, _ *time.Duration) {
			for txid := ltx.TXID(3); txid <= 10; txid++ {
				r.date(txid, time.Unix(0, 0))
			}
			dated(r.t, filepath.Join(r.dir, "0*", "ltx", "9", "*.ltx"), time.Unix(0, 0))
			if err := r.s.Keeper.Snapshot(r.t.Context()); err != nil {
				r.t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			var ahead time.Duration
			r := clocked(t, &ahead)
			jump(r, &ahead)
			if n := r.retain(); n != 0 {
				t.Errorf("%d objects were removed", n)
			}
			for txid := ltx.TXID(1); txid <= r.db.TXID; txid++ {
				r.restores(restore.Options{TXID: txid}, r.db.States[txid])
			}
		})
	}
}

// What was written while the clock was ahead must not be kept for so long, nor keep what came after it.
func TestAClockThatWasAheadKeepsNothingForEver(t *testing.T) {
	var ahead time.Duration
	r := clocked(t, &ahead)
	for txid := ltx.TXID(1); txid <= 9; txid++ {
		r.date(txid, time.Now().Add(-2*week))
	}
	r.date(4, time.Now().Add(52*week))
	if n := r.retain(); n != 9 {
		t.Errorf("%d objects were removed, want those of 9 transactions", n)
	}
}

func TestAClockThatHasJumpedBackMakesNoSnapshotEachMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, 512, 92)
		r.cfg.SnapshotInterval = day
		r.cfg.Clock = func() time.Time { return time.Now().Add(-week) }
		r.restart()
		r.random(2)
		r.sync()
		ctx, stop := context.WithCancel(t.Context())
		go r.s.Keeper.Run(ctx)
		for range 10 {
			r.random(1)
			r.sync()
			time.Sleep(time.Minute) // of the bubble's clock: it passes at once
		}
		stop()
		synctest.Wait()
		if paths, err := filepath.Glob(filepath.Join(r.dir, "0*", "ltx", "9", "*.ltx")); err != nil || len(paths) != 1 {
			t.Errorf("%d snapshots were made in 10 minutes, want 1 (%v)", len(paths), err)
		}
	})
}
