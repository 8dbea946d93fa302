package kube_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/liteset/liteset/app/backup/internal/kube"
)

// Kubernetes replaces both while a container runs.
func TestTheTokenAndTheCertificateAuthorityMayChange(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer new" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = io.WriteString(w, "{}")
	}))
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	srv.StartTLS()
	defer srv.Close()
	at, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	put := func(name string, content []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("ca.crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: another(t)}))
	put("token", []byte("old"))
	c, err := kube.At(at.Hostname(), at.Port(), dir)
	if err != nil {
		t.Fatal(err)
	}
	lease := kube.LeaseClient{Client: c, Namespace: "default", Name: "test"}
	if _, err := lease.Get(t.Context()); err == nil || kube.Is(err, http.StatusUnauthorized) {
		t.Fatalf("a server that nobody vouches for was asked: %v", err)
	}
	put("ca.crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}))
	if _, err := lease.Get(t.Context()); !kube.Is(err, http.StatusUnauthorized) {
		t.Fatalf("with the new certificate authority: %v", err)
	}
	put("token", []byte("new\n"))
	if _, err := lease.Get(t.Context()); err != nil {
		t.Fatalf("with the new token: %v", err)
	}
}

// another is the certificate of an authority that has nothing to do with the server.
func another(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	self := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, self, self, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}
