package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"

	"github.com/liteset/liteset/app/backup/internal/kube/kubetest"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/restore"
)

func TestMain(m *testing.M) { kubetest.Main(m) }

// sidecar is the program beside a node of LiteFS's, as the chart starts it.
type sidecar struct {
	metrics string
	process *os.Process
}

func startSidecar(t *testing.T, bin string, server *kubetest.Server, n *livetest.Node, identity, url string) *sidecar {
	t.Helper()
	s := &sidecar{metrics: fmt.Sprintf("127.0.0.1:%d", livetest.FreePort(t))}
	cmd := exec.Command(bin, "stream", "-url", url, "-data", n.Data, "-db", "a.db", "-litefs", n.URL, "-scratch", t.TempDir(), "-metrics", s.metrics,
		"-sync-interval", "50ms", "-store-timeout", "1s", "-election", "lease", "-identity", identity, "-lease-namespace", server.Namespace,
		"-lease-name", kubetest.LeaseName, "-lease-duration", "2s", "-kube-credentials", server.Pod)
	cmd.Env = append(os.Environ(), server.Env()...)
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.process = cmd.Process
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if raw, _ := os.ReadFile(log.Name()); t.Failed() {
			t.Logf("%s:\n%s", identity, raw)
		}
	})
	return s
}

var activeMetric = regexp.MustCompile(`(?m)^liteset_backup_active (\d)$`)

// active is what the program says of itself; "" if it does not answer.
func (s *sidecar) active() string {
	res, err := http.Get("http://" + s.metrics + "/metrics")
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	if found := activeMetric.FindSubmatch(raw); found != nil {
		return string(found[1])
	}
	return ""
}

func TestTheReplicasPodStreamsAndThePrimarysOnlyWhileItCannot(t *testing.T) {
	t.Parallel()
	server := kubetest.Start(t)
	bin := livetest.Program(t)
	primary := livetest.Start(t, livetest.Options{})
	replica := livetest.Start(t, livetest.Options{Primary: primary})
	db := livetest.Open(t, filepath.Join(primary.Mount, "a.db"))
	livetest.Exec(t, db, "CREATE TABLE t (x)", "PRAGMA journal_mode=wal")
	url := "file://" + filepath.Join(t.TempDir(), "store")
	st := livetest.Config(t, primary, "a.db", url).Store
	shipped := func() lineage.ID {
		livetest.Exec(t, db, "INSERT INTO t VALUES (randomblob(500))", "INSERT INTO t VALUES (randomblob(500))")
		return livetest.Newest(t, st, primary.Pos(t, "a.db").TXID)
	}
	onPrimary := startSidecar(t, bin, server, primary, "liteset-0_1", url)
	livetest.Eventually(t, "the primary's pod streams since it is alone", func() bool { return onPrimary.active() == "1" })
	first := shipped()
	onReplica := startSidecar(t, bin, server, replica, "liteset-1_1", url)
	livetest.Eventually(t, "the replica's pod streams", func() bool { return onReplica.active() == "1" && onPrimary.active() == "0" })
	shipped()
	if err := onReplica.process.Kill(); err != nil {
		t.Fatal(err)
	}
	shipped() // by the primary's pod, once the lease has expired
	onReplica = startSidecar(t, bin, server, replica, "liteset-1_1", url)
	livetest.Eventually(t, "the replica's pod streams again", func() bool { return onReplica.active() == "1" && onPrimary.active() == "0" })
	// A node that is frozen: it may be in the middle of a request when it wakes up, long after its lease has ended.
	if err := onReplica.process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	shipped()
	if err := onReplica.process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	livetest.Eventually(t, "the replica's pod streams after it was frozen", func() bool { return onReplica.active() == "1" && onPrimary.active() == "0" })
	if last := shipped(); last != first {
		t.Errorf("the history is in lineages %s and %s", first, last)
	}
	result, err := restore.Run(context.Background(), st, restore.Options{Output: filepath.Join(t.TempDir(), "o"), Log: slog.Default()})
	if pos := primary.Pos(t, "a.db"); err != nil || result.Checksum != pos.PostApplyChecksum.String() {
		t.Errorf("restored %+v, %v; want %s", result, err, pos)
	}
}
