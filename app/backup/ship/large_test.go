package ship_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/superfly/ltx"
	"liteset/backup/ltxtest"
	"liteset/backup/restore"
)

// TestSkipsTheLockPageOfALargeDatabase has a database that goes on behind SQLite's lock page, which lies at 1 GiB, has
// no content and no checksum.
func TestSkipsTheLockPageOfALargeDatabase(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 3 GiB")
	}
	const size, pages, txid = 65536, 16390, 5
	r := newRig(t, size, 51)
	path := filepath.Join(r.db.Dir, "database")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	content := map[uint32][]byte{}
	for _, pgno := range []uint32{1, 2, ltx.LockPgno(size) - 1, ltx.LockPgno(size) + 1, pages} {
		content[pgno] = binary.BigEndian.AppendUint32(make([]byte, 0, size), pgno)[:size]
		if _, err := f.WriteAt(content[pgno], int64(pgno-1)*size); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	sum, err := restore.Checksum(path, size)
	if err != nil {
		t.Fatal(err)
	}
	h := ltx.Header{Version: 1, Flags: 1, PageSize: size, Commit: pages, MinTXID: txid, MaxTXID: txid, Timestamp: 1, PreApplyChecksum: ltx.ChecksumFlag | 7}
	if err := os.WriteFile(r.db.Path(txid), ltxtest.Encode(h, content, sum), 0o644); err != nil {
		t.Fatal(err)
	}
	r.sync()
	out := filepath.Join(t.TempDir(), "out.db")
	result, err := restore.Run(t.Context(), r.st, restore.Options{Output: out, Log: r.cfg.Log})
	if err != nil || result.Checksum != sum.String() || result.Pages != pages {
		t.Fatalf("restored %+v, %v; want %d pages with checksum %s", result, err, pages, sum)
	}
	st, err := os.Stat(out)
	if err != nil || st.Size() != pages*size {
		t.Fatalf("%v, %v", st, err)
	}
}
