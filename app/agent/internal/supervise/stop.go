package supervise

import (
	"log"
	"syscall"
	"time"

	"github.com/liteset/liteset/app/agent/internal/process"
)

// timed is a process and how long it has after SIGTERM.
type timed struct {
	*process.Process
	has time.Duration
}

// ours are the processes that were started as the user.
func (s *Supervisor) ours() (all []timed) {
	a := &s.application
	add := func(p *process.Process, seconds int) {
		if p != nil {
			all = append(all, timed{p, time.Duration(seconds) * time.Second})
		}
	}
	add(a.migration, s.cfg.App.StopSeconds)
	add(a.app, s.cfg.App.StopSeconds)
	for _, w := range a.workers {
		add(w.process, w.StopSeconds)
	}
	return all
}

// stop asks everything to end.
func (s *Supervisor) stop() {
	s.phase = Stopping
	s.application.stopping, s.application.killedAt = time.Now(), time.Time{}
	for _, p := range s.ours() {
		p.Signal(syscall.SIGTERM)
	}
	for _, pid := range process.Below(s.litefs.pid(), s.commands) {
		if !s.isOurs(pid) {
			_ = syscall.Kill(pid, syscall.SIGTERM) // of `exec`, or left its group
		}
	}
}

func (s *Supervisor) isOurs(pid int) bool {
	group, err := syscall.Getpgid(pid)
	for _, p := range s.ours() {
		if err == nil && p.PID == group {
			return true
		}
	}
	return false
}

// finish kills whose time is over, and is done when nothing is left.
func (s *Supervisor) finish() {
	a := &s.application
	left := process.Below(s.litefs.pid(), s.commands)
	if len(left) == 0 {
		s.stopped()
		return
	}
	since, longest := time.Since(a.stopping), time.Duration(0)
	limit := s.limit()
	for _, p := range s.ours() {
		has := min(p.has, limit)
		longest = max(longest, has)
		if since >= has {
			p.Signal(syscall.SIGKILL)
		}
	}
	if since < longest {
		return
	}
	for _, pid := range left {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	if a.killedAt.IsZero() {
		a.killedAt = time.Now()
	}
	if time.Since(a.killedAt) > stuck && s.litefs.process != nil {
		log.Printf("what was killed does not end: LiteFS, for which it waits, is killed, too")
		s.litefs.process.Signal(syscall.SIGKILL)
	}
}

// limit is how long anything may go on after it was asked to end.
func (s *Supervisor) limit() time.Duration {
	switch {
	case s.litefs.process == nil || s.fence.Left() <= fenceLead:
		return 0
	case !s.isPrimary():
		return demoted
	}
	return time.Hour
}

func (s *Supervisor) stopped() {
	a := &s.application
	if a.app != nil {
		log.Printf("the application is stopped")
	}
	a.migration, a.app, a.workers = nil, nil, nil
	s.commands = nil
	s.phase = Stopped
}
