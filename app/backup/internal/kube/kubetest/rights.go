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

// pki is the server's certificate and who may use the server: the paths of its files.
type pki struct {
	cert, key, tokens string
	pod               string // a directory like a service account's
}

func newPKI(dir string) (p pki, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return p, err
	}
	self := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "kubetest"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, self, self, key.Public(), key)
	if err != nil {
		return p, err
	}
	raw, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return p, err
	}
	p.cert, p.key = filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")
	p.tokens, p.pod = filepath.Join(dir, "tokens.csv"), filepath.Join(dir, "sa")
	if err := os.Mkdir(p.pod, 0o755); err != nil {
		return p, err
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for path, content := range map[string][]byte{
		p.cert: cert, p.key: pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: raw}), p.tokens: []byte(tokens),
		filepath.Join(p.pod, "ca.crt"): cert, filepath.Join(p.pod, "token"): []byte("pod"),
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return p, err
		}
	}
	return p, nil
}
