package ship_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ltxtest"
	"github.com/liteset/liteset/app/backup/internal/restore"
)

func TestAStreamThatGoesOnGetsTheNewestLineage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		r := newRig(t, 512, 62)
		r.random(5)
		r.sync()
		other := ltxtest.New(t, 512, 63)
		other.Random()
		b := r.rival(other, 100)
		if err := b.Stream.Sync(ctx); err != nil { // it begins a newer lineage
			t.Fatal(err)
		}
		for minute := range 12 {
			r.db.Clock = time.Now()
			r.random(1)
			r.sync()
			if minute < 4 { // then it is gone
				other.Clock = time.Now()
				other.Random()
				if err := b.Stream.Sync(ctx); err != nil {
					t.Fatal(err)
				}
			}
			err := r.s.Keeper.CheckRivals(ctx)
			if minute < 4 && fault.CodeOf(err) != fault.Contended {
				t.Fatalf("minute %d: %v, want the other stream to be noticed", minute, err)
			}
			time.Sleep(time.Minute) // of the bubble's clock: it passes at once
		}
		r.restores(restore.Options{}, r.db.States[r.db.TXID])
		_, reasons := r.lineages()
		wantReasons(t, reasons, lineage.First, lineage.Diverged, lineage.Foreign)
		if err := r.s.Keeper.CheckRivals(ctx); err != nil {
			t.Error(err)
		}
	})
}
