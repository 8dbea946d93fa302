package supervise

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/liteset/liteset/app/agent/internal/process"
	"github.com/liteset/liteset/app/agent/internal/settle"
	"github.com/liteset/liteset/app/agent/internal/socket"
)

// Joined counts a connection as a proxy's, until it says that it is something else.
func (s *Supervisor) Joined(c *socket.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.proxies[c] = true
	c.Tell(map[string]any{"event": "state", "state": s.announced})
	if !s.leaveBy.IsZero() {
		c.Tell(map[string]any{"event": "terminating"})
	}
}

// Gone releases what a connection held.
func (s *Supervisor) Gone(c *socket.Conn) {
	s.mu.Lock()
	delete(s.proxies, c)
	delete(s.holders, c)
	s.mu.Unlock()
	s.look()
}

// Do answers a request.
func (s *Supervisor) Do(ctx context.Context, c *socket.Conn, r socket.Request) (map[string]any, bool) {
	switch r.Do {
	case "positions":
		return s.positions(time.Duration(r.SettleMs) * time.Millisecond), true
	case "hold":
		return s.hold(ctx, c), true
	case "release":
		s.mu.Lock()
		delete(s.holders, c)
		s.mu.Unlock()
		s.look()
		return s.state(), true
	case "status":
		return s.status(), true
	case "left":
		s.mu.Lock()
		delete(s.proxies, c)
		s.mu.Unlock()
		s.look()
		return map[string]any{}, true
	case "ready":
		return s.ready(c), true
	case "exec":
		return s.exec(c), true
	}
	return nil, false
}

func (s *Supervisor) positions(longest time.Duration) map[string]any {
	s.mu.Lock()
	ready := s.litefs.ready // before, nothing is mounted, or half of it
	s.mu.Unlock()
	if !ready {
		return map[string]any{"error": "unsettled", "database": "", "detail": "LiteFS is not in the cluster"}
	}
	positions, err := s.settler.Positions(longest)
	var u *settle.Unsettled
	if errors.As(err, &u) {
		return map[string]any{"error": "unsettled", "database": u.Database, "detail": u.Why}
	}
	return map[string]any{"positions": positions}
}

// hold answers when nothing of the application is left.
func (s *Supervisor) hold(ctx context.Context, c *socket.Conn) map[string]any {
	s.mu.Lock()
	if ctx.Err() == nil { // else Gone has been, and nobody would release it
		s.holders[c] = true
	}
	s.mu.Unlock()
	s.look()
	for {
		s.mu.Lock()
		phase, changed, holds := s.phase, s.changed, s.holders[c]
		s.mu.Unlock()
		if phase == Stopped || !holds {
			return s.state()
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return s.state()
		}
	}
}

func (s *Supervisor) state() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"state": s.phase}
}

func (s *Supervisor) status() map[string]any {
	names := s.settler.Names()
	slices.Sort(names)
	s.mu.Lock()
	defer s.mu.Unlock()
	litefs := "stopped"
	if s.litefs.process != nil {
		litefs = "starting"
		if s.litefs.ready {
			litefs = "running"
		}
	}
	return map[string]any{
		"state": s.phase, "primary": s.isPrimary(), "primaryHostname": s.word.hostname, "litefs": litefs, "databases": names,
	}
}

// ready is told by LiteFS's child: LiteFS starts it once it is in the cluster.
func (s *Supervisor) ready(c *socket.Conn) map[string]any {
	s.mu.Lock()
	delete(s.proxies, c)
	s.litefs.ready = s.litefs.process != nil
	s.mu.Unlock()
	_ = s.settler.Look() // what it does not find now, LiteFS's events tell
	s.look()
	return map[string]any{}
}

// exec lets a process of `kubectl exec` become one of the application's, which ends with it.
func (s *Supervisor) exec(c *socket.Conn) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.proxies, c)
	if s.phase != Running {
		return map[string]any{"state": s.phase, "primary": s.isPrimary(), "primaryHostname": s.word.hostname}
	}
	pid, err := c.Peer()
	id, found := process.Identify(pid)
	if err != nil || !found {
		return map[string]any{"error": "the process that asks cannot be found"}
	}
	s.commands = append(slices.DeleteFunc(s.commands, process.ID.Ended), id)
	return map[string]any{"state": s.phase, "primary": true}
}
