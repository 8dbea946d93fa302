package kubetest

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/liteset/liteset/app/backup/internal/kube"
)

// Event is what `kubectl get events` shows of one.
type Event struct {
	Type, Reason, Message string
	InvolvedObject        kube.Object
}

// Events returns all events of the namespace "default".
func (s *Server) Events() []Event {
	s.t.Helper()
	raw, err := s.admin(http.MethodGet, "/api/v1/namespaces/default/events", "")
	if err != nil {
		s.t.Fatal(err)
	}
	var list struct{ Items []Event }
	if err := json.Unmarshal(raw, &list); err != nil {
		s.t.Fatal(err)
	}
	return list.Items
}

// admin makes a call with all rights.
func (s *Server) admin(method, path, body string) ([]byte, error) {
	req, err := http.NewRequest(method, fmt.Sprintf("https://127.0.0.1:%d%s", s.port, path), bytes.NewBufferString(body))
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

// DeleteLease deletes the Lease, as a person would.
func (s *Server) DeleteLease() {
	s.t.Helper()
	if _, err := s.admin(http.MethodDelete, "/apis/coordination.k8s.io/v1/namespaces/default/leases/"+LeaseName, ""); err != nil {
		s.t.Fatal(err)
	}
}
