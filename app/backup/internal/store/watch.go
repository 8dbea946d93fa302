package store

import (
	"context"
	"io"
	"sync"
	"time"
)

// watch calls once when a request has made no progress for a time.
type watch struct {
	timeout time.Duration
	mu      sync.Mutex
	timer   *time.Timer
	stopped bool
}

func newWatch(timeout time.Duration, expired func()) *watch {
	return &watch{timeout: timeout, timer: time.AfterFunc(timeout, expired)}
}

// progress begins the time anew.
func (w *watch) progress() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.stopped {
		w.timer.Reset(w.timeout)
	}
}

// pause holds the time until the next progress.
func (w *watch) pause() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer.Stop()
}

func (w *watch) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	w.timer.Stop()
}

// content is what is written to the store. The time that it takes to make it is not the store's.
type content struct {
	ctx context.Context
	r   io.Reader
	w   *watch
}

// Read reads on until the request was given up: then nothing may be written any more.
func (c content) Read(p []byte) (int, error) {
	if err := context.Cause(c.ctx); err != nil {
		return 0, err
	}
	c.w.pause()
	defer c.w.progress()
	return c.r.Read(p)
}

// reader is an object that is read. A reader that is not asked is not late.
type reader struct {
	*io.PipeReader
	b      *bounded
	cancel func()
}

func newReader(b *bounded, rd io.ReadCloser, cancel func()) *reader {
	pr, pw := io.Pipe()
	go func() {
		_, err := io.Copy(pw, rd)
		pw.CloseWithError(err)
		rd.Close()
	}()
	return &reader{pr, b, cancel}
}

// Read fails if the store sends nothing for its timeout.
func (r *reader) Read(p []byte) (int, error) {
	late := time.AfterFunc(r.b.s.bound(), func() {
		r.PipeReader.CloseWithError(r.b.stalled())
		r.cancel()
	})
	n, err := r.PipeReader.Read(p)
	if !late.Stop() && err == io.ErrClosedPipe {
		err = r.b.stalled()
	}
	return n, err
}

// Close does not wait for the store.
func (r *reader) Close() error {
	r.cancel()
	return r.PipeReader.Close()
}
