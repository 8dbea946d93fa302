package ltxv3_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/ltxtest"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
	"github.com/liteset/liteset/app/backup/internal/ltxv3"
)

// group converts transactions of a database into one file.
func group(t *testing.T, db *ltxtest.DB, from, to ltx.TXID) []byte {
	t.Helper()
	var infos []ltxv1.Info
	for txid := from; txid <= to; txid++ {
		info, err := ltxv1.Verify(db.Path(txid))
		if err != nil {
			t.Fatal(err)
		}
		infos = append(infos, info)
	}
	var out bytes.Buffer
	if err := ltxv3.Convert(&out, infos); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestOneObjectHoldsWhatItsTransactionsDid(t *testing.T) {
	for _, size := range []uint32{512, 4096, 65536} {
		db := ltxtest.New(t, size, 5)
		for range 30 {
			db.Random()
		}
		raw := group(t, db, 1, 30)
		h, err := ltxv3.Check(bytes.NewReader(raw), 1, 30)
		if err != nil {
			t.Fatal(err)
		}
		if proof, ok := ltxv3.Proof(h); !ok || proof != db.Sum {
			t.Errorf("the object says %s, the database has %s", proof, db.Sum)
		}
		var restored bytes.Buffer
		if err := ltx.NewDecoder(bytes.NewReader(raw)).DecodeDatabaseTo(&restored); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(restored.Bytes(), db.States[30]) {
			t.Errorf("page size %d: the object decodes to another database", size)
		}
	}
}

func TestFindsEachFlippedBitAndEachTruncation(t *testing.T) {
	db := ltxtest.New(t, 512, 6)
	for range 5 {
		db.Random()
	}
	raw := group(t, db, 2, 5)
	for bit := range len(raw) * 8 {
		bad := bytes.Clone(raw)
		bad[bit/8] ^= 1 << (bit % 8)
		if _, err := ltxv3.Check(bytes.NewReader(bad), 2, 5); err == nil {
			t.Fatalf("bit %d of %d was flipped and nothing was found", bit, len(raw)*8)
		}
	}
	for n := range raw {
		if _, err := ltxv3.Check(bytes.NewReader(raw[:n]), 2, 5); err == nil || err == io.EOF {
			t.Fatalf("%d of %d bytes: %v", n, len(raw), err)
		}
	}
}

func TestPutsAProofIntoACompactedObject(t *testing.T) {
	db := ltxtest.New(t, 512, 7)
	db.Random()
	raw := group(t, db, 1, 1)
	var out bytes.Buffer
	if err := ltxv3.WithProof(&out, bytes.NewReader(raw), 1, 1, ltx.ChecksumFlag|42); err != nil {
		t.Fatal(err)
	}
	h, err := ltxv3.Check(&out, 1, 1)
	if proof, ok := ltxv3.Proof(h); err != nil || !ok || proof != ltx.ChecksumFlag|42 {
		t.Fatalf("got %s, %v, %v", proof, ok, err)
	}
}
