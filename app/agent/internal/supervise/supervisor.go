// Package supervise runs LiteFS, and the application where LiteFS and the fence say that this pod is the primary.
package supervise

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/liteset/liteset/app/agent/internal/account"
	"github.com/liteset/liteset/app/agent/internal/config"
	"github.com/liteset/liteset/app/agent/internal/fence"
	"github.com/liteset/liteset/app/agent/internal/process"
	"github.com/liteset/liteset/app/agent/internal/settle"
	"github.com/liteset/liteset/app/agent/internal/socket"
)

// Phase is what the application does.
type Phase string

// Phases, in their order. An application that runs need not answer yet: the proxy looks at that.
const (
	Stopped   Phase = "stopped"
	Migrating Phase = "migrating"
	Starting  Phase = "starting"
	Running   Phase = "running"
	Stopping  Phase = "stopping"
)

const (
	// glance is how often everything is looked at, if nothing says that it has changed.
	glance = 200 * time.Millisecond
	// often is the same while something is expected to end.
	often = 10 * time.Millisecond
)

// Supervisor looks at what is and does what should be, again and again: nothing depends on what it has done before.
type Supervisor struct {
	cfg     *config.Config
	user    account.Account
	self    string
	table   *process.Table
	fence   *fence.Fence
	settler *settle.Settler
	wake    chan struct{}

	mu sync.Mutex
	// What others say.
	word      word
	proxies   map[*socket.Conn]bool
	holders   map[*socket.Conn]bool
	commands  []process.ID // of `exec`
	leaveBy   time.Time    // when proxies have to have left; zero until SIGTERM
	changed   chan struct{}
	announced Phase
	told      role
	// What runs.
	phase       Phase
	application application
	litefs      litefs
	// How it ends.
	ending bool
	over   bool
	code   int
}

// New reads nothing and starts nothing. Self is the path of this program.
func New(cfg *config.Config, user account.Account, self string) (*Supervisor, error) {
	s := &Supervisor{
		cfg: cfg, user: user, self: self, phase: Stopped, announced: Stopped, wake: make(chan struct{}, 1), changed: make(chan struct{}),
		proxies: map[*socket.Conn]bool{}, holders: map[*socket.Conn]bool{}, settler: settle.New(cfg.Mount, cfg.Litefs.Data, names(cfg)),
	}
	s.fence = fence.New(cfg.FenceURL, s.look)
	var err error
	s.table, err = process.NewTable(s.look)
	return s, err
}

func names(cfg *config.Config) (all []string) {
	for _, d := range cfg.Databases {
		all = append(all, d.Name)
	}
	return all
}

// Run returns the code with which the program ends.
func (s *Supervisor) Run() (int, error) {
	if s.user.GID == s.cfg.Sidecars && s.user.UID != 0 {
		return 0, fmt.Errorf("the application's group, %d, is that of Liteset's own containers: it could stop itself, and read all of LiteFS's volume", s.user.GID)
	}
	if err := socket.Protect(s.cfg.Socket); err != nil {
		return 0, err
	}
	if err := socket.Serve(s.cfg.Socket, s.cfg.Sidecars, s); err != nil {
		return 0, err
	}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go s.fence.Follow(context.Background())
	for {
		s.mu.Lock()
		s.step()
		pause, over := s.pause(), s.over
		s.mu.Unlock()
		if over {
			return s.code, nil
		}
		select {
		case <-s.wake:
		case <-time.After(pause):
		case <-signals:
			s.terminate()
		}
	}
}

// look has everything looked at now.
func (s *Supervisor) look() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *Supervisor) step() {
	s.leave()
	s.watchLitefs()
	s.watchApplication()
	s.runLitefs()
	s.tellRole()
	s.announce()
}

func (s *Supervisor) pause() time.Duration {
	if s.phase == Stopping || s.ending {
		return often
	}
	if s.phase == Stopped {
		return glance
	}
	return max(time.Millisecond, min(glance, s.fence.Left()-fenceLead))
}

// end has everything stopped in order. The first reason counts.
func (s *Supervisor) end(code int) {
	if !s.ending {
		s.ending, s.code = true, code
	}
}

// terminate is SIGTERM: proxies hand over first, if there are any. The second one waits for nobody.
func (s *Supervisor) terminate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.leaveBy.IsZero() {
		s.end(0)
		return
	}
	s.leaveBy = time.Now().Add(time.Duration(s.cfg.App.StopSeconds)*time.Second + leaveWithin)
	for c := range s.proxies {
		c.Tell(map[string]any{"event": "terminating"})
	}
}

// leave ends the program when no proxy is there any more.
func (s *Supervisor) leave() {
	if s.leaveBy.IsZero() || s.ending {
		return
	}
	late := time.Now().After(s.leaveBy)
	if late {
		log.Printf("the proxy has not left in time")
	}
	if late || len(s.proxies) == 0 {
		s.end(0)
	}
}

// announce tells a new phase to all who listen.
func (s *Supervisor) announce() {
	if s.phase == s.announced {
		return
	}
	s.announced = s.phase
	close(s.changed)
	s.changed = make(chan struct{})
	for c := range s.proxies {
		c.Tell(map[string]any{"event": "state", "state": s.phase})
	}
}
