package main

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/superfly/ltx"
	"liteset/backup/livetest"
)

// writer commits at a pace, and remembers the checksum that LiteFS had after each transaction.
type writer struct {
	mu   sync.Mutex
	had  map[ltx.Checksum]ltx.TXID
	last ltx.Pos
	n    int
	took time.Duration
}

// perSecond is the pace of a writer: enough for 100 transactions each second though some come late.
const perSecond = 115

// write commits until the context ends.
func (w *writer) write(ctx context.Context, t *testing.T, n *livetest.Node, db *sql.DB, name string) {
	began := time.Now()
	for ctx.Err() == nil {
		time.Sleep(time.Until(began.Add(time.Duration(w.n) * time.Second / perSecond))) // the pace
		if _, err := db.Exec(step(w.n)); err != nil {
			t.Error(err)
			return
		}
		pos := n.Pos(t, name)
		w.mu.Lock()
		w.had[pos.PostApplyChecksum], w.last, w.n = pos.TXID, pos, w.n+1
		w.mu.Unlock()
	}
	w.took = time.Since(began)
}

// step is what an application does: mostly new rows, some changes, few deletions, and a table that comes and goes.
func step(i int) string {
	switch {
	case i%500 == 400:
		return "CREATE TABLE note AS SELECT id, body FROM invoice LIMIT 50"
	case i%500 == 450:
		return "DROP TABLE note"
	case i%10 == 7:
		return fmt.Sprintf("UPDATE invoice SET body = randomblob(400) WHERE id %% 97 = %d", i%97)
	case i%100 == 50:
		return "DELETE FROM invoice WHERE id % 3 = 0"
	}
	return "INSERT INTO invoice (body) VALUES (randomblob(300))"
}

func TestStockRestoresExactlyWhatWasThereDuringALoad(t *testing.T) {
	livetest.NeedsTime(t, "writes for a while")
	span, looks := 8*time.Second, 3
	if livetest.Long() {
		span, looks = 5*time.Minute, 20
	}
	livetest.Tool(t, "litestream")
	primary := livetest.Start(t, livetest.Options{})
	replica := livetest.Start(t, livetest.Options{Primary: primary})
	for _, mode := range []string{"wal", "delete"} {
		t.Run(mode, func(t *testing.T) { underLoad(t, primary, replica, mode, span, looks) })
	}
}

func underLoad(t *testing.T, primary, replica *livetest.Node, mode string, span time.Duration, looks int) {
	name := mode + ".db"
	db := livetest.Open(t, filepath.Join(primary.Mount, name))
	livetest.Exec(t, db, "CREATE TABLE invoice (id INTEGER PRIMARY KEY, body BLOB)", "PRAGMA journal_mode="+mode)
	cfg := livetest.Config(t, replica, name, "")
	cfg.SyncInterval = time.Second
	livetest.Run(t, cfg)
	line := livetest.Newest(t, cfg.Store, primary.Pos(t, name).TXID)

	w := &writer{had: map[ltx.Checksum]ltx.TXID{}}
	ctx, stop := context.WithTimeout(context.Background(), span)
	defer stop()
	done := make(chan struct{})
	go func() { defer close(done); w.write(ctx, t, primary, db, name) }()
	var seen ltx.TXID
	for range looks {
		select {
		case <-time.After(span / time.Duration(looks+1)):
		case <-done:
		}
		sum := livetest.Checksum(t, livetest.Stock(t, cfg.Store.URL(line.String())))
		w.mu.Lock()
		txid, ok := w.had[sum]
		w.mu.Unlock()
		if !ok || txid < seen {
			t.Fatalf("the store restores to %s, which is transaction %s; before it was %s", sum, txid, seen)
		}
		seen = txid
	}
	<-done
	if got := livetest.Newest(t, cfg.Store, w.last.TXID); got != line {
		t.Errorf("the stream is in lineage %s now, it was in %s", got, line)
	}
	if sum := livetest.Checksum(t, livetest.Stock(t, cfg.Store.URL(line.String()))); sum != w.last.PostApplyChecksum {
		t.Errorf("at the end the store restores to %s, want %s", sum, w.last)
	}
	rate := float64(w.n) / w.took.Seconds()
	t.Logf("%d transactions, %.0f a second, %d restores meanwhile", w.n, rate, looks)
	if livetest.Long() && rate < 100 {
		t.Errorf("only %.0f transactions a second", rate)
	}
}
