package ship_test

import (
	"bufio"
	"bytes"
	"io"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/restore"
)

// kills is how often the process is killed.
const kills = 120

// TestSurvivesBeingKilledAtAnyMoment runs the program itself, kills it without warning at random moments while
// transactions arrive and compaction runs, and asks after each kill for what the store says it has.
func TestSurvivesBeingKilledAtAnyMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("takes about a minute")
	}
	t.Parallel()
	bin := livetest.Program(t)
	r := newRig(t, 512, 31)
	rnd := rand.New(rand.NewPCG(32, 1))
	r.random(1)
	var shipped ltx.TXID
	progress := 0
	for i := range kills {
		cmd := exec.Command(bin, "stream", "-url", "file://"+r.dir, "-data", data(r), "-db", "test.db",
			"-sync-interval", "1ms", "-restore-points", "4", "-snapshot-interval", "20ms", "-scratch", r.cfg.Database.Scratch)
		diag, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running := make(chan struct{})
		go func() {
			defer close(running)
			for lines := bufio.NewScanner(diag); lines.Scan(); {
				if text := lines.Text(); strings.Contains(text, "going on") || strings.Contains(text, "a lineage begins") {
					break
				}
			}
			go io.Copy(io.Discard, diag)
		}()
		if i%4 != 0 { // the others die at any moment of their start
			select {
			case <-running:
			case <-time.After(time.Minute):
				t.Fatal("the program does not start")
			}
			before := r.objects()
			livetest.Eventually(t, "it ships", func() bool { r.random(1); return r.objects() > before })
		}
		deadline := time.Now().Add(time.Duration(rnd.IntN(200)) * time.Millisecond)
		for time.Now().Before(deadline) {
			r.random(1 + rnd.IntN(3))
			time.Sleep(time.Duration(rnd.IntN(4)) * time.Millisecond) // the writer's pace, not a wait for something
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		got, result, err := r.restore(restore.Options{})
		if err != nil {
			if shipped == 0 && fault.CodeOf(err) == fault.NoBackup {
				continue // it was killed before it had shipped anything
			}
			t.Fatalf("kill %d: %v", i, err)
		}
		txid, err := ltx.ParseTXID(result.TXID)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, r.db.States[txid]) {
			t.Fatalf("kill %d: the store restores to something else than transaction %s", i, txid)
		}
		if txid < shipped {
			t.Fatalf("kill %d: the store had transaction %s and now ends at %s", i, shipped, txid)
		}
		if txid > shipped {
			progress++
		}
		shipped = txid
	}
	if progress < kills*3/4 {
		t.Fatalf("only %d of %d processes shipped something", progress, kills)
	}
	r.restart()
	r.sync()
	r.restores(restore.Options{}, r.db.States[r.db.TXID])
	_, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First)
	t.Logf("%d kills, %d with progress, %d transactions", kills, progress, r.db.TXID)
}

// objects counts the transactions' objects in the store.
func (r *rig) objects() int {
	paths, _ := filepath.Glob(filepath.Join(r.dir, "0*", "ltx", "0", "*.ltx"))
	return len(paths)
}

func data(r *rig) string {
	const below = "/dbs/test.db"
	return r.db.Dir[:len(r.db.Dir)-len(below)]
}
