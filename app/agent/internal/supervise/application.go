package supervise

import (
	"log"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/liteset/liteset/app/agent/internal/config"
	"github.com/liteset/liteset/app/agent/internal/links"
	"github.com/liteset/liteset/app/agent/internal/process"
)

const (
	// leaveWithin is how long proxies may take to leave, besides the application's own time to stop.
	leaveWithin = 10 * time.Second
	// demoted is how long the application of a pod that is not the primary any more has to end by itself.
	demoted = 5 * time.Second
	// fenceLead is how long before the fence's end everything is killed: to find and kill it takes a moment.
	fenceLead = 200 * time.Millisecond
	// stuck is how long what was killed may take to end. Who waits for a LiteFS that hangs does not end before that does.
	stuck = 2 * time.Second
	// workerPause is how long a worker that has ended is left alone; it doubles up to the longest, and begins anew once one has
	// run for longer than that.
	workerPause   = time.Second
	longestWorker = time.Minute
	// timedOut is the code of a migration that takes too long, as timeout(1) has it.
	timedOut = 124
)

// application is what runs as the user.
type application struct {
	migrated  bool // since this pod is the primary
	migration *process.Process
	overdue   time.Time
	app       *process.Process
	workers   []*worker
	stopping  time.Time // since when
	killedAt  time.Time // when nothing had time left
}

type worker struct {
	config.Worker
	process *process.Process
	began   time.Time
	next    time.Time
	pause   time.Duration
}

// wanted is the rule by which the application runs.
func (s *Supervisor) wanted() bool {
	return !s.ending && s.isPrimary() && s.fence.Left() > fenceLead && len(s.holders) == 0
}

func (s *Supervisor) watchApplication() {
	switch {
	case s.phase == Stopped && s.wanted():
		s.begin()
	case (s.phase == Migrating || s.phase == Running) && !s.wanted():
		s.stop()
	case s.phase == Migrating:
		s.watchMigration()
	case s.phase == Running:
		s.watchRunning()
	}
	if s.phase == Stopping {
		s.finish()
	}
}

func (s *Supervisor) begin() {
	s.phase = Starting
	for _, d := range s.cfg.Databases {
		if d.Path == "" {
			continue
		}
		if err := links.Make(d.Path, filepath.Join(s.cfg.Mount, d.Name), s.user.UID, s.user.GID); err != nil {
			s.fail("the links", err)
			return
		}
	}
	a := &s.application
	if s.cfg.Migrate == nil || a.migrated {
		s.startAll()
		return
	}
	var err error
	if a.migration, err = s.start(s.cfg.Migrate.Command); err != nil {
		s.fail("the migration", err)
		return
	}
	log.Printf("the migration of release %q runs", s.cfg.Release)
	a.overdue = time.Now().Add(time.Duration(s.cfg.Migrate.TimeoutSeconds) * time.Second)
	s.phase = Migrating
}

func (s *Supervisor) watchMigration() {
	a := &s.application
	switch {
	case !a.migration.Ended() && time.Now().Before(a.overdue):
	case !a.migration.Ended():
		log.Printf("the migration takes longer than %d s", s.cfg.Migrate.TimeoutSeconds)
		s.endWith(timedOut)
	case a.migration.Code() != 0:
		log.Printf("the migration failed with %d", a.migration.Code())
		s.endWith(a.migration.Code())
	default:
		a.migrated = true
		s.startAll()
	}
}

func (s *Supervisor) startAll() {
	a := &s.application
	var err error
	if a.app, err = s.start(s.cfg.App.Command); err != nil {
		s.fail("the application", err)
		return
	}
	log.Printf("the application runs")
	a.workers = nil
	for _, w := range s.cfg.Workers {
		a.workers = append(a.workers, &worker{Worker: w, pause: workerPause})
	}
	s.phase = Running
	s.watchRunning()
}

func (s *Supervisor) watchRunning() {
	a := &s.application
	if a.app.Ended() {
		log.Printf("the application ended with %d", a.app.Code())
		s.endWith(a.app.Code())
		return
	}
	for _, w := range a.workers {
		s.watchWorker(w)
	}
}

func (s *Supervisor) watchWorker(w *worker) {
	now := time.Now()
	if w.process != nil && w.process.Ended() {
		if now.Sub(w.began) > longestWorker {
			w.pause = workerPause
		}
		log.Printf("the worker %s ended with %d, and starts again in %v", w.Name, w.process.Code(), w.pause)
		w.process.Signal(syscall.SIGKILL) // what it has left behind
		w.process, w.next, w.pause = nil, now.Add(w.pause), min(2*w.pause, longestWorker)
	}
	if w.process != nil || now.Before(w.next) {
		return
	}
	var more []string // before the others: the first one counts
	for _, e := range w.Env {
		more = append(more, e.Name+"="+e.Value)
	}
	p, err := s.start(w.Command, more...)
	if err != nil {
		s.fail("the worker "+w.Name, err)
		return
	}
	w.process, w.began = p, now
}

// start starts a program as the user.
func (s *Supervisor) start(command []string, more ...string) (*process.Process, error) {
	argv := []string{s.self, "confine", strconv.Itoa(s.user.UID), strconv.Itoa(s.user.GID), "--"}
	return s.table.Start(append(argv, command...), append(more, Environment(s.cfg, s.user)...))
}

func (s *Supervisor) fail(what string, err error) {
	log.Printf("%s: %v", what, err)
	s.endWith(1)
}

// endWith ends everything, as the application has.
func (s *Supervisor) endWith(code int) {
	s.end(code)
	s.stop()
}
