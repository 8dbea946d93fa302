package ship_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/verify"
)

func TestVerifyFindsASingleFlippedBitInAnyObject(t *testing.T) {
	t.Parallel()
	each := 16
	if testing.Short() {
		each = 2
	}
	r := compacted(t, 91)
	rnd := rand.New(rand.NewPCG(92, 1))
	objects, flips := r.files(), 0
	for _, path := range objects {
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		bits := []int{0, 8*len(good) - 1}
		for len(bits) < each {
			bits = append(bits, rnd.IntN(8*len(good)))
		}
		for _, bit := range bits {
			bad := bytes.Clone(good)
			bad[bit/8] ^= 1 << (bit % 8)
			if err := os.WriteFile(path, bad, 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := verify.Run(context.Background(), r.st, verify.Options{Scratch: t.TempDir(), Log: r.cfg.Log})
			if code := fault.CodeOf(err); code == "" || code == fault.Integrity {
				t.Fatalf("bit %d of %s: verify says %v", bit, path[len(r.dir):], err)
			}
			flips++
		}
		if err := os.WriteFile(path, good, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r.whole()
	t.Logf("%d flipped bits in %d objects", flips, len(objects))
}
