package main_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestALiteFSThatDiesTakesTheApplicationWithItAndBothComeBack(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).set("app", program(60, "deaf")).set("migrate", migration(60, "exit", "0")).start()
	for n := 1; n <= 3; n++ {
		p.said("start deaf", n)
		first := p.children("deaf")
		p.killLitefs()
		began := time.Now()
		eventually(t, "the application is killed", func() bool { return len(first) == 1 && syscall.Kill(first[0], 0) != nil })
		if took := time.Since(began); took > slow(2*time.Second) {
			t.Errorf("the application is killed after %v", took)
		}
	}
	p.said("start deaf", 4)
	if p.count("start exit") != 4 {
		t.Error("not each promotion has had its migration")
	}
	p.killLitefs()
	if code := p.code(); code != 137 {
		t.Errorf("after the fourth end, the code is %d", code)
	}
}

// Whether the application waits for what LiteFS has taken on, which no signal ends, is chance: until it is so.
func TestAnApplicationThatWaitsForALiteFSThatHangsIsStopped(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).set("app", program(0, "walk")).start().runs()
	x := p.proxy()
	for n := 1; !strings.Contains(p.log(), "LiteFS, for which it waits, is killed, too"); n++ {
		if n > 200 {
			t.Fatal("the application has never waited for LiteFS")
		}
		p.said("walked", n)
		litefs := p.children("litefs")[0]
		must(t, syscall.Kill(litefs, syscall.SIGSTOP))
		if answer := x.ask("hold"); answer["state"] != "stopped" {
			t.Fatalf("the answer is %v", answer)
		}
		if left := p.children("app"); len(left) > 0 {
			t.Fatalf("%d processes are left", len(left))
		}
		_ = syscall.Kill(litefs, syscall.SIGCONT) // if it still is
		x.ask("release")
	}
	p.said("walked", p.count("walked")+1) // on a new LiteFS
}

func TestNothingRunsAtTheFencesEnd(t *testing.T) {
	t.Parallel()
	f := newFence(t)
	p := newPod(t, nil).set("fenceUrl", f.url).set("app", program(60, "deaf")).start()
	x := p.proxy()
	eventually(t, "this pod is the primary", func() bool { return x.ask("status")["primary"] == true })
	time.Sleep(300 * time.Millisecond)
	if p.count("start deaf") > 0 {
		t.Fatal("the application runs without a fence")
	}
	for n := 1; n <= 2; n++ {
		f.tell(slow(1500 * time.Millisecond))
		p.said("start deaf", n)
		end := f.tell(1500 * time.Millisecond) // renewed
		f.hang()                               // what it told last stays true
		time.Sleep(time.Until(end))
		if left := p.children("deaf"); len(left) > 0 {
			t.Fatal("the application runs after the fence's end")
		}
	}
	f.tell(time.Minute)
	p.said("start deaf", 3)
	f.tell(-time.Minute) // the lease is lost
	eventually(t, "the application is killed", func() bool { return len(p.children("deaf")) == 0 })
	if answer := x.ask("status"); answer["litefs"] != "running" {
		t.Errorf("LiteFS was disturbed: %v", answer)
	}
}

func TestAMalformedLineEndsTheConnection(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).start()
	for _, line := range []string{
		"{", `{"do":"status"}`, `{"id":1,"do":"dance"}`, `{"id":1,"do":"status","more":1}`, `{"id":1,"do":"status"} {}`,
		`{"id":1,` + strings.Repeat(" ", 70_000) + `"do":"status"}`,
	} {
		x := p.proxy()
		fmt.Fprintln(x.conn, line)
		select {
		case m, open := <-x.answer:
			if open {
				t.Errorf("%.40s is answered: %v", line, m)
			}
		case <-time.After(20 * time.Second):
			t.Errorf("%.40s does not end the connection", line)
		}
	}
	if p.proxy().ask("status")["id"] != 1.0 {
		t.Error("the agent does not answer any more")
	}
}

func (p *pod) killLitefs() {
	p.t.Helper()
	var found []int
	eventually(p.t, "LiteFS runs", func() bool { found = p.children("litefs"); return len(found) == 1 })
	must(p.t, syscall.Kill(found[0], syscall.SIGKILL))
}

