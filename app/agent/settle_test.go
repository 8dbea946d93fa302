package main_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// What any process has seen is in the position that is told after. Other processes write, read, are killed, checkpoint, and open
// and close the databases. Each transaction of a writer is one of LiteFS's, so a state has a lowest position that may be told.
func TestAPositionHasAllThatAProcessHasSeen(t *testing.T) {
	found := judgeAll(t, 500, 10_000, true)
	for mode, f := range found {
		if f.low.Load() > 0 {
			t.Errorf("%s: %d of %d positions are too low", mode, f.low.Load(), f.states.Load())
		}
	}
}

// Without settling the same judge finds positions that are too low, but for those with a rollback journal, which keeps readers out.
func TestAPositionThatIsNotSettledIsTooLow(t *testing.T) {
	found := judgeAll(t, 300, 2_000, false)
	if low := found["wal"].low.Load(); low == 0 {
		t.Error("the judge finds nothing")
	}
	if low := found["delete"].low.Load(); low > 0 {
		t.Errorf("with a rollback journal, %d are too low", low)
	}
}

// findings are what a judge has seen in a journal mode.
type findings struct {
	states, low, refused atomic.Int64
	quota                int64
}

const refused = "error disk I/O error (778)"

func (f *findings) enough() bool { return f.states.Load() >= f.quota }

func judgeAll(t *testing.T, short, long int64, settles bool) map[string]*findings {
	p := newPod(t, nil).start().runs()
	seed := uint64(20261129)
	quota := short
	if os.Getenv("LITESET_LONG") != "" {
		quota, seed = long, uint64(time.Now().UnixNano())
	}
	t.Logf("the seed is %d", seed)
	found := map[string]*findings{"wal": {quota: quota}, "delete": {quota: quota}}
	var all sync.WaitGroup
	for n := range uint64(4) {
		mode := []string{"wal", "delete"}[n%2]
		j := &judge{t: t, mode: mode, path: p.path("mount/" + mode + strconv.FormatUint(n, 10) + ".db"), rnd: rand.New(rand.NewPCG(seed, n)), found: found[mode]}
		if settles {
			j.socket = p.path("run/agent.sock")
		}
		j.ask = askAgent(p.dial(), filepath.Base(j.path))
		all.Go(j.run)
	}
	all.Wait()
	for mode, f := range found {
		t.Logf("%s, settled: %v: %d of %d positions are too low; writes refused after a kill: %d", mode, settles, f.low.Load(), f.states.Load(), f.refused.Load())
	}
	return found
}

// judge judges one database.
type judge struct {
	t            *testing.T
	mode, path   string
	socket       string // of the agent; empty if readers read LiteFS's position by themselves
	ask          func() (string, error)
	rnd          *rand.Rand
	found        *findings
	states, txid int64 // where a round began
}

func (j *judge) run() {
	db, err := openDatabase(j.path)
	for _, s := range []string{
		"PRAGMA journal_mode=" + j.mode, "CREATE TABLE counter (n INTEGER)", "INSERT INTO counter VALUES (0)", "CREATE TABLE body (id INTEGER PRIMARY KEY, b BLOB)",
	} {
		if err == nil {
			_, err = db.Exec(s)
		}
	}
	if err != nil {
		j.t.Errorf("%s: %v", j.path, err)
		return
	}
	db.Close()
	for !j.found.enough() && !j.t.Failed() {
		j.round()
	}
}

