package livetest

import (
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
	"time"
)

// Proxy stands before an S3 server. It counts, and answers as its Fault says.
type Proxy struct {
	// Addr is where it listens.
	Addr string
	// Puts and so on count requests, Deletes those with a body too; Bytes is all that clients sent, headers included.
	Puts, Gets, Deletes, Bytes atomic.Int64
	fault                      atomic.Pointer[Fault]
	next                       http.Handler
}

// Fault handles a request in the server's place, or with it.
type Fault func(w http.ResponseWriter, r *http.Request, server http.Handler)

// NewProxy starts a proxy before a server.
func NewProxy(t testing.TB, server string) *Proxy {
	t.Helper()
	target := &url.URL{Scheme: "http", Host: server}
	p := &Proxy{next: &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // it is part of what the client has signed
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}}
	p.Set(nil)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: p, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	go func() { _ = srv.Serve(counting{ln, &p.Bytes}) }()
	t.Cleanup(func() { srv.Close() })
	p.Addr = ln.Addr().String()
	return p
}

// Set makes the proxy fail in one way from now on; nil lets all through.
func (p *Proxy) Set(f Fault) { p.fault.Store(&f) }

// ServeHTTP counts and answers.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodPut:
		p.Puts.Add(1)
	case http.MethodGet:
		p.Gets.Add(1)
	case http.MethodDelete, http.MethodPost:
		p.Deletes.Add(1)
	}
	if f := *p.fault.Load(); f != nil {
		f(w, r, p.next)
		return
	}
	p.next.ServeHTTP(w, r)
}

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
