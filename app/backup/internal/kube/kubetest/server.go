// Package kubetest runs a real API server for tests: etcd and kube-apiserver, without nodes or controllers.
package kubetest

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/liteset/liteset/app/backup/internal/kube"
	"github.com/liteset/liteset/app/backup/internal/livetest"
)

// Server is a namespace for one test, of the API server that all tests of a package share.
type Server struct {
	t   testing.TB
	api *api
	// Namespace has nothing but the rights of the pods.
	Namespace string
	// Pod has the credentials of a pod whose rights are those that the chart gives it.
	Pod string
}

// Main runs the tests of a package, and then ends their API server: `func TestMain(m *testing.M) { kubetest.Main(m) }`.
func Main(m *testing.M) {
	code := m.Run()
	shared.stop()
	os.Exit(code)
}

var (
	shared     api
	namespaces atomic.Int64
)

// Start makes a namespace, and starts the API server for the first one. Without the programs the test is skipped.
func Start(t testing.TB) *Server {
	t.Helper()
	livetest.NeedsTime(t, "starts etcd and kube-apiserver")
	etcd, apiserver := livetest.Tool(t, "etcd"), livetest.Tool(t, "kube-apiserver")
	shared.once.Do(func() { shared.err = shared.start(etcd, apiserver) })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	s := &Server{t: t, api: &shared, Namespace: fmt.Sprintf("test-%d", namespaces.Add(1)), Pod: shared.pod}
	s.create("/api/v1/namespaces", fmt.Sprintf(`{"metadata":{"name":%q}}`, s.Namespace))
	s.create(s.path(rbac, "roles"), role)
	s.create(s.path(rbac, "rolebindings"), binding)
	return s
}

// Client returns a client with the rights of a pod, by way of a proxy or, with nil, directly.
func (s *Server) Client(p *Proxy) *kube.Client {
	s.t.Helper()
	port := s.api.port
	if p != nil {
		port = p.port
	}
	c, err := kube.At("127.0.0.1", strconv.Itoa(port), s.Pod)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// Env is what kubelet sets in a container.
func (s *Server) Env() []string {
	return []string{"KUBERNETES_SERVICE_HOST=127.0.0.1", "KUBERNETES_SERVICE_PORT=" + strconv.Itoa(s.api.port)}
}

// Setenv sets the same for this process.
func (s *Server) Setenv() {
	for _, variable := range s.Env() {
		name, value, _ := strings.Cut(variable, "=")
		s.t.Setenv(name, value)
	}
}

func (s *Server) create(path, object string) {
	s.t.Helper()
	if _, err := s.api.admin(http.MethodPost, path, object); err != nil {
		s.t.Fatal(err)
	}
}

// path of a kind of objects in the namespace.
func (s *Server) path(api, kind string) string {
	return api + "/namespaces/" + s.Namespace + "/" + kind
}

const rbac = "/apis/rbac.authorization.k8s.io/v1"
