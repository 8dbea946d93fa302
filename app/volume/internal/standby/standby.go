// Package standby answers on the application's ports while LiteFS, and with it the application, waits for a person.
package standby

import (
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"sync/atomic"
	"time"
)

// Problem is the type of the problem that everybody is told (RFC 9457), listed in app/liteset/problem/types.ts.
const Problem = "urn:liteset:problem:volume-waits"

// Server says why nothing else answers. The pod is alive, so that nobody restarts it, and not ready.
type Server struct {
	http []*http.Server
	why  atomic.Value
}

// Start listens on all addresses. Where it cannot, the log alone says why the pod waits.
func Start(addresses []string, why string) *Server {
	s := &Server{}
	s.why.Store(why)
	for _, address := range addresses {
		one := &http.Server{Addr: address, Handler: http.HandlerFunc(s.answer), ReadTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second}
		s.http = append(s.http, one)
		go func() {
			if err := one.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
				log.Printf("cannot answer on %s while this pod waits: %v", address, err)
			}
		}()
	}
	return s
}

// Say changes what it says.
func (s *Server) Say(why string) { s.why.Store(why) }

// Close frees the ports for the application.
func (s *Server) Close() {
	for _, one := range s.http {
		_ = one.Close()
	}
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/livez" {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"status":"waits"}`))
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Retry-After", "5")
	w.WriteHeader(http.StatusServiceUnavailable)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"type": Problem, "title": "This pod waits for a person", "status": http.StatusServiceUnavailable, "detail": s.why.Load(),
	})
}
