package main_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestAnApplicationWithAFixedPathUsesTheMount(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil)
	fixed := p.path("application/data/app.db")
	p.set("databases", []any{map[string]any{"name": "app.db", "path": fixed}}).set("app", program(5, "write", fixed)).start()
	p.said("written", 1)
	p.runs()
	x := p.proxy()
	answer := x.ask("positions", `,"settleMs":5000`)
	positions, _ := answer["positions"].(map[string]any)
	if pos, _ := positions["app.db"].(string); len(pos) != 33 || pos[:16] < "0000000000000001" {
		t.Errorf("the answer is %v", answer)
	}
	if target, err := os.Readlink(fixed); target != p.path("mount/app.db") {
		t.Errorf("%s leads to %q: %v", fixed, target, err)
	}
	db := open(t, p.path("mount/app.db"))
	var n int
	must(t, db.QueryRow("SELECT count(*) FROM row").Scan(&n))
	if n != 1 {
		t.Errorf("%d rows", n)
	}
	x.ask("hold")
	x.ask("release") // the link is there already
	p.said("written", 2)
}

func TestADatabaseInTheWayOfALinkIsLeftAlone(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil)
	p.write("app.db", "what the user had")
	p.set("databases", []any{map[string]any{"name": "app.db", "path": p.path("app.db")}}).start()
	if code := p.code(); code != 1 || !strings.Contains(p.log(), "import it with liteset-import") {
		t.Errorf("the code is %d", code)
	}
	if text, err := os.ReadFile(p.path("app.db")); string(text) != "what the user had" {
		t.Errorf("it is %q now: %v", text, err)
	}
}

func TestExecRunsAsTheApplicationAndEndsWithIt(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).set("app", program(2, "run")).start()
	x := p.proxy()
	x.awaitState("running")
	if out, code := p.exec("app", "say", "hello"); code != 3 || !strings.Contains(out, fmt.Sprintf("hello %d", nobody)) {
		t.Errorf("code %d, %s", code, out)
	}
	long := p.execCommand("app", "deaf")
	must(t, long.Start())
	p.said("start deaf", 1)
	ended := make(chan error, 1)
	go func() { ended <- long.Wait() }()
	// It is not below the agent, as in a container. It has as long to end as the application has.
	x.send("hold")
	p.said("term run", 1)
	var exit *exec.ExitError
	if err := <-ended; !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Errorf("the command ended with %v", err)
	}
	if answer := x.take(x.answer); answer["state"] != "stopped" {
		t.Errorf("the answer is %v", answer)
	}
	if out, code := p.exec("app", "say", "hello"); code != 1 || !strings.Contains(out, "does not run now") {
		t.Errorf("while it is held: code %d, %s", code, out)
	}
}

// An image from scratch has nothing. Its container has /proc, /dev and what is mounted; its root may be read-only.
func TestItWorksInAnEmptyReadOnlyRoot(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil)
	root := p.path("root")
	for _, dir := range []string{"", "proc", "dev", "litefs", "liteset", "run", "data", "out", "etc"} {
		must(t, os.Mkdir(filepath.Join(root, dir), 0o755))
	}
	for _, file := range []string{"dev/null", "dev/fuse", "application"} {
		must(t, os.WriteFile(filepath.Join(root, file), nil, 0o755))
	}
	inside := strings.NewReplacer(p.path("mount"), "/litefs", p.path("agent.json"), "/etc/agent.json", p.path("litefs.yml"), "/etc/litefs.yml",
		p.dir+"/", "/", app, "/application")
	text, err := json.Marshal(p.config)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(root, "etc/agent.json"), []byte(inside.Replace(string(text))), 0o644))
	yml, err := os.ReadFile(p.path("litefs.yml"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(root, "etc/litefs.yml"), []byte(inside.Replace(string(yml))), 0o644))
	for _, dir := range []string{"run", "out", "data", "liteset"} { // volumes
		must(t, os.MkdirAll(p.path(dir), 0o755))
		bind(t, p.path(dir), filepath.Join(root, dir))
	}
	bind(t, "/dev/null", filepath.Join(root, "dev/null"))
	bind(t, "/dev/fuse", filepath.Join(root, "dev/fuse"))
	bind(t, app, filepath.Join(root, "application"))
	must(t, unix.Mount(root, root, "", unix.MS_BIND|unix.MS_REC, ""))
	t.Cleanup(func() { _ = unix.Unmount(root, unix.MNT_DETACH) })
	must(t, unix.Mount("", root, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, ""))
	// As a container is: process 1 of a namespace of its own, whose mounts are its own as well.
	cmd := exec.Command("unshare", "--pid", "--fork", "--mount", "--kill-child", "sh", "-c",
		`mount -t proc proc "$1/proc" && exec chroot "$1" /liteset/liteset start -config /etc/agent.json`, "sh", root)
	cmd.Env = []string{"OUT=/out", "PATH=" + os.Getenv("PATH")}
	p.run(cmd)
	p.said("start run", 1)
	p.runs()
	x := p.proxy()
	if answer := x.ask("hold"); answer["state"] != "stopped" {
		t.Errorf("the answer is %v", answer)
	}
	if p.count("term run") != 1 {
		t.Error("the application was not asked to end")
	}
}

func bind(t *testing.T, from, to string) {
	t.Helper()
	must(t, unix.Mount(from, to, "", unix.MS_BIND, ""))
	t.Cleanup(func() { _ = unix.Unmount(to, unix.MNT_DETACH) })
}

// exec runs the test application as `kubectl exec` would.
func (p *pod) exec(args ...string) (string, int) {
	out, err := p.execCommand(args...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	if exit == nil {
		return string(out), 0
	}
	return string(out), exit.ExitCode()
}

func (p *pod) execCommand(args ...string) *exec.Cmd {
	cmd := exec.Command(p.path("liteset/liteset"), append([]string{"exec", "-config", p.path("agent.json"), "--", app}, args...)...)
	cmd.Env = append(os.Environ(), "OUT="+p.path("out"))
	return cmd
}

func (p *pod) hasRole(want string) {
	p.t.Helper()
	var got []byte
	eventually(p.t, fmt.Sprintf("the role file says %q", want), func() bool { got, _ = os.ReadFile(p.path("run/role")); return string(got) == want })
}

// access is a file's mode and group.
func access(t *testing.T, path string) string {
	t.Helper()
	st, err := os.Stat(path)
	must(t, err)
	return fmt.Sprintf("%v %d", st.Mode(), st.Sys().(*syscall.Stat_t).Gid)
}

// open opens a database with one connection, which waits for locks.
func open(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := openDatabase(path)
	must(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}
