// Package sidecar speaks with the sidecar of the lease, which is in the same pod and runs before LiteFS.
package sidecar

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
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

// Faults is the file of the volume that has a line for each fault, where no sidecar counts them. The application counts the lines:
// app/liteset/routing/noted-faults.ts.
const Faults = "faults"

// Sidecar is whom faults are told.
type Sidecar struct {
	// URL is empty where the lease has none.
	URL string
	// Data is LiteFS's data directory.
	Data string
}

// Report has it counted, and written as an Event where that is possible. What cannot be sent is in the log all the same.
func (s Sidecar) Report(ctx context.Context, reason Reason, message string) {
	log.Printf("%s: %s", reason, message)
	if s.URL == "" {
		if err := s.note(reason, message); err != nil {
			log.Printf("cannot note that on the volume: %v", err)
		}
		return
	}
	body, err := json.Marshal(map[string]string{"reason": string(reason), "message": message})
	if err == nil {
		_, err = s.call(ctx, http.MethodPost, "/volume", body, http.StatusAccepted)
	}
	if err != nil {
		log.Printf("cannot have an Event written of that: %v", err)
	}
}

func (s Sidecar) note(reason Reason, message string) error {
	f, err := os.OpenFile(filepath.Join(s.Data, Faults), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s %s %s\n", time.Now().UTC().Format(time.RFC3339), reason, strings.ReplaceAll(message, "\n", " "))
	return errors.Join(err, f.Close())
}

// ClusterID is the identity of the cluster as the Lease has it, which the sidecar tells as Consul would; empty if there is
// none, or the sidecar does not know.
func (s Sidecar) ClusterID(ctx context.Context) string {
	if s.URL == "" {
		return ""
	}
	body, err := s.call(ctx, http.MethodGet, "/v1/kv/liteset/clusterid", nil, http.StatusOK)
	var pairs []struct{ Value []byte }
	if err != nil || json.Unmarshal(body, &pairs) != nil || len(pairs) == 0 {
		return ""
	}
	return string(pairs[0].Value)
}

func (s Sidecar) call(ctx context.Context, method, path string, body []byte, want int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, s.URL+path, bytes.NewReader(body))
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
