package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/superfly/ltx"
	"liteset/backup/lineage"
	"liteset/backup/metrics"
	"liteset/backup/restore"
	"liteset/backup/ship"
	"liteset/backup/snapshot"
	"liteset/backup/store"
	"liteset/backup/verify"
)

// tool finds a program that hack/up.sh builds. Without it a test is skipped, unless LITESET_TOOLS says that all are there.
func tool(t *testing.T, name string) string {
	t.Helper()
	for _, path := range []string{os.Getenv(strings.ToUpper(name)), filepath.Join("..", "..", "hack", ".bin", name)} {
		if abs, err := filepath.Abs(path); err == nil && path != "" {
			if _, err := os.Stat(abs); err == nil {
				return abs
			}
		}
	}
	if os.Getenv("LITESET_TOOLS") != "" {
		t.Fatalf("%s is not in hack/.bin", name)
	}
	t.Skipf("%s is not in hack/.bin; set %s", name, strings.ToUpper(name))
	return ""
}

// node is a running LiteFS.
type node struct{ mount, data, url string }

func freePort(t *testing.T) int {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port
}

// startNode starts LiteFS; primary is the port of the one that takes the writes.
func startNode(t *testing.T, port, primary int) node {
	t.Helper()
	return startNodeIn(t, t.TempDir(), port, primary)
}

