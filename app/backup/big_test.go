package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/livetest"
)

// TestStockRestoresADatabaseThatGrowsPastTheLockPage grows a database past SQLite's lock page at 1 GiB on a real
// LiteFS, shrinks it and makes its table anew.
func TestStockRestoresADatabaseThatGrowsPastTheLockPage(t *testing.T) {
	if !livetest.Long() {
		t.Skip("takes minutes and 10 GiB: LITESET_LONG")
	}
	for _, mode := range []string{"wal", "delete"} {
		for _, size := range []int{512, 4096, 65536} {
			t.Run(fmt.Sprintf("%s-%d", mode, size), func(t *testing.T) { grows(t, mode, size) })
		}
	}
}

func grows(t *testing.T, mode string, size int) {
	const name = "big.db"
	primary := livetest.Start(t, livetest.Options{})
	imported(t, primary, name, size)
	cfg := livetest.Config(t, primary, name, "")
	livetest.Run(t, cfg)
	db := livetest.Open(t, filepath.Join(primary.Mount, name))
	livetest.Exec(t, db, "PRAGMA journal_mode="+mode)
	var had []ltx.Pos
	do := func(statements ...string) {
		livetest.Exec(t, db, statements...)
		had = append(had, primary.Pos(t, name))
	}
	lock := int64(ltx.LockPgno(uint32(size)))
	if pages(t, db) >= lock {
		t.Fatal("it is behind the lock page before it grows")
	}
	for pages(t, db) < lock+300 {
		do("INSERT INTO big VALUES (randomblob(4000000))")
	}
	do("UPDATE big SET body = randomblob(5000) WHERE rowid = (SELECT max(rowid) FROM big)")
	do("DROP TABLE small", "CREATE TABLE small (x)", "INSERT INTO small VALUES (randomblob(3000))")
	do("DELETE FROM big WHERE rowid > 3")
	do("VACUUM")
	do("DROP TABLE big", "CREATE TABLE big (body)", "INSERT INTO big VALUES (1)")
	last := had[len(had)-1]
	url := cfg.Store.URL(livetest.Newest(t, cfg.Store, last.TXID).String())
	compared := append(had[len(had)-4:], had[0])
	if size == 512 {
		compared = had[len(had)-4 : len(had)-2] // each takes minutes with two million pages
	}
	for _, pos := range compared {
		restored := livetest.Stock(t, url, "-txid", pos.TXID.String())
		if got := livetest.Checksum(t, restored); got != pos.PostApplyChecksum {
			t.Errorf("stock Litestream restores %s to %s", pos, got)
		}
		_ = os.Remove(restored)
	}
	t.Logf("%d transactions compared; the last is %s", len(compared), last)
}

func pages(t *testing.T, db *sql.DB) (n int64) {
	t.Helper()
	if err := db.QueryRow("PRAGMA page_count").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// imported makes a database that is nearly 1 GiB large outside of LiteFS, where it is quick, and imports it.
func imported(t *testing.T, n *livetest.Node, name string, size int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	db := livetest.Open(t, path)
	livetest.Exec(t, db, "PRAGMA journal_mode=off", fmt.Sprintf("PRAGMA page_size=%d", size), "CREATE TABLE small (x)", "CREATE TABLE big (body)")
	for range 263 {
		livetest.Exec(t, db, fmt.Sprintf("INSERT INTO big VALUES (zeroblob(%d))", 4000000))
	}
	db.Close()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	res, err := http.Post(n.URL+"/import?name="+name, "application/octet-stream", f)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer bytes.Buffer
	if _, err := answer.ReadFrom(res.Body); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("LiteFS answers %s, %s, %v", res.Status, &answer, err)
	}
	_ = os.Remove(path)
}
