package ship_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/ltxtest"
	"github.com/liteset/liteset/app/backup/internal/restore"
)

// TestNoDamageToTheVolumeReachesTheStore damages transaction files before they are shipped: whatever the stream does
// with them, the store never restores to what the cluster never had, and after good transactions it has those.
func TestNoDamageToTheVolumeReachesTheStore(t *testing.T) {
	t.Parallel()
	n := 350
	if testing.Short() {
		n = 35
	}
	foreign := ltxtest.New(t, 512, 102)
	for range 40 {
		foreign.Random()
	}
	rnd := rand.New(rand.NewPCG(101, 1))
	kept := 0
	for i := range n {
		r := newRig(t, 512, uint64(1000+i))
		r.random(2)
		r.sync()
		r.random(3)
		victim := r.db.TXID - ltx.TXID(rnd.IntN(3))
		path := r.db.Path(victim)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		d := damages[i%len(damages)]
		others := []string{foreign.Path(victim), foreign.Path(ltx.TXID(1 + rnd.IntN(40))), r.db.Path(1)}
		if err := d.do(rnd, path, bytes.Clone(good), others); err != nil {
			t.Fatal(err)
		}
		what := fmt.Sprintf("%d: %s as transaction %s of %s", i, d.what, victim, r.db.TXID)
		if err := r.s.Stream.Sync(context.Background()); err != nil && fault.CodeOf(err) == "" {
			t.Fatalf("%s: sync says only %v", what, err)
		}
		r.holds(2)
		r.random(2)
		if err := r.s.Stream.Sync(context.Background()); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		got, result, err := r.restore(restore.Options{})
		if err != nil || !bytes.Equal(got, r.db.States[r.db.TXID]) {
			t.Fatalf("%s: restored %s, %v", what, result.TXID, err)
		}
		if _, reasons := r.lineages(); len(reasons) == 1 {
			kept++
		}
	}
	t.Logf("%d damages, %d of them did no harm to the lineage", n, kept)
}
