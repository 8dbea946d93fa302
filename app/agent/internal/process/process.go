// Package process starts processes, and reaps all that end below this one: as process 1, it inherits orphans.
package process

import (
	"os"
	"os/signal"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Process is one that this one has started. It leads a process group.
type Process struct {
	PID    int
	ended  chan struct{}
	status syscall.WaitStatus
}

// Ended reports whether it has ended.
func (p *Process) Ended() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// Code is how it has ended: 128 and its number for a signal, as a shell says it.
func (p *Process) Code() int {
	if p.status.Signaled() {
		return 128 + int(p.status.Signal())
	}
	return p.status.ExitStatus()
}

// Signal signals its group, also what is left of that after its own end.
func (p *Process) Signal(s syscall.Signal) { _ = syscall.Kill(-p.PID, s) }

// Table is all processes that run.
type Table struct {
	mu      sync.Mutex // held while one is started, so that it is known before it is reaped
	running map[int]*Process
	onEnd   func()
}

// NewTable reaps from now on, and calls onEnd after each time.
func NewTable(onEnd func()) (*Table, error) {
	// Process 1 inherits orphans anyway.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return nil, err
	}
	t := &Table{running: map[int]*Process{}, onEnd: onEnd}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGCHLD)
	go func() {
		for range signals {
			t.reap()
			t.onEnd()
		}
	}()
	return t, nil
}

// Start starts a program with this one's standard streams.
func (t *Table) Start(argv, env []string) (*Process, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	pid, err := syscall.ForkExec(argv[0], argv, &syscall.ProcAttr{
		Env: env, Files: []uintptr{0, 1, 2}, Sys: &syscall.SysProcAttr{Setpgid: true},
	})
	if err != nil {
		return nil, &os.PathError{Op: "start", Path: argv[0], Err: err}
	}
	p := &Process{PID: pid, ended: make(chan struct{})}
	t.running[pid] = p
	return p, nil
}

func (t *Table) reap() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if pid <= 0 {
			return
		}
		if p := t.running[pid]; p != nil {
			p.status = status
			close(p.ended)
			delete(t.running, pid)
		}
	}
}
