package kube

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/liteset/liteset/app/backup/internal/fault"
)

// Object names what an event is about.
type Object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
}

// ParseObject reads "namespace/Kind/name".
func ParseObject(s string) (Object, error) {
	parts := strings.Split(s, "/")
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return Object{}, fault.New(fault.Usage, "%q does not name an object", s).WithHint("for example default/StatefulSet/invoices")
	}
	o := Object{APIVersion: "v1", Namespace: parts[0], Kind: parts[1], Name: parts[2]}
	switch o.Kind {
	case "StatefulSet", "Deployment":
		o.APIVersion = "apps/v1"
	case "CronJob", "Job":
		o.APIVersion = "batch/v1"
	}
	return o, nil
}

// Types of events.
const (
	Normal  = "Normal"
	Warning = "Warning"
)

const component = "liteset-backup"

// mostMessage is the API server's bound.
const mostMessage = 1024

// Event tells people about an object, in `kubectl get events`.
func (c *Client) Event(ctx context.Context, about Object, kind, reason, message string) error {
	now := time.Now().UTC().Format(time.RFC3339)
	in := map[string]any{
		"apiVersion": "v1", "kind": "Event",
		"metadata":       map[string]any{"generateName": about.Name + "-backup-", "namespace": about.Namespace},
		"involvedObject": about, "type": kind, "reason": reason, "message": strings.ToValidUTF8(message[:min(len(message), mostMessage)], ""),
		"source": map[string]any{"component": component}, "reportingComponent": component,
		"firstTimestamp": now, "lastTimestamp": now, "count": 1,
	}
	var out map[string]any
	return c.call(ctx, http.MethodPost, "/api/v1/namespaces/"+about.Namespace+"/events", in, &out)
}
