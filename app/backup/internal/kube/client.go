// Package kube makes the three kinds of calls that this program makes to a Kubernetes API server: read and write one
// Lease, and create Events. client-go would do it, too, with 467 packages on top of the 911 that the program is built from.
package kube

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/liteset/liteset/app/backup/internal/fault"
)

// DefaultCredentials is where kubelet puts a service account's token.
const DefaultCredentials = "/var/run/secrets/kubernetes.io/serviceaccount"

// Client talks to one API server.
type Client struct {
	base, dir string

	mu   sync.Mutex
	ca   []byte // that http trusts
	http *http.Client
}

// hint is what to do about a client that cannot be made.
const hint = "in a pod, mount a service account's token; elsewhere use no -election lease and no -event"

// InCluster returns a client for the API server whose address kubelet puts into each container's environment.
func InCluster(dir string) (*Client, error) {
	host, port := os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT")
	if host == "" || port == "" {
		return nil, fault.New(fault.Usage, "KUBERNETES_SERVICE_HOST and _PORT are not set").WithHint(hint)
	}
	return At(host, port, dir)
}

// At returns a client for the API server at an address. dir has "ca.crt" and "token"; both are read for each request, since
// kubelet replaces the token every hour or so, and an administrator the other.
func At(host, port, dir string) (*Client, error) {
	c := &Client{base: "https://" + net.JoinHostPort(host, port), dir: dir}
	_, err := c.trusting()
	return c, err
}

// trusting returns what makes requests to a server that "ca.crt" vouches for, as that is now.
func (c *Client) trusting() (*http.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	path := filepath.Join(c.dir, "ca.crt")
	ca, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.Wrap(err, fault.Usage, "no credentials for Kubernetes").WithHint(hint)
	}
	if c.http != nil && bytes.Equal(ca, c.ca) {
		return c.http, nil
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		return nil, fault.New(fault.Usage, "%s has no certificate", path).WithHint(hint)
	}
	if c.http != nil {
		c.http.CloseIdleConnections()
	}
	// HTTP/1: a request that times out takes its connection with it, so that the next one does not wait on a dead one.
	c.ca, c.http = ca, &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	return c.http, nil
}

// StatusError is an answer of the API server's other than success.
type StatusError struct {
	Code    int
	Message string
}

// Error is what the server said.
func (e *StatusError) Error() string {
	return fmt.Sprintf("Kubernetes answered %d: %s", e.Code, e.Message)
}

// Is reports whether err is the answer with the given HTTP status.
func Is(err error, code int) bool {
	var e *StatusError
	return errors.As(err, &e) && e.Code == code
}

// mostAnswer bounds what is read of an answer.
const mostAnswer = 1 << 20

func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	token, err := os.ReadFile(filepath.Join(c.dir, "token"))
	if err != nil {
		return fmt.Errorf("read the service account's token: %w", err)
	}
	var body []byte
	if in != nil {
		if body, err = json.Marshal(in); err != nil {
			return fmt.Errorf("encode the request: %w", err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	req.Header.Set("Content-Type", "application/json")
	if method == http.MethodPatch { // the only one there is: server-side apply
		req.Header.Set("Content-Type", "application/apply-patch+yaml")
	}
	trusting, err := c.trusting()
	if err != nil {
		return err
	}
	res, err := trusting.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer))
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		var status struct{ Message string }
		_ = json.Unmarshal(raw, &status)
		return &StatusError{res.StatusCode, status.Message}
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return fmt.Errorf("decode the answer: %w", err)
	}
	return nil
}
