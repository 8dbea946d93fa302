package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
)

// writer commits at a pace, and learns from the primary's transaction files which checksum the database had when.
type writer struct {
	node *livetest.Node
	name string
	had  map[ltx.Checksum]ltx.TXID
	next ltx.TXID // the first that is not in had
	n    int
	took time.Duration
}

func newWriter(t *testing.T, n *livetest.Node, name string) *writer {
	return &writer{node: n, name: name, had: map[ltx.Checksum]ltx.TXID{}, next: n.Pos(t, name).TXID}
}

// perSecond is the pace of a writer: enough for 100 transactions each second though some come late.
const perSecond = 115

// write commits until the context ends. It does nothing else, since a machine may be just quick enough for that.
func (w *writer) write(ctx context.Context, t *testing.T, db *sql.DB) {
	began := time.Now()
	for ; ctx.Err() == nil; w.n++ {
		time.Sleep(time.Until(began.Add(time.Duration(w.n) * time.Second / perSecond))) // the pace
		if _, err := db.Exec(step(w.n)); err != nil {
			t.Error(err)
			return
		}
	}
	w.took = time.Since(began)
}

// learn reads what was committed meanwhile.
func (w *writer) learn(t *testing.T) {
	t.Helper()
	for ; ; w.next++ {
		info, err := ltxv1.Stat(ltxv1.PathOf(filepath.Join(w.node.Dir(w.name), "ltx"), w.next))
		if errors.Is(err, os.ErrNotExist) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		w.had[info.PostApply] = w.next
	}
}

// step is what an application does: mostly new rows, some changes of late ones, few deletions, and a table that comes and
// goes. A change costs the same however large the database has become: the load goes on at its pace.
func step(i int) string {
	switch {
	case i%500 == 400:
		return "CREATE TABLE note AS SELECT id, body FROM invoice LIMIT 50"
	case i%500 == 450:
		return "DROP TABLE note"
	case i%10 == 7:
		late := "id > (SELECT max(id) FROM invoice) - 2000"
		return fmt.Sprintf("UPDATE invoice SET body = randomblob(400) WHERE %s AND id %% 97 = %d", late, i%97)
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

	w := newWriter(t, primary, name)
	ctx, stop := context.WithTimeout(context.Background(), span)
	defer stop()
	done := make(chan struct{})
	go func() { defer close(done); w.write(ctx, t, db) }()
	var seen ltx.TXID
	for range looks {
		select {
		case <-time.After(span / time.Duration(looks+1)):
		case <-done:
		}
		sum := livetest.Checksum(t, livetest.Stock(t, cfg.Store.URL(line.String())))
		w.learn(t)
		txid, ok := w.had[sum]
		if !ok || txid < seen {
			t.Fatalf("the store restores to %s, which is transaction %s; before it was %s", sum, txid, seen)
		}
		seen = txid
	}
	<-done
	last := primary.Pos(t, name)
	if got := livetest.Newest(t, cfg.Store, last.TXID); got != line {
		t.Errorf("the stream is in lineage %s now, it was in %s", got, line)
	}
	if sum := livetest.Checksum(t, livetest.Stock(t, cfg.Store.URL(line.String()))); sum != last.PostApplyChecksum {
		t.Errorf("at the end the store restores to %s, want %s", sum, last)
	}
	rate := float64(w.n) / w.took.Seconds()
	t.Logf("%d transactions, %.0f a second, %d restores meanwhile", w.n, rate, looks)
	if livetest.Long() && rate < 100 {
		t.Errorf("only %.0f transactions a second", rate)
	}
}
