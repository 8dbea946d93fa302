package kubetest

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/liteset/liteset/app/backup/internal/livetest"
)

// api is a running API server.
type api struct {
	once      sync.Once
	err       error
	dir       string
	port      int
	pod       string // credentials
	processes []*exec.Cmd
}

// startTimeout bounds the start of both programs on a busy machine.
const startTimeout = 2 * time.Minute

// start starts both programs, and waits until roles can be given.
func (a *api) start(etcd, apiserver string) (err error) {
	if a.dir, err = os.MkdirTemp("", "kubetest-*"); err != nil {
		return err
	}
	pki, err := newPKI(a.dir)
	if err != nil {
		return err
	}
	var ports [3]int
	for i := range ports {
		if ports[i], err = livetest.UnusedPort(); err != nil {
			return err
		}
	}
	a.port, a.pod = ports[0], pki.pod
	client, peer := fmt.Sprintf("http://127.0.0.1:%d", ports[1]), fmt.Sprintf("http://127.0.0.1:%d", ports[2])
	err = a.run(etcd, "--data-dir", filepath.Join(a.dir, "etcd"), "--unsafe-no-fsync", "--listen-client-urls", client, "--advertise-client-urls", client,
		"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default="+peer)
	if err != nil {
		return err
	}
	err = a.run(apiserver, "--etcd-servers", client, "--bind-address", "127.0.0.1", "--secure-port", strconv.Itoa(a.port),
		"--tls-cert-file", pki.cert, "--tls-private-key-file", pki.key, "--cert-dir", a.dir, "--token-auth-file", pki.tokens,
		"--service-account-issuer", "https://kubetest", "--service-account-key-file", pki.key, "--service-account-signing-key-file", pki.key,
		"--service-cluster-ip-range", "10.0.0.0/24", "--authorization-mode", "RBAC", "--disable-admission-plugins", "ServiceAccount")
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(startTimeout); ; time.Sleep(100 * time.Millisecond) {
		_, err := a.admin(http.MethodGet, "/readyz", "")
		if err == nil {
			return nil
		} else if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(a.dir, filepath.Base(apiserver)+".log"))
			return fmt.Errorf("kube-apiserver does not start: %w\n%s", err, log[max(0, len(log)-5000):])
		}
	}
}

// run starts a program that ends with the tests.
func (a *api) run(path string, args ...string) error {
	log, err := os.Create(filepath.Join(a.dir, filepath.Base(path)+".log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(path, args...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	a.processes = append(a.processes, cmd)
	return nil
}

func (a *api) stop() {
	for _, cmd := range a.processes {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	if a.dir != "" {
		_ = os.RemoveAll(a.dir)
	}
}

// admin makes a call with all rights.
func (a *api) admin(method, path, body string) ([]byte, error) {
	req, err := http.NewRequest(method, fmt.Sprintf("https://127.0.0.1:%d%s", a.port, path), bytes.NewBufferString(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer admin")
	req.Header.Set("Content-Type", "application/json")
	c := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	res, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("%s %s: %s %s", method, path, res.Status, raw)
	}
	return raw, err
}
