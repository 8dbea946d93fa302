package livetest

import (
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
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
