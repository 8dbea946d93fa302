package kube

import (
	"context"
	"net/http"
	"time"
)

// Lease is a coordination.k8s.io/v1 Lease, with the fields that client-go's elections use.
type Lease struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Metadata is kept as it came: what others put there stays.
	Metadata map[string]any `json:"metadata"`
	Spec     LeaseSpec      `json:"spec"`
}

// LeaseSpec says who holds a lease. A holder of "" released it.
type LeaseSpec struct {
	HolderIdentity       string `json:"holderIdentity"`
	LeaseDurationSeconds int    `json:"leaseDurationSeconds,omitempty"`
	AcquireTime          string `json:"acquireTime,omitempty"`
	RenewTime            string `json:"renewTime,omitempty"`
	LeaseTransitions     int    `json:"leaseTransitions"`
}

// MicroTime writes a time as the API server does.
func MicroTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// Annotation returns an annotation, "" if there is none.
func (l *Lease) Annotation(key string) string {
	all, _ := l.Metadata["annotations"].(map[string]any)
	value, _ := all[key].(string)
	return value
}

// Annotate sets an annotation; "" removes it.
func (l *Lease) Annotate(key, value string) {
	all, _ := l.Metadata["annotations"].(map[string]any)
	if all == nil {
		all = map[string]any{}
		l.Metadata["annotations"] = all
	}
	all[key] = value
	if value == "" {
		delete(all, key)
	}
}

func leases(namespace string) string {
	return "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases"
}

// Leases is one Lease in the cluster.
type Leases struct {
	Client          *Client
	Namespace, Name string
}

// Get reads the Lease; a StatusError of 404 says that there is none.
func (l Leases) Get(ctx context.Context) (*Lease, error) {
	out := &Lease{}
	return out, l.Client.call(ctx, http.MethodGet, leases(l.Namespace)+"/"+l.Name, nil, out)
}

// Create makes the Lease; a StatusError of 409 says that somebody else was faster.
func (l Leases) Create(ctx context.Context, spec LeaseSpec) (*Lease, error) {
	in := &Lease{APIVersion: "coordination.k8s.io/v1", Kind: "Lease", Metadata: map[string]any{"name": l.Name}, Spec: spec}
	out := &Lease{}
	return out, l.Client.call(ctx, http.MethodPost, leases(l.Namespace), in, out)
}

// Update writes the Lease, unless it was changed since it was read: a StatusError of 409 says so.
func (l Leases) Update(ctx context.Context, in *Lease) (*Lease, error) {
	out := &Lease{}
	return out, l.Client.call(ctx, http.MethodPut, leases(l.Namespace)+"/"+l.Name, in, out)
}
