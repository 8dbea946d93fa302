package livetest

import (
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"time"
)

// Status answers as a server in trouble does.
func Status(code int, name string) Fault {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(code)
		_, _ = io.WriteString(w, "<Error><Code>"+name+"</Code><Message>a test</Message></Error>")
	}
}

// Slow answers right, but late.
func Slow(d time.Duration) Fault {
	return func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		select {
		case <-time.After(d):
			server.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}
}

// Refuse cuts each connection at once.
func Refuse(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

// CutRequest lets the server have the first half of what is sent, then cuts both connections: a short write.
func CutRequest(w http.ResponseWriter, r *http.Request, server http.Handler) {
	if r.ContentLength > 1 {
		r.Body = cut{io.LimitReader(r.Body, r.ContentLength/2), r.Body}
	}
	server.ServeHTTP(w, r)
	panic(http.ErrAbortHandler)
}

// LoseAnswer lets the server do all that it is asked for, and tells nobody.
func LoseAnswer(_ http.ResponseWriter, r *http.Request, server http.Handler) {
	server.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}

// CutAnswer cuts the connection after the first bytes of an answer's body.
func CutAnswer(w http.ResponseWriter, r *http.Request, server http.Handler) {
	server.ServeHTTP(&cutWriter{w, 50}, r)
}

// Faults are all of the above.
var Faults = map[string]Fault{
	"500": Status(500, "InternalError"), "503": Status(503, "SlowDown"), "slow": Slow(100 * time.Millisecond), "hangs": Slow(time.Hour),
	"refused": Refuse, "short write": CutRequest, "answer lost": LoseAnswer, "short read": CutAnswer,
}

// Sometimes lets a request fail with a probability, in one of several ways.
func Sometimes(p float64, faults ...Fault) Fault {
	return func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		if rand.Float64() < p {
			faults[rand.IntN(len(faults))](w, r, server)
			return
		}
		server.ServeHTTP(w, r)
	}
}

// cut ends with an error where it should go on.
type cut struct {
	io.Reader
	io.Closer
}

// Read returns an error instead of the end.
func (c cut) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if err == io.EOF {
		err = errors.New("cut")
	}
	return n, err
}

type cutWriter struct {
	http.ResponseWriter
	left int
}

// Write passes on what is left, then cuts the connection.
func (c *cutWriter) Write(p []byte) (int, error) {
	if len(p) > c.left {
		_, _ = c.ResponseWriter.Write(p[:c.left])
		if f, ok := c.ResponseWriter.(http.Flusher); ok {
			f.Flush()
		}
		panic(http.ErrAbortHandler)
	}
	c.left -= len(p)
	return c.ResponseWriter.Write(p)
}
