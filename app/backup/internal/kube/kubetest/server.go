// Package kubetest runs a real API server for tests: etcd and kube-apiserver, without nodes or controllers.
package kubetest

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/liteset/liteset/app/backup/internal/kube"
	"github.com/liteset/liteset/app/backup/internal/livetest"
)

// Server is a running API server.
type Server struct {
	t    testing.TB
	port int
	// Pod has the credentials of a pod whose rights are those that the chart gives it, in the namespace "default".
	Pod string
}

// startTimeout bounds the start of both programs on a busy machine.
const startTimeout = 2 * time.Minute

// Start starts an API server that ends with the test. Without the programs the test is skipped.
func Start(t testing.TB) *Server {
	t.Helper()
	livetest.NeedsTime(t, "starts etcd and kube-apiserver")
	etcd, apiserver := livetest.Tool(t, "etcd"), livetest.Tool(t, "kube-apiserver")
	dir := t.TempDir()
	pki := newPKI(t, dir)
	client, peer := fmt.Sprintf("http://127.0.0.1:%d", livetest.FreePort(t)), fmt.Sprintf("http://127.0.0.1:%d", livetest.FreePort(t))
	livetest.Process(t, etcd, "--data-dir", filepath.Join(dir, "etcd"), "--unsafe-no-fsync", "--listen-client-urls", client, "--advertise-client-urls", client,
		"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default="+peer)
	s := &Server{t: t, port: livetest.FreePort(t), Pod: pki.credentials("pod")}
	livetest.Process(t, apiserver, "--etcd-servers", client, "--bind-address", "127.0.0.1", "--secure-port", strconv.Itoa(s.port),
		"--tls-cert-file", pki.cert, "--tls-private-key-file", pki.key, "--cert-dir", dir, "--token-auth-file", pki.tokens,
		"--service-account-issuer", "https://kubetest", "--service-account-key-file", pki.key, "--service-account-signing-key-file", pki.key,
		"--service-cluster-ip-range", "10.0.0.0/24", "--authorization-mode", "RBAC", "--disable-admission-plugins", "ServiceAccount")
	for deadline := time.Now().Add(startTimeout); ; time.Sleep(100 * time.Millisecond) {
		_, err := s.admin(http.MethodPost, "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles", role)
		if err == nil {
			break
		} else if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	if _, err := s.admin(http.MethodPost, "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", binding); err != nil {
		t.Fatal(err)
	}
	return s
}

// Client returns a client with the rights of a pod, by way of a proxy or, with nil, directly.
func (s *Server) Client(p *Proxy) *kube.Client {
	s.t.Helper()
	s.Setenv(p)
	c, err := kube.InCluster(s.Pod)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// Setenv sets what kubelet sets in a container.
func (s *Server) Setenv(p *Proxy) {
	port := s.port
	if p != nil {
		port = p.port
	}
	s.t.Setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
	s.t.Setenv("KUBERNETES_SERVICE_PORT", strconv.Itoa(port))
}
