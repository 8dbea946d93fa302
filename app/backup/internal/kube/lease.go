package kube

import (
	"context"
	"fmt"
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

// LeaseClient reads and writes one Lease in the cluster.
type LeaseClient struct {
	Client          *Client
	Namespace, Name string
}

// Get reads the Lease; a StatusError of 404 says that there is none.
func (c LeaseClient) Get(ctx context.Context) (*Lease, error) {
	return c.call(ctx, http.MethodGet, c.path()+"/"+c.Name, nil)
}

// Make makes the Lease, which nobody holds then, if there is none. It is applied, not created: a right to create that is for
// one name only covers no POST. Nothing changes of a Lease that is there.
func (c LeaseClient) Make(ctx context.Context) (*Lease, error) {
	empty := map[string]any{"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": map[string]any{"name": c.Name}}
	return c.call(ctx, http.MethodPatch, c.path()+"/"+c.Name+"?fieldManager=liteset-backup", empty)
}

// Update writes the Lease, unless it was changed since it was read: a StatusError of 409 says so.
func (c LeaseClient) Update(ctx context.Context, lease *Lease) (*Lease, error) {
	return c.call(ctx, http.MethodPut, c.path()+"/"+c.Name, lease)
}

func (c LeaseClient) path() string {
	return "/apis/coordination.k8s.io/v1/namespaces/" + c.Namespace + "/leases"
}

func (c LeaseClient) call(ctx context.Context, method, path string, in any) (*Lease, error) {
	var out Lease
	if err := c.Client.call(ctx, method, path, in, &out); err != nil {
		return nil, fmt.Errorf("lease %s/%s: %w", c.Namespace, c.Name, err)
	}
	return &out, nil
}