// fence tells what the sidecar of the lease tells.
type fence struct {
	url   string
	mu    sync.Mutex
	line  string
	heard chan struct{} // closed with each new line
}

func newFence(t *testing.T) *fence {
	f := &fence{line: "{\"epoch\":0,\"until\":0}\n", heard: make(chan struct{})}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for {
			f.mu.Lock()
			line, heard := f.line, f.heard
			f.mu.Unlock()
			if line == "" {
				return
			}
			fmt.Fprint(w, line)
			w.(http.Flusher).Flush()
			select {
			case <-heard:
			case <-r.Context().Done():
				return
			}
		}
	}))
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	f.url = s.URL
	return f
}

// tell tells an end from now, and returns it.
func (f *fence) tell(left time.Duration) time.Time {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &t)
	end := time.Now().Add(left)
	f.set(fmt.Sprintf("{\"epoch\":1,\"until\":%.3f,\"primary\":{\"hostname\":\"pod-0\",\"address\":\"\"}}\n", float64(t.Nano()+int64(left))/1e6))
	return end
}

// hang ends the stream, and each new one at once.
func (f *fence) hang() { f.set("") }

func (f *fence) set(line string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.line = line
	close(f.heard)
	f.heard = make(chan struct{})
}

func TestAnApplicationOfAPodThatIsNotThePrimaryAnyMoreIsKilled(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).set("app", program(60, "deaf")).set("migrate", migration(60, "exit", "0"))
	r := newRelay(t, p)
	p.start()
	p.said("start deaf", 1)
	began := time.Now()
	r.say(`{"type":"primaryChange","data":{"isPrimary":false,"hostname":"pod-1"}}`)
	p.hasRole("replica\npod-1\n")
	eventually(t, "the application is killed", func() bool { return len(p.children("deaf")) == 0 })
	if took := time.Since(began); took < 4500*time.Millisecond || took > slow(7*time.Second) {
		t.Errorf("after %v", took)
	}
	r.say(`{"type":"primaryChange","data":{"isPrimary":true}}`)
	p.said("start deaf", 2)
	if p.count("start exit") != 2 {
		t.Error("the second promotion has had no migration")
	}
}

func TestALiteFSThatSaysNothingIsNotBelievedForLong(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil)
	r := newRelay(t, p)
	p.start()
	p.said("start run", 1)
	began := time.Now()
	r.silence()
	p.said("term run", 1)
	if took := time.Since(began); took < 4500*time.Millisecond || took > slow(7*time.Second) {
		t.Errorf("after %v", took)
	}
}

func TestALiteFSThatIsNotInTheClusterYetIsEndedAtOnce(t *testing.T) {
	t.Parallel()
	p := newPod(t, &pod{port: freePort(t)}).start() // nobody listens there
	x := p.proxy()
	eventually(t, "LiteFS starts", func() bool {
		return x.ask("status")["litefs"] == "starting" && strings.Contains(p.log(), "waiting to connect")
	})
	x.conn.Close()
	began := time.Now()
	p.term()
	if code := p.code(); code != 0 || time.Since(began) > slow(5*time.Second) {
		t.Errorf("code %d after %v", code, time.Since(began))
	}
}

// relay passes LiteFS's events on, and says others.
type relay struct {
	lines  chan string
	server *httptest.Server
}

// newRelay stands between LiteFS and the agent of a pod that has not started.
func newRelay(t *testing.T, p *pod) *relay {
	r := &relay{lines: make(chan string)}
	litefs := p.config["litefs"].(map[string]any)
	url := litefs["url"].(string)
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		res, err := http.Get(url + req.URL.Path)
		if err != nil {
			return
		}
		defer res.Body.Close()
		go func() {
			for lines := bufio.NewScanner(res.Body); lines.Scan(); {
				select {
				case r.lines <- lines.Text():
				case <-req.Context().Done():
				}
			}
		}()
		for {
			select {
			case line := <-r.lines:
				fmt.Fprintln(w, line)
				w.(http.Flusher).Flush()
			case <-req.Context().Done():
				return
			}
		}
	}))
	t.Cleanup(r.silence)
	litefs["url"] = r.server.URL
	return r
}

func (r *relay) say(line string) { r.lines <- line }

// silence ends it.
func (r *relay) silence() {
	r.server.CloseClientConnections()
	r.server.Close()
}
