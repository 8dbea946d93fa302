package kubetest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The rights that the chart gives the pods: one Lease, and Events.
const (
	role = `{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"backup"},"rules":[
{"apiGroups":["coordination.k8s.io"],"resources":["leases"],"resourceNames":["test-backup"],"verbs":["get","update","patch","create"]},
{"apiGroups":[""],"resources":["events"],"verbs":["create"]}]}`
	binding = `{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"backup"},
"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"backup"},
"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"pod"}]}`
	tokens = "admin,admin,1,\"system:masters\"\npod,pod,2\n"
)

// LeaseName is the name of the one Lease that a pod may use.
const LeaseName = "test-backup"

// pki is the server's certificate and who may use the server.
type pki struct {
	t                 testing.TB
	dir               string
	cert, key, tokens string
}

func newPKI(t testing.TB, dir string) pki {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	self := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "kubetest"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, self, self, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	p := pki{t: t, dir: dir}
	p.cert = p.write("tls.crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	p.key = p.write("tls.key", pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: raw}))
	p.tokens = p.write("tokens.csv", []byte(tokens))
	return p
}

// credentials makes a directory like a service account's.
func (p pki) credentials(token string) string {
	cert, err := os.ReadFile(p.cert)
	if err != nil {
		p.t.Fatal(err)
	}
	p.write("sa/ca.crt", cert)
	return filepath.Dir(p.write("sa/token", []byte(token)))
}

func (p pki) write(name string, content []byte) string {
	path := filepath.Join(p.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}
