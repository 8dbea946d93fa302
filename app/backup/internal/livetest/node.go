package livetest

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/superfly/ltx"
)

// Node is a running LiteFS.
type Node struct {
	// Mount, Data and URL are where it shows its databases, keeps them, and answers HTTP.
	Mount, Data, URL string
	port             int
}

// Options of a node.
type Options struct {
	// Primary is the node that takes the writes; nil if it is this one.
	Primary *Node
	// Data is the data directory; a new one if empty.
	Data string
	// Retention is how long transaction files are kept; LiteFS's own default if 0.
	Retention time.Duration
}

// FreePort returns a TCP port that nobody listens on.
func FreePort(t testing.TB) int {
	t.Helper()
	port, err := UnusedPort()
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// UnusedPort does the same where there is no test.
func UnusedPort() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port, nil
}

// Start starts LiteFS, and stops it at the end of the test.
func Start(t testing.TB, o Options) *Node {
	t.Helper()
	dir, port := t.TempDir(), FreePort(t)
	n := &Node{Mount: filepath.Join(dir, "mount"), Data: o.Data, URL: fmt.Sprintf("http://127.0.0.1:%d", port), port: port}
	if n.Data == "" {
		n.Data = filepath.Join(dir, "data")
	}
	if err := os.Mkdir(n.Mount, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "litefs.yml")
	if err := os.WriteFile(path, []byte(n.config(o)), 0o644); err != nil {
		t.Fatal(err)
	}
	n.run(t, path)
	Eventually(t, "LiteFS answers", func() bool {
		res, err := http.Get(n.URL + "/info")
		if err == nil {
			res.Body.Close()
		}
		return err == nil
	})
	return n
}

func (n *Node) config(o Options) string {
	primary, data := n, fmt.Sprintf("dir: %q", n.Data)
	if o.Primary != nil {
		primary = o.Primary
	}
	if o.Retention > 0 {
		data += fmt.Sprintf(", retention: %s, retention-monitor-interval: %s", o.Retention, o.Retention/2)
	}
	return fmt.Sprintf("fuse: {dir: %q}\ndata: {%s}\nhttp: {addr: '127.0.0.1:%d'}\nlease: {type: static, hostname: primary, advertise-url: '%s', candidate: %v}\n",
		n.Mount, data, n.port, primary.URL, primary == n)
}

func (n *Node) run(t testing.TB, config string) {
	t.Helper()
	cmd := exec.Command(Tool(t, "litefs"), "mount", "-config", config)
	var log lockedBuffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		stop := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		stop.Stop()
		_ = exec.Command("fusermount3", "-u", n.Mount).Run()
		if t.Failed() {
			t.Logf("LiteFS at %s:\n%s", n.URL, log.String())
		}
	})
}

// Pos is what LiteFS says of a database: its last transaction and its checksum.
func (n *Node) Pos(t testing.TB, db string) ltx.Pos {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(n.Mount, db+"-pos"))
	if err != nil {
		t.Fatal(err)
	}
	pos, err := ltx.ParsePos(strings.TrimSpace(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	return pos
}

// Dir is where a node keeps a database: "database", "wal" and "ltx" are in it.
func (n *Node) Dir(db string) string { return filepath.Join(n.Data, "dbs", db) }
