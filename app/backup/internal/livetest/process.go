package livetest

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// mostLog is how much of a process's output, from its end, a failed test shows.
const mostLog = 5000

// Process starts a program that is killed when the test ends, and shows what it said last if the test has failed.
func Process(t testing.TB, path string, args ...string) {
	t.Helper()
	cmd := exec.Command(path, args...)
	var log lockedBuffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if text := log.String(); t.Failed() {
			t.Logf("%s, the end of its log:\n%s", filepath.Base(path), text[max(0, len(text)-mostLog):])
		}
	})
}

// lockedBuffer takes a process's output while a test reads it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write adds to what String returns.
func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String returns all that was written.
func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