// round begins where nobody writes, so that it knows which state has which position, and ends with kill -9 of everybody.
func (j *judge) round() {
	if err := j.begin(); err != nil {
		j.t.Errorf("%s: %v", j.path, err)
		return
	}
	seen := make(chan string)
	var processes []*exec.Cmd
	var reading sync.WaitGroup
	start := func(what string) *exec.Cmd {
		cmd := exec.Command(app, "app", what, j.path, strconv.FormatUint(j.rnd.Uint64(), 10), j.socket)
		cmd.Env = append(os.Environ(), "OUT="+os.TempDir())
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			j.t.Error(err)
			return cmd
		}
		reading.Go(func() { tellLines(out, seen); _ = cmd.Wait() })
		processes = append(processes, cmd)
		return cmd
	}
	for _, what := range []string{"writer", "writer", "reader", "reader"} {
		start(what)
	}
	killed := false
	for states, most := 0, 20+j.rnd.IntN(60); states < most; {
		line := <-seen
		// Of a writer that is killed before it has shown its transaction to others, LiteFS has that transaction, and refuses all
		// that SQLite would write over it until the last connection is closed.
		if killed && line == refused {
			j.found.refused.Add(1)
			break
		}
		if !j.judge(line, &states) {
			break
		}
		if !killed && states > most/2 { // the first half is exact: a transaction of a writer that is killed may be LiteFS's alone
			killed = true
			victim := j.rnd.IntN(len(processes))
			_ = processes[victim].Process.Kill()
			start([]string{"writer", "writer", "reader", "reader"}[victim])
		}
	}
	for _, p := range processes {
		_ = p.Process.Kill()
	}
	go func() { reading.Wait(); close(seen) }()
	for range seen {
	}
}

// begin finds out where the database is, and checks that a round has lost nothing.
func (j *judge) begin() error {
	db, err := openDatabase(j.path)
	if err != nil {
		return err
	}
	defer db.Close()
	var states int64
	if err := db.QueryRow("SELECT n FROM counter").Scan(&states); err != nil {
		return err
	}
	pos, err := j.ask()
	if err != nil {
		return err
	}
	txid, err := strconv.ParseInt(pos[:16], 16, 64)
	if err == nil && txid-j.txid < states-j.states {
		err = fmt.Errorf("%d transactions, and %d states", txid-j.txid, states-j.states)
	}
	j.states, j.txid = states, txid
	return err
}

// judge looks at a line of a process: whether there was one that is right.
func (j *judge) judge(line string, states *int) bool {
	var state int64
	var pos string
	if _, err := fmt.Sscanf(line, "state %d %s", &state, &pos); err != nil {
		j.t.Errorf("%s: a process says %q", j.path, line)
		return false
	}
	txid, err := strconv.ParseInt(pos[:16], 16, 64)
	if err != nil {
		j.t.Error(err)
	}
	*states++
	j.found.states.Add(1)
	if txid-j.txid < state-j.states {
		j.found.low.Add(1)
	}
	return true
}

func tellLines(from io.Reader, to chan<- string) {
	for lines := bufio.NewScanner(from); lines.Scan(); {
		to <- lines.Text()
	}
}

// A transaction that goes on for long has the WRITE lock, and nothing to do with what was written before.
func TestALongTransactionKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).start().runs()
	must(t, writeRow(p.path("mount/a.db")))
	x := p.proxy()
	for n := range 20 {
		db := open(t, p.path("mount/a.db"))
		_, err := db.Exec("INSERT INTO row VALUES (NULL)")
		must(t, err)
		_, err = db.Exec("BEGIN IMMEDIATE")
		must(t, err)
		answer := x.ask("positions", `,"settleMs":300`)
		positions, _ := answer["positions"].(map[string]any)
		pos, _ := positions["a.db"].(string)
		if now, err := os.ReadFile(p.path("mount/a.db-pos")); err != nil || strings.TrimSpace(string(now)) != pos {
			t.Fatalf("write %d: %v, not %s: %v", n, answer, now, err)
		}
		_, err = db.Exec("INSERT INTO row VALUES (NULL)")
		must(t, err)
		_, err = db.Exec("ROLLBACK")
		must(t, err)
		db.Close()
	}
}

func TestPositionsAreAnsweredInTimeWhenLiteFSHangs(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).start().runs()
	must(t, writeRow(p.path("mount/a.db")))
	db := open(t, p.path("mount/a.db"))
	x := p.proxy()
	x.ask("positions", `,"settleMs":5000`)
	litefs := p.children("litefs")[0]
	for range 5 {
		written := make(chan error, 1)
		go func() {
			_, err := db.Exec("INSERT INTO row VALUES (NULL)")
			written <- err
		}()
		must(t, syscall.Kill(litefs, syscall.SIGSTOP))
		began := time.Now()
		x.ask("positions", `,"settleMs":300`)
		if took := time.Since(began); took > slow(2*time.Second) {
			t.Errorf("the answer came after %v", took)
		}
		must(t, syscall.Kill(litefs, syscall.SIGCONT))
		must(t, <-written)
	}
}
