// Package sidecar speaks with the sidecar of the lease, which is in the same pod and runs before LiteFS.
package sidecar

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"
)

// Reason of an Event.
type Reason string

const (
	Mended     Reason = "VolumeMended"
	MovedAside Reason = "VolumeMovedAside"
	Waits      Reason = "VolumeWaits"
	Damaged    Reason = "VolumeDamaged"
)

// longest is how long it may take.
const longest = 2 * time.Second

// URL of the sidecar; empty where the lease has none.
type URL string

// Report has it counted and written as an Event. What cannot be sent is in the log all the same.
func (u URL) Report(ctx context.Context, reason Reason, message string) {
	log.Printf("%s: %s", reason, message)
	body, err := json.Marshal(map[string]string{"reason": string(reason), "message": message})
	if err == nil && u != "" {
		_, err = u.call(ctx, http.MethodPost, "/volume", body, http.StatusAccepted)
	}
	if err != nil {
		log.Printf("cannot have an Event written of that: %v", err)
	}
}

// ClusterID is the identity of the cluster as the Lease has it, which the sidecar tells as Consul would; empty if there is
// none, or the sidecar does not know.
func (u URL) ClusterID(ctx context.Context) string {
	if u == "" {
		return ""
	}
	body, err := u.call(ctx, http.MethodGet, "/v1/kv/liteset/clusterid", nil, http.StatusOK)
	var pairs []struct{ Value []byte }
	if err != nil || json.Unmarshal(body, &pairs) != nil || len(pairs) == 0 {
		return ""
	}
	return string(pairs[0].Value)
}

func (u URL) call(ctx context.Context, method, path string, body []byte, want int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, string(u)+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != want {
		return nil, fmt.Errorf("%s answered %s", req.URL, res.Status)
	}
	return io.ReadAll(io.LimitReader(res.Body, 1<<20))
}
