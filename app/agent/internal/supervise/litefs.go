package supervise

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/liteset/liteset/app/agent/internal/install"
	"github.com/liteset/liteset/app/agent/internal/mounts"
	"github.com/liteset/liteset/app/agent/internal/process"
	"github.com/liteset/liteset/app/agent/internal/stream"
)

const (
	// A LiteFS that ends by itself is started again so often within so long.
	mostRestarts   = 3
	restartsWithin = 10 * time.Minute
	// silent is how long LiteFS's last word counts when its events cannot be had.
	silent = 5 * time.Second
	// litefsStops is how long LiteFS may take to end once it is in the cluster. Before that it does not listen to SIGTERM.
	litefsStops      = 10 * time.Second
	litefsStopsEarly = time.Second
)

// litefs is the process.
type litefs struct {
	process  *process.Process
	forget   context.CancelFunc // ends what listens to it
	ready    bool               // it is in the cluster
	asked    time.Time          // when it was asked to end
	restarts []time.Time
}

// pid is 0 if it does not run, which is nobody's number.
func (l *litefs) pid() int {
	if l.process == nil {
		return 0
	}
	return l.process.PID
}

// word is what LiteFS has told last of who is the primary.
type word struct {
	primary  bool
	hostname string
	lostAt   time.Time // since when it does not say anything; zero if it does
}

func (s *Supervisor) isPrimary() bool {
	w := s.word
	return s.litefs.process != nil && w.primary && (w.lostAt.IsZero() || time.Since(w.lostAt) < silent)
}

// watchLitefs notices its end. What runs is killed at once then: its files are gone.
func (s *Supervisor) watchLitefs() {
	l := &s.litefs
	if !s.isPrimary() {
		s.application.migrated = false
	}
	if l.process == nil || !l.process.Ended() {
		return
	}
	code := l.process.Code()
	l.forget()
	l.process, l.ready = nil, false
	s.word = word{}
	s.settler.Close()
	s.stop()
	if s.ending {
		return
	}
	now := time.Now()
	l.restarts = slices.DeleteFunc(l.restarts, func(t time.Time) bool { return now.Sub(t) > restartsWithin })
	if len(l.restarts) >= mostRestarts {
		log.Printf("LiteFS ended with %d, after %d restarts within %v", code, mostRestarts, restartsWithin)
		s.end(code)
		return
	}
	log.Printf("LiteFS ended with %d, and starts again", code)
	l.restarts = append(l.restarts, now)
}

// runLitefs starts it where it does not run, and ends it at the end.
func (s *Supervisor) runLitefs() {
	l := &s.litefs
	switch {
	case s.phase != Stopped:
	case l.process != nil && s.ending:
		s.stopLitefs()
	case l.process == nil:
		if err := mounts.Clear(s.cfg.Mount); err != nil {
			log.Printf("unmount %s: %v", s.cfg.Mount, err)
			s.end(1)
		}
		if s.ending {
			s.over = true
			return
		}
		s.startLitefs()
	}
}

func (s *Supervisor) startLitefs() {
	l := &s.litefs
	err := closeVolume(s.cfg.Litefs.Data, s.cfg.Sidecars)
	if err == nil {
		l.process, err = s.table.Start(s.cfg.Litefs.Command, litefsEnvironment(filepath.Join(filepath.Dir(s.self), install.Bin)))
	}
	if err != nil {
		log.Printf("LiteFS: %v", err)
		s.end(1)
		return
	}
	var ctx context.Context
	ctx, l.forget = context.WithCancel(context.Background())
	this := l.process
	go stream.Follow(ctx, s.cfg.Litefs.URL+"/events", func(line []byte) { s.onEvent(this, line) }, func(error) { s.onSilence(this) })
}

// closeVolume keeps everybody from LiteFS's files but root and the group, whoever has made the directory, and however.
func closeVolume(dir string, group int) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	if err := os.Chown(dir, 0, group); err != nil {
		return err
	}
	return os.Chmod(dir, 0o750)
}

func (s *Supervisor) stopLitefs() {
	l := &s.litefs
	if l.asked.IsZero() {
		l.asked = time.Now()
		_ = syscall.Kill(l.process.PID, syscall.SIGTERM) // itself alone: it passes the signal on
	}
	has := litefsStopsEarly
	if l.ready {
		has = litefsStops
	}
	if time.Since(l.asked) > has {
		l.process.Signal(syscall.SIGKILL)
	}
}

func (s *Supervisor) onEvent(from *process.Process, line []byte) {
	var e struct {
		Type string `json:"type"`
		DB   string `json:"db"`
		Data struct {
			IsPrimary bool   `json:"isPrimary"`
			Hostname  string `json:"hostname"`
		} `json:"data"`
	}
	if err := json.Unmarshal(line, &e); err != nil {
		log.Printf("LiteFS says what it should not: %v", err)
		return
	}
	switch e.Type {
	case "tx":
		s.settler.Add(e.DB)
	case "init", "primaryChange":
		s.onRole(from, word{primary: e.Data.IsPrimary, hostname: e.Data.Hostname})
	}
}

func (s *Supervisor) onRole(from *process.Process, now word) {
	s.mu.Lock()
	if s.litefs.process == from {
		if s.word != now {
			log.Printf("LiteFS: this pod is the primary: %v (%q)", now.primary, now.hostname)
		}
		s.word = now
	}
	s.mu.Unlock()
	s.look()
}

func (s *Supervisor) onSilence(from *process.Process) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.litefs.process == from && s.word.lostAt.IsZero() {
		s.word.lostAt = time.Now()
	}
}
