package ltxv1_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/ltxtest"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
)

func TestReadsWhatLiteFSWrites(t *testing.T) {
	for _, size := range []uint32{512, 4096, 65536} {
		for _, compressed := range []bool{true, false} {
			db := ltxtest.New(t, size, 1)
			if !compressed {
				db.Uncompressed()
			}
			for range 20 {
				db.Random()
				info, err := ltxv1.Verify(db.Path(db.TXID))
				if err != nil {
					t.Fatal(err)
				}
				if info.PostApply != db.Sum || info.PageSize != size || info.MaxTXID != db.TXID {
					t.Fatalf("read %+v, want transaction %s with %s", info, db.TXID, db.Sum)
				}
			}
		}
	}
}

func TestNeverBelievesADamagedFile(t *testing.T) {
	db := ltxtest.New(t, 512, 2)
	for range 6 {
		db.Random()
	}
	for _, txid := range []ltx.TXID{1, db.TXID} {
		good, err := os.ReadFile(db.Path(txid))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), ltx.FormatFilename(txid, txid))
		pages := read(t, db.Path(txid))
		for i := range len(good) * 2 {
			bad, kind := mutate(good, i)
			if err := os.WriteFile(path, bad, 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := ltxv1.Verify(path)
			if err == nil && pages == read(t, path) && kind == "flip" {
				continue // a bit of the compression that decodes to the same pages under the same checksum
			}
			if code := fault.CodeOf(err); code != fault.LTXCorrupt && code != fault.LTXTruncated {
				t.Fatalf("%s at %d: got %v, want a fault of the file", kind, i, err)
			}
		}
	}
}

func TestRefusesForeignFiles(t *testing.T) {
	db := ltxtest.New(t, 512, 3)
	db.Random()
	dir := t.TempDir()
	good, err := os.ReadFile(db.Path(1))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"0000000000000002-0000000000000002.ltx": good, // another transaction's name
		"0000000000000003-0000000000000003.ltx": []byte("SQLite format 3\x00"),
		"0000000000000004-0000000000000004.ltx": nil,
		"0000000000000005-0000000000000005.ltx": make([]byte, 4096),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := ltxv1.Verify(path); fault.CodeOf(err) == "" {
			t.Errorf("%s: got %v, want a fault", name, err)
		}
	}
}

// mutate makes the i-th of many damages: a flipped bit at each place, then truncation at each place.
func mutate(good []byte, i int) ([]byte, string) {
	if i < len(good) {
		bad := append([]byte(nil), good...)
		bad[i] ^= 1 << rand.IntN(8)
		return bad, "flip"
	}
	return good[:i-len(good)], "cut"
}

func read(t *testing.T, path string) (all string) {
	t.Helper()
	r, err := ltxv1.Open(path)
	if err != nil {
		return err.Error()
	}
	defer r.Close()
	for {
		pgno, data, err := r.Next()
		if err != nil {
			return all
		}
		all += string(rune(pgno)) + string(data)
	}
}
