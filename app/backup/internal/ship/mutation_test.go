package ship_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/restore"
	"github.com/liteset/liteset/app/backup/internal/verify"
)

// TestNoDamageToTheStoreGoesUnnoticed makes damaged stores and asks two things of each: no restore may give a database
// that the cluster never had, and verify must say that something is wrong. The one exception is an object that nothing
// needs: if it is missing as a whole, all that it held is in another.
func TestNoDamageToTheStoreGoesUnnoticed(t *testing.T) {
	n := 1400
	if testing.Short() {
		n = 140
	}
	const shards = 2 // as many as CI has processors
	for shard := range shards {
		t.Run(fmt.Sprint(shard), func(t *testing.T) {
			t.Parallel()
			damaged(t, uint64(shard), n/shards)
		})
	}
}

// compacted is a rig with objects in all levels.
func compacted(t *testing.T, seed uint64) *rig {
	t.Helper()
	r := newRig(t, 512, seed)
	for round := range 4 {
		r.random(4)
		r.sync()
		for level := 1; level <= round; level++ {
			if err := r.s.Keeper.Compact(context.Background(), level); err != nil {
				t.Fatal(err)
			}
		}
	}
	return r
}

// files are all objects of the store, the index's too.
func (r *rig) files() (all []string) {
	_ = filepath.WalkDir(r.dir, func(path string, e fs.DirEntry, _ error) error {
		if !e.IsDir() {
			all = append(all, path)
		}
		return nil
	})
	return all
}

func damaged(t *testing.T, seed uint64, n int) {
	r := compacted(t, 21+seed)
	objects := r.files()
	rnd := rand.New(rand.NewPCG(22, seed))
	for i := range n {
		d := damages[i%len(damages)]
		path := objects[rnd.IntN(len(objects))]
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		st, _ := os.Stat(path)
		if err := d.do(rnd, path, bytes.Clone(good), objects); err != nil {
			t.Fatal(err)
		}
		what := fmt.Sprintf("%d: %s, %s", i, d.what, path[len(r.dir):])
		for _, o := range []restore.Options{{}, {TXID: 1 + r.db.TXID*7/10}} {
			want := r.db.States[r.db.TXID]
			if o.TXID != 0 {
				want = r.db.States[o.TXID]
			}
			got, _, err := r.restore(o)
			if err == nil && !bytes.Equal(got, want) && !(d.what == "a missing object" && o.TXID == 0 && r.isState(got)) {
				t.Fatalf("%s: a wrong database was restored", what)
			} else if err != nil && fault.CodeOf(err) == "" {
				t.Fatalf("%s: restore says only %v", what, err)
			}
		}
		_, err = verify.Run(context.Background(), r.st, verify.Options{Scratch: t.TempDir(), Log: r.cfg.Log})
		if code := fault.CodeOf(err); d.what != "a missing object" && (code == "" || code == fault.Integrity) {
			t.Fatalf("%s: verify says %v", what, err)
		}
		if err := os.WriteFile(path, good, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, st.ModTime(), st.ModTime()); err != nil {
			t.Fatal(err)
		}
	}
	r.restores(restore.Options{}, r.db.States[r.db.TXID])
}

func (r *rig) isState(got []byte) bool {
	for _, state := range r.db.States {
		if bytes.Equal(state, got) {
			return true
		}
	}
	return false
}
