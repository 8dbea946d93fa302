package main_test

import (
	"database/sql"
	"slices"
	"testing"
	"time"
)

// What a position costs over the socket: when nothing has changed, after a write, and while the next write is under way.
func BenchmarkPositions(b *testing.B) {
	p := newPod(b, nil).start().runs()
	must(b, writeRow(p.path("mount/a.db")))
	for name, before := range map[string]func(*sql.DB){
		"unchanged": func(*sql.DB) {},
		"written":   func(db *sql.DB) { insert(b, db) },
		"writing":   func(db *sql.DB) { insert(b, db); go func() { _, _ = db.Exec("INSERT INTO row VALUES (NULL)") }() },
	} {
		b.Run(name, func(b *testing.B) {
			db := open(b, p.path("mount/a.db"))
			ask := askAgent(p.dial(), "a.db")
			var took []time.Duration
			for b.Loop() {
				before(db)
				began := time.Now()
				if _, err := ask(); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}

func insert(t testing.TB, db *sql.DB) {
	t.Helper()
	_, err := db.Exec("INSERT INTO row VALUES (NULL)")
	must(t, err)
}
