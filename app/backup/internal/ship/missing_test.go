package ship_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/restore"
	"github.com/liteset/liteset/app/backup/internal/verify"
)

// TestVerifyNoticesAnObjectThatIsGone removes one object after the other. Those that were merged away may go: they are
// kept only as restore points.
func TestVerifyNoticesAnObjectThatIsGone(t *testing.T) {
	r := newRig(t, 512, 71)
	r.cfg.TransactionRetention = time.Millisecond // all are older than the newest
	r.restart()
	ctx := context.Background()
	r.random(6)
	r.db.Expire(3) // so that the lineage begins with a snapshot
	r.sync()
	for range 4 {
		r.random(4)
		r.sync()
		if err := r.s.Keeper.Compact(ctx, 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.s.Keeper.Retain(ctx); err != nil {
		t.Fatal(err)
	}
	r.random(3)
	r.sync()
	verified := func() (verify.Result, error) {
		return verify.Run(ctx, r.st, verify.Options{Scratch: t.TempDir(), Log: r.cfg.Log})
	}
	began := time.Now()
	if _, err := verified(); err != nil && fault.CodeOf(err) != fault.Integrity { // the pages are noise
		t.Fatal(err)
	}
	_, restored, err := r.restore(restore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := verify.Keep(ctx, r.st, verify.NewRecord(began, verify.Result{Result: restored}, nil)); err != nil {
		t.Fatal(err)
	}
	id := r.s.History.Current().Lineage.ID
	paths, err := filepath.Glob(filepath.Join(r.dir, id.String(), "ltx", "*", "*.ltx"))
	if err != nil || len(paths) != 1+4+4 { // a snapshot, the last of each level that retention leaves, three new ones
		t.Fatalf("%v, %v", paths, err)
	}
	for i, path := range paths {
		want := fault.StoreCorrupt
		if i == 0 {
			want = fault.Integrity // retention keeps one that was merged; and the pages are noise
		}
		if err := os.Rename(path, path+".gone"); err != nil {
			t.Fatal(err)
		}
		_, err := verified()
		t.Logf("%s: %v", path[len(r.dir):], err)
		if fault.CodeOf(err) != want {
			t.Errorf("without %s: %v", path, err)
		}
		if err := os.Rename(path+".gone", path); err != nil {
			t.Fatal(err)
		}
	}
}
