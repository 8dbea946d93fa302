package kubetest

import (
	"encoding/json"
	"net/http"

	"github.com/liteset/liteset/app/backup/internal/kube"
)

// Event is what `kubectl get events` shows of one.
type Event struct {
	Type, Reason, Message string
	InvolvedObject        kube.Object
}

// Events returns all events of the namespace.
func (s *Server) Events() []Event {
	s.t.Helper()
	raw, err := s.api.admin(http.MethodGet, s.path("/api/v1", "events"), "")
	if err != nil {
		s.t.Fatal(err)
	}
	var list struct{ Items []Event }
	if err := json.Unmarshal(raw, &list); err != nil {
		s.t.Fatal(err)
	}
	return list.Items
}

// DeleteLease deletes the Lease, as a person would.
func (s *Server) DeleteLease() {
	s.t.Helper()
	if _, err := s.api.admin(http.MethodDelete, s.path("/apis/coordination.k8s.io/v1", "leases/"+LeaseName), ""); err != nil {
		s.t.Fatal(err)
	}
}
