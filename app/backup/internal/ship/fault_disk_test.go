package ship_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/restore"
)

func TestHealsFromAStoreThatWasFull(t *testing.T) {
	disk := livetest.NewDisk(t, 4<<20)
	r := onFaulty(t, "file://"+disk.Dir+"/store", "file://"+disk.Dir+"/store", 81)
	r.random(3)
	r.sync()
	for _, leave := range []int{0, 4096, 3 * 4096} { // no file, a file without content, a file cut short
		acknowledged := r.db.TXID
		disk.Fill(t, leave)
		failed := false
		for range 8 {
			r.random(15)
			err := r.s.Stream.Sync(context.Background())
			if code := fault.CodeOf(err); err != nil && code != fault.StoreUnavailable {
				t.Fatalf("got %v, want a store that cannot be written", err)
			}
			failed = failed || err != nil
			acknowledged = r.holds(acknowledged)
		}
		if !failed {
			t.Error("the disk was never full")
		}
		disk.Free(t)
		r.sync()
		r.restores(restore.Options{}, r.db.States[r.db.TXID])
		r.whole()
	}
	_, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First)
}

// Kubernetes would evict the pod, and the application with it.
func TestACopyIsNotMadeThatWouldOutgrowItsVolume(t *testing.T) {
	for name, grows := range map[string]bool{"as it is": false, "since it grows meanwhile": true} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 4096, 84)
			r.random(30)
			size := int64(len(r.db.States[r.db.TXID]))
			r.cfg.Database.Most = size - 1
			if grows { // the file is short, and the transaction that is applied to the copy is not
				last := uint32(size/4096) + 1
				r.db.Commit(last, map[uint32][]byte{last: make([]byte, 4096)})
				if err := os.Truncate(filepath.Join(r.db.Dir, "database"), 4096); err != nil {
					t.Fatal(err)
				}
			}
			r.db.Expire(r.db.TXID - 1)
			r.restart()
			err := r.s.Stream.Sync(t.Context())
			if fault.CodeOf(err) != fault.NoRoom || !strings.Contains(err.Error(), "backup.scratchSize") {
				t.Errorf("got %v, want %s", err, fault.NoRoom)
			}
			if left, err := os.ReadDir(r.cfg.Database.Scratch); err != nil || len(left) > 0 {
				t.Errorf("%v was left (%v)", left, err)
			}
			r.cfg.Database.Most = 2 * size
			r.restart()
			r.random(1)
			r.sync()
			r.restores(restore.Options{}, r.db.States[r.db.TXID])
		})
	}
}

func TestHealsFromAScratchDiskThatWasFull(t *testing.T) {
	disk := livetest.NewDisk(t, 1<<20)
	r := newRig(t, 4096, 82)
	r.cfg.Database.Scratch = disk.Dir
	r.restart()
	r.random(30)
	r.sync()
	before := bytes.Clone(r.db.States[r.db.TXID])
	disk.Fill(t, 4096)
	r.random(10)
	r.db.Expire(r.db.TXID - 2) // now a snapshot is needed
	if err := r.s.Stream.Sync(context.Background()); fault.CodeOf(err) != fault.NoRoom {
		t.Fatalf("a snapshot without room for it: %v, want %s", err, fault.NoRoom)
	}
	r.restores(restore.Options{}, before)
	disk.Free(t)
	r.sync()
	r.restores(restore.Options{}, r.db.States[r.db.TXID])
	ids, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First, lineage.Gap)
	r.restores(restore.Options{Lineage: ids[0]}, before)
}
