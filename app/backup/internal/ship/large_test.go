package ship_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/ltxtest"
	"github.com/liteset/liteset/app/backup/internal/restore"
)

// TestSkipsTheLockPageOfALargeDatabase has a database that goes on behind SQLite's lock page, which lies at 1 GiB, has
// no content and no checksum.
func TestSkipsTheLockPageOfALargeDatabase(t *testing.T) {
	t.Parallel()
	livetest.NeedsTime(t, "writes 3 GiB")
	sizes := []uint32{65536}
	if livetest.Long() {
		sizes = []uint32{512, 4096, 65536}
	}
	for _, size := range sizes {
		t.Run(fmt.Sprint(size), func(t *testing.T) { behindTheLockPage(t, size) })
	}
}

func behindTheLockPage(t *testing.T, size uint32) {
	const txid = 5
	lock := ltx.LockPgno(size)
	pages := lock + 6
	r := newRig(t, size, 51)
	path := filepath.Join(r.db.Dir, "database")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	content := map[uint32][]byte{}
	for _, pgno := range []uint32{1, 2, lock - 1, lock + 1, pages} {
		content[pgno] = binary.BigEndian.AppendUint32(make([]byte, 0, size), pgno)[:size]
		if pgno == 1 { // stock Litestream reads the page size here
			binary.BigEndian.PutUint16(content[1][16:], uint16(size%65535))
		}
		if _, err := f.WriteAt(content[pgno], int64(pgno-1)*int64(size)); err != nil {
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
	if st, err := os.Stat(out); err != nil || st.Size() != int64(pages)*int64(size) {
		t.Fatalf("%v, %v", st, err)
	}
	if got := livetest.Checksum(t, livetest.Stock(t, r.st.URL(result.Lineage))); got != sum {
		t.Fatalf("stock Litestream restores to %s, want %s", got, sum)
	}
}
