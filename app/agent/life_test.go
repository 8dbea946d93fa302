package main_test

import (
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestSIGTERMWaitsForTheProxyAndStopsEverythingInOrder(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).set("workers", []any{worker("jobs", "worker")}).start()
	x := p.proxy()
	x.awaitState("running")
	p.said("start run", 1)
	p.said("worker has blue", 1)
	p.term()
	for x.take(x.events)["event"] != "terminating" {
	}
	x.ask("positions") // it still answers, and has had the time to do what it must not do
	if p.count("term run") > 0 {
		t.Error("the application was stopped before the proxy had left")
	}
	x.ask("left")
	if code := p.code(); code != 0 {
		t.Errorf("the code is %d", code)
	}
	if p.count("term run") != 1 || p.count("term worker") != 1 {
		t.Errorf("not all were asked to end: %q", p.notes())
	}
	said := p.log()
	at := -1
	for _, line := range []string{"the application is stopped", "destroying lease", "litefs shut down complete"} {
		next := strings.Index(said, line)
		if next <= at {
			t.Errorf("%q is not said, or too early", line)
		}
		at = next
	}
}

func TestSIGTERMWithoutAProxyStopsAtOnce(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).start()
	p.said("start run", 1)
	began := time.Now()
	p.term()
	if code := p.code(); code != 0 || time.Since(began) > slow(5*time.Second) {
		t.Errorf("code %d after %v", code, time.Since(began))
	}
}

func TestAProxyThatDoesNotLeaveIsNotWaitedForForLong(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).set("app", program(0, "run")).start()
	x := p.proxy()
	x.awaitState("running")
	began := time.Now()
	p.term()
	if code := p.code(); code != 0 || time.Since(began) < 10*time.Second || time.Since(began) > slow(20*time.Second) {
		t.Errorf("code %d after %v", code, time.Since(began))
	}
}

func TestTheAgentEndsAsTheApplicationDoes(t *testing.T) {
	t.Parallel()
	for name, it := range map[string]struct {
		command []string
		code    int
	}{
		"0": {command("exit", "0"), 0}, "7": {command("exit", "7"), 7}, "a signal": {command("die"), 137}, "not there": {[]string{"/nowhere"}, 127},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPod(t, nil).set("app", map[string]any{"command": it.command, "stopSeconds": 5}).start()
			p.proxy() // is not asked to leave
			if code := p.code(); code != it.code {
				t.Errorf("the code is %d, not %d", code, it.code)
			}
			if !strings.Contains(p.log(), "litefs shut down complete") {
				t.Error("LiteFS was not ended in order")
			}
		})
	}
}

func TestOrphansAreReaped(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).set("app", program(1, "parent")).start()
	p.said("start deaf", 1)
	deaf := p.children("deaf")
	if len(deaf) != 1 {
		t.Fatalf("there is not one orphan below the agent: %v", deaf)
	}
	must(t, syscall.Kill(deaf[0], syscall.SIGKILL))
	eventually(t, "the orphan is reaped", func() bool { return syscall.Kill(deaf[0], 0) == syscall.ESRCH })
}

func TestHoldIsAnsweredWhenNothingRuns(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).set("app", program(1, "parent")).set("workers", []any{worker("jobs", "worker")}).start()
	x := p.proxy()
	p.said("start deaf", 1)
	p.said("worker has blue", 1)
	began := time.Now()
	if answer := x.ask("hold"); answer["state"] != "stopped" {
		t.Errorf("the answer is %v", answer)
	}
	if took := time.Since(began); took < time.Second || took > slow(5*time.Second) {
		t.Errorf("the answer came after %v", took)
	}
	if left := p.children("app"); len(left) > 0 {
		t.Errorf("%d processes are left", len(left))
	}
	if answer := x.ask("status"); answer["state"] != "stopped" || answer["primary"] != true || answer["litefs"] != "running" {
		t.Errorf("the status is %v", answer)
	}
	x.ask("release")
	p.said("start parent", 2)
}

func TestAHoldEndsWithItsConnection(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).start()
	x, other := p.proxy(), p.proxy()
	p.said("start run", 1)
	x.ask("hold")
	other.ask("release") // what it does not hold
	time.Sleep(500 * time.Millisecond)
	if p.count("start run") != 1 {
		t.Fatal("the application runs though it is held")
	}
	x.conn.Close()
	p.said("start run", 2)
}

func TestAWorkerThatEndsStartsAgain(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).set("workers", []any{worker("jobs", "exit", "3"), worker("more", "worker")}).start()
	began := time.Now()
	p.said("start exit", 3) // after one second, and two
	if took := time.Since(began); took < 3*time.Second {
		t.Errorf("it was started three times within %v", took)
	}
	if p.count("start run") != 1 || p.count("start worker") != 1 {
		t.Errorf("others were started again: %q", p.notes())
	}
}

func TestTheMigrationComesBeforeTheApplication(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).set("migrate", migration(60, "exit", "0")).start()
	p.said("start run", 1)
	if want := []string{"start exit", "start run"}; !slices.Equal(p.notes(), want) {
		t.Errorf("%q, not %q", p.notes(), want)
	}
	x := p.proxy()
	x.ask("hold")
	x.ask("release")
	p.said("start run", 2)
	if p.count("start exit") != 1 {
		t.Error("the migration has run again on the same primary")
	}
}

func TestTheApplicationDoesNotRunAfterAMigrationThatFails(t *testing.T) {
	t.Parallel()
	for name, it := range map[string]struct {
		migrate map[string]any
		code    int
	}{
		"fails": {migration(60, "exit", "4"), 4}, "takes too long": {migration(1, "deaf"), 124},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPod(t, nil).set("migrate", it.migrate).set("app", program(1, "run")).start()
			if code := p.code(); code != it.code {
				t.Errorf("the code is %d, not %d", code, it.code)
			}
			if p.count("start run") > 0 {
				t.Error("the application has run")
			}
		})
	}
}

func TestAReplicaRunsNothing(t *testing.T) {
	t.Parallel()
	primary := newPod(t, nil).start()
	primary.said("start run", 1)
	p := newPod(t, primary).start()
	x := p.proxy()
	eventually(t, "the replica knows the primary", func() bool {
		answer := x.ask("status")
		return answer["litefs"] == "running" && answer["primaryHostname"] == "pod-0" && answer["primary"] == false && answer["state"] == "stopped"
	})
	p.hasRole("replica\npod-0\n")
	primary.hasRole("primary\n\n")
	if p.count("start run") > 0 {
		t.Error("the application runs")
	}
	out, code := p.exec("app", "say", "hello")
	if code != 1 || !strings.Contains(out, "this pod is not the primary, which is pod-0") {
		t.Errorf("exec on a replica: code %d, %s", code, out)
	}
}

func worker(name string, what ...string) map[string]any {
	w := program(1, what...)
	w["name"] = name
	w["env"] = []any{map[string]any{"name": "COLOUR", "value": "blue"}}
	return w
}

func migration(seconds int, what ...string) map[string]any {
	return map[string]any{"command": command(what...), "timeoutSeconds": seconds}
}
