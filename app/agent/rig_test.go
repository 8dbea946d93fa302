package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/liteset/liteset/app/agent/internal/mounts"
)

// nobody is the user as whom the applications of tests run. No file of the machine names him.
const nobody = 65532

var (
	// agent is this program, as it is built for images.
	agent string
	// app is the application.
	app string
)

// TestMain builds the agent. As `… app WHAT…` the test program is the application: it is static, too.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "app" {
		os.Exit(application(os.Args[2:]))
	}
	dir, err := os.MkdirTemp("", "liteset-agent")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	agent = filepath.Join(dir, "liteset")
	if err == nil {
		build := exec.Command("go", "build", "-trimpath", "-o", agent, ".")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		build.Stderr = os.Stderr
		err = build.Run()
	}
	if err == nil {
		err = copySelf(filepath.Join(dir, "test"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// copySelf copies this program to where any user may run it.
func copySelf(to string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	text, err := os.ReadFile(self)
	if err != nil {
		return err
	}
	app = to
	return os.WriteFile(to, text, 0o755)
}

// tool finds a program that hack/ builds. Without it, or without root, a test is skipped, unless LITESET_TOOLS says that all is there.
func tool(t testing.TB, name string) string {
	t.Helper()
	places := []string{os.Getenv(strings.ToUpper(strings.ReplaceAll(name, "-", "_")))}
	dir, err := os.Getwd()
	must(t, err)
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		places = append(places, filepath.Join(dir, "hack", ".bin", name))
	}
	for _, path := range places {
		if st, err := os.Stat(path); path != "" && err == nil && !st.IsDir() && os.Getuid() == 0 {
			return path
		}
	}
	if os.Getenv("LITESET_TOOLS") != "" {
		t.Fatalf("%s is not in hack/.bin, or this is not root", name)
	}
	t.Skipf("%s is not in hack/.bin, or this is not root", name)
	return ""
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// patience is how long a test waits for what should come soon.
var patience = slow(20 * time.Second)

// slow is how much slower than usual this machine may be.
func slow(d time.Duration) time.Duration {
	if times, err := strconv.Atoi(os.Getenv("LITESET_SLOW")); err == nil {
		return time.Duration(times) * d
	}
	return d
}

// eventually waits until a condition holds.
func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !cond(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// pod is a directory that has what a container has, and the agent in it.
type pod struct {
	t      testing.TB
	dir    string
	port   int
	config map[string]any
	cmd    *exec.Cmd
	ended  chan struct{}
}

// newPod installs the programs and writes LiteFS's configuration. Nothing runs yet. Primary is nil for a pod that is it.
func newPod(t testing.TB, primary *pod) *pod {
	t.Helper()
	dir, err := os.MkdirTemp("", "pod")
	must(t, err)
	must(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { os.RemoveAll(dir) })
	p := &pod{t: t, dir: dir, port: freePort(t), ended: make(chan struct{})}
	install := exec.Command(agent, "install", p.path("liteset"))
	install.Env = append(os.Environ(), "PATH="+filepath.Dir(tool(t, "litefs"))+":"+filepath.Dir(tool(t, "liteset-volume")))
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("install: %v: %s", err, out)
	}
	must(t, os.MkdirAll(p.path("run"), 0o755))
	must(t, os.Mkdir(p.path("out"), 0o777))
	must(t, os.Chmod(p.path("out"), 0o777))
	leader := p
	if primary != nil {
		leader = primary
	}
	p.write("litefs.yml", fmt.Sprintf("fuse: {dir: %q, allow-other: true}\ndata: {dir: %q}\nhttp: {addr: '127.0.0.1:%d'}\n"+
		"lease: {type: static, hostname: pod-0, advertise-url: 'http://127.0.0.1:%d', candidate: %v}\n",
		p.path("mount"), p.path("data"), p.port, leader.port, leader == p))
	p.config = map[string]any{
		"mount": p.path("mount"), "socket": p.path("run/agent.sock"), "roleFile": p.path("run/role"), "fenceUrl": "",
		"litefs": map[string]any{"data": p.path("data"), "url": fmt.Sprintf("http://127.0.0.1:%d", p.port), "command": []string{
			p.path("liteset/liteset-volume"), "start", "-data", p.path("data"), "-pod", "pod-0", "-http", "", "-reserve", "0", "--",
			p.path("liteset/litefs"), "mount", "-skip-unmount", "-config", p.path("litefs.yml"), "--",
			p.path("liteset/liteset"), "ready", "-config", p.path("agent.json")}},
		"user": fmt.Sprint(nobody), "group": "", "databases": []any{}, "migrate": nil, "release": "7", "workers": []any{},
		"app": program(20, "run"),
	}
	return p
}

// program is a command of the test application.
func program(stopSeconds int, what ...string) map[string]any {
	return map[string]any{"command": command(what...), "stopSeconds": stopSeconds}
}

func command(what ...string) []string {
	return append([]string{app, "app"}, what...)
}

func (p *pod) path(name string) string { return filepath.Join(p.dir, name) }

func (p *pod) write(name, text string) {
	p.t.Helper()
	must(p.t, os.WriteFile(p.path(name), []byte(text), 0o644))
}

func (p *pod) set(key string, value any) *pod {
	p.config[key] = value
	return p
}

// start starts the agent.
func (p *pod) start() *pod {
	p.t.Helper()
	p.run(p.command())
	return p
}

// command starts the agent with the configuration.
func (p *pod) command() *exec.Cmd {
	p.t.Helper()
	text, err := json.Marshal(p.config)
	must(p.t, err)
	p.write("agent.json", string(text))
	return exec.Command(p.path("liteset/liteset"), "start", "-config", p.path("agent.json"))
}

// run runs a command that starts the agent, as process 1 of a container would be started.
func (p *pod) run(cmd *exec.Cmd) {
	p.t.Helper()
	if cmd.Env == nil {
		cmd.Env = append(os.Environ(), "OUT="+p.path("out"))
	}
	out, err := os.Create(p.path("log")) // not a pipe, which is open until the last process has ended
	must(p.t, err)
	cmd.Stdout, cmd.Stderr = out, out
	p.cmd = cmd
	must(p.t, cmd.Start())
	out.Close()
	go func() { _ = cmd.Wait(); close(p.ended) }()
	p.t.Cleanup(func() {
		p.kill()
		if p.t.Failed() {
			p.t.Logf("the agent said:\n%s", p.log())
		}
	})
}

// kill ends all of a pod at once, as the end of process 1 ends all processes of a container.
func (p *pod) kill() {
	below := tree(p.cmd.Process.Pid)
	_ = p.cmd.Process.Kill()
	<-p.ended
	for _, pid := range below {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	_ = mounts.Clear(p.path("mount"))
}

// code waits until the agent has ended.
func (p *pod) code() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatal("the agent does not end")
	}
	return p.cmd.ProcessState.ExitCode()
}

func (p *pod) term() { must(p.t, p.cmd.Process.Signal(syscall.SIGTERM)) }

// said waits until the test application has noted a line so many times.
func (p *pod) said(line string, times int) {
	p.t.Helper()
	eventually(p.t, fmt.Sprintf("%q, %d times", line, times), func() bool { return p.count(line) >= times })
}

// count is how often the application has noted a line.
func (p *pod) count(line string) (n int) {
	for _, l := range p.notes() {
		if l == line {
			n++
		}
	}
	return n
}

// log is what the agent and LiteFS have said.
func (p *pod) log() string {
	text, _ := os.ReadFile(p.path("log"))
	return string(text)
}

func (p *pod) notes() []string {
	text, _ := os.ReadFile(p.path("out/notes"))
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// children are the numbers of processes below the agent whose command line has a word.
func (p *pod) children(word string) (found []int) {
	for _, pid := range tree(p.cmd.Process.Pid) {
		line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		for _, arg := range bytes.Split(line, []byte{0}) {
			if string(arg) == word || filepath.Base(string(arg)) == word {
				found = append(found, pid)
				break
			}
		}
	}
	return found
}

// tree lists what runs below a process, as long as it has a thread.
func tree(root int) (all []int) {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, stat := range stats {
		text, _ := os.ReadFile(stat)
		var parent int
		var state string
		if _, err := fmt.Sscan(string(text[bytes.LastIndexByte(text, ')')+1:]), &state, &parent); err == nil && (state != "Z" || threads(filepath.Dir(stat)) > 1) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
			children[parent] = append(children[parent], pid)
		}
	}
	for queue := []int{root}; len(queue) > 0; queue = queue[1:] {
		all, queue = append(all, children[queue[0]]...), append(queue, children[queue[0]]...)
	}
	return all
}

func threads(process string) int {
	all, _ := os.ReadDir(filepath.Join(process, "task"))
	return len(all)
}

// proxy is a connection to the agent, as the proxy has it.
type proxy struct {
	t      testing.TB
	conn   net.Conn
	events chan map[string]any
	answer chan map[string]any
	next   int
}

// runs waits until LiteFS is in the cluster.
func (p *pod) runs() *pod {
	p.t.Helper()
	x := p.proxy()
	eventually(p.t, "LiteFS is in the cluster", func() bool { return x.ask("status")["litefs"] == "running" })
	x.conn.Close()
	return p
}

// dial connects to the agent.
func (p *pod) dial() (conn net.Conn) {
	p.t.Helper()
	eventually(p.t, "the agent listens", func() bool {
		var err error
		conn, err = net.Dial("unix", p.path("run/agent.sock"))
		return err == nil
	})
	p.t.Cleanup(func() { conn.Close() })
	return conn
}

func (p *pod) proxy() *proxy {
	p.t.Helper()
	conn := p.dial()
	x := &proxy{t: p.t, conn: conn, events: make(chan map[string]any, 10_000), answer: make(chan map[string]any, 100)}
	go func() {
		defer close(x.answer)
		defer close(x.events)
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			var m map[string]any
			if json.Unmarshal(lines.Bytes(), &m) != nil {
				return
			}
			if m["event"] != nil {
				x.events <- m
			} else {
				x.answer <- m
			}
		}
	}()
	return x
}

// ask sends a request and waits for its answer.
func (x *proxy) ask(do string, fields ...string) map[string]any {
	x.t.Helper()
	x.send(do, fields...)
	return x.take(x.answer)
}

func (x *proxy) send(do string, fields ...string) {
	x.t.Helper()
	x.next++
	_, err := fmt.Fprintf(x.conn, "{\"id\":%d,\"do\":%q%s}\n", x.next, do, strings.Join(fields, ""))
	must(x.t, err)
}

func (x *proxy) take(from chan map[string]any) map[string]any {
	x.t.Helper()
	select {
	case m := <-from:
		return m
	case <-time.After(patience):
		x.t.Fatal("the agent says nothing")
		return nil
	}
}

// awaitState waits for an event.
func (x *proxy) awaitState(state string) {
	x.t.Helper()
	for x.take(x.events)["state"] != state {
	}
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
