package ship_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/restore"
)

// An object that by its name has all that any other has must not have the others removed.
func TestAnObjectBeyondTheEndOfTheLineageRemovesNothing(t *testing.T) {
	for name, level := range map[string]int{"a transaction": 0, "a compacted one": 1, "a snapshot": 9} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 512, 93)
			r.cfg.TransactionRetention, r.cfg.Retention, r.cfg.SnapshotInterval = day, day, day
			r.restart()
			r.random(4)
			r.db.Expire(2) // so that the lineage begins with a snapshot
			r.sync()
			r.random(10)
			r.sync()
			old := time.Now().Add(-week)
			for _, path := range r.files() {
				if err := os.Chtimes(path, old, old); err != nil {
					t.Fatal(err)
				}
			}
			r.random(1)
			r.sync()
			r.put(level, 1, ^ltx.TXID(0), []byte("not an object"))
			if n := r.retain(); n != 0 {
				t.Errorf("%d objects were removed", n)
			}
			for txid := ltx.TXID(4); txid <= r.db.TXID && level != 9; txid++ {
				r.restores(restore.Options{TXID: txid}, r.db.States[txid])
			}
		})
	}
}

// put puts an object into the newest lineage, as somebody else would.
func (r *rig) put(level int, first, last ltx.TXID, content []byte) {
	r.t.Helper()
	dir := filepath.Join(r.dir, r.s.History.Current().Lineage.ID.String(), "ltx", strconv.Itoa(level))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ltx.FormatFilename(first, last)), content, 0o644); err != nil {
		r.t.Fatal(err)
	}
}
