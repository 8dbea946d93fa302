package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
)

// TestCostOfTheActiveStream runs the program beside a replica, with an S3 server behind a proxy that counts, and
// reports what it costs at rest and under load. LITESET_BENCH says for how long each.
func TestCostOfTheActiveStream(t *testing.T) {
	span, err := time.ParseDuration(os.Getenv("LITESET_BENCH"))
	if err != nil {
		t.Skip("a measurement: set LITESET_BENCH to a duration; npm run bench:rpo does")
	}
	bin := livetest.Program(t)
	server := livetest.S3(t)
	primary := livetest.Start(t, livetest.Options{})
	replica := livetest.Start(t, livetest.Options{Primary: primary})
	for _, points := range []int{100, 1} {
		name := fmt.Sprintf("cost%d.db", points)
		proxy := livetest.NewProxy(t, server)
		db := livetest.Open(t, filepath.Join(primary.Mount, name))
		livetest.Exec(t, db, "CREATE TABLE invoice (id INTEGER PRIMARY KEY, body BLOB)", "PRAGMA journal_mode=wal")
		url := livetest.S3URL(proxy.Addr, name)
		cmd := exec.Command(bin, "stream", "-url", url, "-data", replica.Data, "-db", name, "-litefs", replica.URL, "-scratch", t.TempDir(), "-restore-points", strconv.Itoa(points))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		st := livetest.Config(t, replica, name, livetest.S3URL(server, name)).Store
		livetest.Newest(t, st, primary.Pos(t, name).TXID)

		rest := measure(t, cmd.Process.Pid, proxy, func() { time.Sleep(span) })
		t.Logf("COST at rest, -restore-points %d: %s", points, rest.of(0))
		w := newWriter(t, primary, name)
		from := primary.Pos(t, name).TXID
		load := measure(t, cmd.Process.Pid, proxy, func() {
			ctx, stop := context.WithTimeout(context.Background(), span)
			defer stop()
			w.write(ctx, t, db)
		})
		last := primary.Pos(t, name).TXID
		livetest.Newest(t, st, last)
		t.Logf("COST at %.0f transactions a second, -restore-points %d: %s", float64(w.n)/w.took.Seconds(), points, load.of(changed(t, replica, name, from, last)))
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}

// cost of a span of time.
type cost struct {
	cpu, span           time.Duration
	rss, peak           int64 // bytes
	puts, gets, deletes int64
	sent                int64 // bytes, headers included
}

// measure reads what a process and a proxy have counted before and after.
func measure(t *testing.T, pid int, p *livetest.Proxy, during func()) cost {
	t.Helper()
	now := func() (c cost) {
		c.cpu, c.rss, c.peak = ofProcess(t, pid)
		c.puts, c.gets, c.deletes, c.sent = p.Puts.Load(), p.Gets.Load(), p.Deletes.Load(), p.Bytes.Load()
		return c
	}
	before, began := now(), time.Now()
	during()
	after := now()
	return cost{after.cpu - before.cpu, time.Since(began), after.rss, after.peak, after.puts - before.puts, after.gets - before.gets, after.deletes - before.deletes, after.sent - before.sent}
}

// of says it for a number of bytes of changed pages.
func (c cost) of(changed int64) string {
	hours := c.span.Hours()
	text := fmt.Sprintf("CPU %.1f %% of a core, RSS %d MiB (peak %d MiB), %.0f PUT/h, %.0f GET and LIST/h, %d bytes sent",
		100*c.cpu.Seconds()/c.span.Seconds(), c.rss>>20, c.peak>>20, float64(c.puts)/hours, float64(c.gets)/hours, c.sent)
	if changed > 0 {
		text += fmt.Sprintf(" for %d bytes of changed pages: %.3f", changed, float64(c.sent)/float64(changed))
	}
	return text
}

// ofProcess is what the kernel knows of a process: processor time, memory now and at most.
func ofProcess(t *testing.T, pid int) (cpu time.Duration, rss, peak int64) {
	t.Helper()
	const ticks = 100 // a second: sysconf(_SC_CLK_TCK) on every Linux that Go runs on
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	status, err2 := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	for line := range strings.Lines(string(status)) {
		var kib int64
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kib); n == 1 {
			rss = kib << 10
		} else if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kib); n == 1 {
			peak = kib << 10
		}
	}
	return time.Duration(user+system) * time.Second / ticks, rss, peak
}

// changed adds up the pages in LiteFS's own files of the transactions after from.
func changed(t *testing.T, n *livetest.Node, name string, from, to ltx.TXID) (bytes int64) {
	t.Helper()
	for txid := from + 1; txid <= to; txid++ {
		r, err := ltxv1.Open(ltxv1.PathOf(filepath.Join(n.Dir(name), "ltx"), txid))
		if err != nil {
			t.Fatal(err)
		}
		for {
			_, data, err := r.Next()
			if err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			bytes += int64(len(data))
		}
		r.Close()
	}
	return bytes
}
