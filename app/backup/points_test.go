package main

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
	"github.com/liteset/liteset/app/backup/internal/restore"
)

// point is a transaction that a primary committed.
type point struct {
	pos ltx.Pos
	at  time.Time
}

// history commits transactions at random moments and returns all of them.
func history(t *testing.T, n *livetest.Node, name string, count int) (all []point) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(91, 1))
	db := livetest.Open(t, filepath.Join(n.Mount, name))
	livetest.Exec(t, db, "CREATE TABLE invoice (id INTEGER PRIMARY KEY, body BLOB)", "PRAGMA journal_mode=wal", "CREATE TABLE customer (id INTEGER PRIMARY KEY)")
	for i := range count {
		time.Sleep(time.Duration(rnd.IntN(12)) * time.Millisecond) // the pace of an application
		livetest.Exec(t, db, step(i))
		pos := n.Pos(t, name)
		info, err := ltxv1.Stat(ltxv1.PathOf(filepath.Join(n.Dir(name), "ltx"), pos.TXID))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, point{pos, time.UnixMilli(info.Timestamp).UTC()})
	}
	return all
}

func TestRestoresRandomPointsByTransactionAndByTime(t *testing.T) {
	t.Parallel()
	livetest.NeedsTime(t, "restores more than a hundred times")
	livetest.Tool(t, "litestream")
	primary := livetest.Start(t, livetest.Options{})
	replica := livetest.Start(t, livetest.Options{Primary: primary})
	cfg := livetest.Config(t, replica, "points.db", "")
	livetest.Run(t, cfg)
	all := history(t, primary, "points.db", 300)
	line := livetest.Newest(t, cfg.Store, all[len(all)-1].pos.TXID)
	url := cfg.Store.URL(line.String())

	byTime := 0
	for _, i := range rand.Perm(len(all) - 1)[:60] {
		p := all[i]
		if got := livetest.Checksum(t, livetest.Stock(t, url, "-txid", p.pos.TXID.String())); got != p.pos.PostApplyChecksum {
			t.Errorf("stock Litestream restores %s to %s", p.pos, got)
		}
		ours(t, cfg.Store.URL(""), p.pos, "-txid", p.pos.TXID.String())
		next := all[i+1].at
		if next.Sub(p.at) < 2*time.Millisecond {
			continue // a time between the two cannot be written in milliseconds
		}
		between := p.at.Add(next.Sub(p.at) / 2).Truncate(time.Millisecond).Format(time.RFC3339Nano)
		if got := livetest.Checksum(t, livetest.Stock(t, url, "-timestamp", between)); got != p.pos.PostApplyChecksum {
			t.Errorf("stock Litestream restores %s, of %s, to %s", between, p.pos, got)
		}
		ours(t, cfg.Store.URL(""), p.pos, "-timestamp", between)
		byTime++
	}
	t.Logf("60 points by transaction, %d by time", byTime)
	if byTime < 25 {
		t.Errorf("only %d points by time", byTime)
	}
}

// ours restores with the program's own command and checks what it gives.
func ours(t *testing.T, url string, want ltx.Pos, args ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "ours.db")
	var diag logged
	if code := run(context.Background(), append([]string{"restore", "-url", url, "-o", out}, args...), &diag, &diag); code != 0 {
		t.Fatalf("restore %v: exit code %d\n%s", args, code, diag.b)
	}
	if got := livetest.Checksum(t, out); got != want.PostApplyChecksum {
		t.Errorf("restore %v gives %s, want %s", args, got, want)
	}
	return out
}

type logged struct{ b []byte }

// Write keeps what is written.
func (l *logged) Write(p []byte) (int, error) {
	l.b = append(l.b, p...)
	return len(p), nil
}

func TestADroppedTableIsThereInTheTransactionBefore(t *testing.T) {
	t.Parallel()
	primary := livetest.Start(t, livetest.Options{})
	replica := livetest.Start(t, livetest.Options{Primary: primary})
	cfg := livetest.Config(t, replica, "drop.db", "")
	livetest.Run(t, cfg)
	before := history(t, primary, "drop.db", 40)
	last := before[len(before)-1]
	time.Sleep(3 * time.Millisecond) // so that a time lies between the two transactions
	dropped := time.Now().UTC()
	db := livetest.Open(t, filepath.Join(primary.Mount, "drop.db"))
	livetest.Exec(t, db, "DROP TABLE customer", "DROP TABLE invoice")
	livetest.Newest(t, cfg.Store, primary.Pos(t, "drop.db").TXID)
	for _, args := range [][]string{{"-txid", last.pos.TXID.String()}, {"-timestamp", dropped.Format(time.RFC3339Nano)}} {
		var rows int
		restored := livetest.Open(t, ours(t, cfg.Store.URL(""), last.pos, args...))
		if err := restored.QueryRow("SELECT count(*) FROM invoice, (SELECT count(*) FROM customer)").Scan(&rows); err != nil || rows == 0 {
			t.Errorf("%v: %d rows, %v", args, rows, err)
		}
	}
	newest := filepath.Join(t.TempDir(), "newest.db")
	if _, err := restore.Run(context.Background(), cfg.Store, restore.Options{Output: newest, Log: slog.Default()}); err != nil {
		t.Fatal(err)
	}
	if err := livetest.Open(t, newest).QueryRow("SELECT count(*) FROM invoice").Scan(new(int)); err == nil {
		t.Error("the newest state still has the table")
	}
}