// startNodeIn starts LiteFS with the data directory "data" of a directory.
func startNodeIn(t *testing.T, dir string, port, primary int) node {
	t.Helper()
	bin := tool(t, "litefs")
	n := node{mount: filepath.Join(dir, "mount"), data: filepath.Join(dir, "data"), url: fmt.Sprintf("http://127.0.0.1:%d", port)}
	if err := os.Mkdir(n.mount, 0o755); err != nil {
		t.Fatal(err)
	}
	config := fmt.Sprintf("fuse: {dir: %q}\ndata: {dir: %q}\nhttp: {addr: '127.0.0.1:%d'}\nlease: {type: static, hostname: primary, advertise-url: 'http://127.0.0.1:%d', candidate: %v}\n",
		n.mount, n.data, port, primary, port == primary)
	path := filepath.Join(dir, "litefs.yml")
	if err := os.WriteFile(path, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bin, "mount", "-config", path)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		stop := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		stop.Stop()
		_ = exec.Command("fusermount3", "-u", n.mount).Run()
		if t.Failed() {
			t.Logf("LiteFS on %d:\n%s", port, log.String())
		}
	})
	eventually(t, "LiteFS answers", func() bool {
		res, err := http.Get(n.url + "/info")
		if err == nil {
			res.Body.Close()
		}
		return err == nil
	})
	return n
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !cond(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// pos is what LiteFS says of a database.
func (n node) pos(t *testing.T, db string) ltx.Pos {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(n.mount, db+"-pos"))
	if err != nil {
		t.Fatal(err)
	}
	pos, err := ltx.ParsePos(strings.TrimSpace(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	return pos
}

// equals reports whether a database has the checksum that LiteFS had at a transaction.
func equals(t *testing.T, raw []byte, pos ltx.Pos) bool {
	t.Helper()
	path := filepath.Join(t.TempDir(), "db")
	if err := os.WriteFile(path, raw, 0o644); err != nil {
		t.Fatal(err)
	}
	size := uint32(raw[16])<<8 | uint32(raw[17])
	if size == 1 {
		size = 65536
	}
	sum, err := restore.Checksum(path, size)
	if err != nil {
		t.Fatal(err)
	}
	return sum == pos.PostApplyChecksum
}

func open(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

func execSQL(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// stream runs a stream from a node to a store of its own, as the program does.
func stream(t *testing.T, n node, db string, interval time.Duration) (*store.Store, string, ship.Config) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "store")
	st := openStore(t, dir)
	cfg, _ := streamTo(t, st, n, db, interval)
	return st, dir, cfg
}

func openStore(t *testing.T, dir string) *store.Store {
	t.Helper()
	st, err := store.Open("file://"+dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// streamTo runs a stream to a store that others may use, until it is stopped or the test ends.
func streamTo(t *testing.T, st *store.Store, n node, db string, interval time.Duration) (ship.Config, func()) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	cfg := ship.Config{
		Database: snapshot.Config{Dir: filepath.Join(n.data, "dbs", db), Name: db, LiteFS: n.url, Scratch: t.TempDir()},
		Store:    st, SyncInterval: interval, RestorePoints: 100, Retention: time.Hour, TransactionRetention: time.Hour,
		SnapshotInterval: time.Hour, StoreTimeout: time.Minute, Log: log, Metrics: metrics.New(),
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- ship.Run(ctx, cfg) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return cfg, stop
}

// newest waits until the store ends at a transaction, and returns the lineage that does.
func newest(t *testing.T, st *store.Store, txid ltx.TXID) lineage.ID {
	t.Helper()
	var id lineage.ID
	eventually(t, "the store reaches "+txid.String(), func() bool {
		all, err := lineage.List(context.Background(), st)
		if err != nil || len(all) == 0 {
			return false
		}
		sum, err := lineage.Summarize(context.Background(), st, all[len(all)-1])
		id = all[len(all)-1].ID
		return err == nil && sum.Last == txid.String()
	})
	return id
}

// stock restores with Litestream as it is published.
func stock(t *testing.T, url string, args ...string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "stock.db")
	cmd := exec.Command(tool(t, "litestream"), append(append([]string{"restore", "-o", out}, args...), url)...)
	if log, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	raw, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestStockLitestreamRestoresWhatLiteFSHad(t *testing.T) {
	tool(t, "litestream")
	port := freePort(t)
	primary := startNode(t, port, port)
	replica := startNode(t, freePort(t), port)
	for _, mode := range []string{"wal", "delete"} {
		for _, size := range []int{512, 4096, 65536} {
			t.Run(fmt.Sprintf("%s-%d", mode, size), func(t *testing.T) {
				name := fmt.Sprintf("%s%d.db", mode, size)
				st, _, _ := stream(t, replica, name, 50*time.Millisecond)
				db := open(t, filepath.Join(primary.mount, name))
				execSQL(t, db, fmt.Sprintf("PRAGMA page_size=%d", size), "CREATE TABLE customer (id INTEGER PRIMARY KEY)", "PRAGMA journal_mode="+mode)
				// Fewer than 256 pages: with a log, a VACUUM that shrinks the database by a block of as many makes LiteFS panic
				// and keep its write lock for good (db.go, checksum; superfly/litefs#445).
				steps := []string{
					"CREATE TABLE invoice (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer, body BLOB)",
					"INSERT INTO invoice (body) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<60) SELECT randomblob(900) FROM n",
					"UPDATE invoice SET body=randomblob(300) WHERE id%3=0",
					"DELETE FROM invoice WHERE id>20",
					"VACUUM",
					"DROP TABLE invoice",
					"CREATE TABLE invoice (id INTEGER PRIMARY KEY, body BLOB)",
					"INSERT INTO invoice (body) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<40) SELECT randomblob(2000) FROM n",
				}
				var had []ltx.Pos
				for _, s := range steps {
					execSQL(t, db, s)
					had = append(had, primary.pos(t, name))
				}
				last := had[len(had)-1]
				id := newest(t, st, last.TXID)
				onReplica, err := os.ReadFile(filepath.Join(replica.data, "dbs", name, "database"))
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(stock(t, st.URL(id.String())), onReplica) {
					t.Error("the newest state is not the replica's, byte for byte")
				}
				for _, pos := range had {
					if !equals(t, stock(t, st.URL(id.String()), "-txid", pos.TXID.String()), pos) {
						t.Errorf("transaction %s is not what the primary had", pos.TXID)
					}
				}
				result, err := verify.Run(context.Background(), st, verify.Options{Scratch: t.TempDir(), Log: slog.Default()})
				if err != nil || result.Checksum != last.PostApplyChecksum.String() {
					t.Errorf("verify: %+v, %v; want checksum %s", result, err, last.PostApplyChecksum)
				}
			})
		}
	}
}

func TestStreamsFromAPrimaryAndAfterDeletionOfTheDatabase(t *testing.T) {
	port := freePort(t)
	primary := startNode(t, port, port)
	st, _, cfg := stream(t, primary, "a.db", 50*time.Millisecond)
	path := filepath.Join(primary.mount, "a.db")
	fill := func(db *sql.DB, mode string, rows int) ltx.Pos {
		execSQL(t, db, "CREATE TABLE t (x)", "PRAGMA journal_mode="+mode)
		for range rows {
			execSQL(t, db, "INSERT INTO t VALUES (randomblob(500))")
		}
		return primary.pos(t, "a.db")
	}
	db := open(t, path)
	first := newest(t, st, fill(db, "wal", 30).TXID)
	// A snapshot while the log holds what the file lacks.
	snap, err := snapshot.Take(context.Background(), cfg.Database)
	if err != nil {
		t.Fatal(err)
	}
	if pos := primary.pos(t, "a.db"); snap.MaxTXID != pos.TXID || snap.PostApply != pos.PostApplyChecksum {
		t.Errorf("the snapshot is of %s/%s, LiteFS is at %s", snap.MaxTXID, snap.PostApply, pos)
	}
	snap.Close()
	db.Close()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	pos := fill(open(t, path), "delete", 5)
	second := newest(t, st, pos.TXID)
	if first == second {
		t.Error("a database that was deleted and created again is in the old one's lineage")
	}
	result, err := restore.Run(context.Background(), st, restore.Options{Output: filepath.Join(t.TempDir(), "o"), Log: slog.Default()})
	if err != nil || result.Checksum != pos.PostApplyChecksum.String() {
		t.Errorf("restored %+v, %v; want %s", result, err, pos)
	}
}
