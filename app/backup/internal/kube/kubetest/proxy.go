package kubetest

import (
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
)

// Proxy is a way to the API server that can be cut, as a network is: no answer, no refusal.
type Proxy struct {
	port int
	mu   sync.Mutex
	cut  bool
	open []net.Conn
}

// Proxy opens a way of its own.
func (s *Server) Proxy(t testing.TB) *Proxy {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{port: ln.Addr().(*net.TCPAddr).Port}
	t.Cleanup(func() {
		ln.Close()
		p.each(func(c net.Conn) { c.Close() })
	})
	go func() {
		for {
			in, err := ln.Accept()
			if err != nil {
				return
			}
			go p.pass(in, fmt.Sprintf("127.0.0.1:%d", s.api.port))
		}
	}()
	return p
}

// Cut stops all traffic; connections stay.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
}

func (p *Proxy) each(do func(net.Conn)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.open {
		do(c)
	}
}

func (p *Proxy) pass(in net.Conn, to string) {
	out, err := net.Dial("tcp", to)
	if err != nil {
		in.Close()
		return
	}
	p.mu.Lock()
	p.open = append(p.open, in, out)
	p.mu.Unlock()
	go p.copy(in, out)
	p.copy(out, in)
}

// copy swallows what comes after the cut.
func (p *Proxy) copy(dst, src net.Conn) {
	defer dst.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := src.Read(buf)
		if err != nil && (err != io.EOF || n == 0) {
			return
		}
		p.mu.Lock()
		cut := p.cut
		p.mu.Unlock()
		if cut {
			continue
		}
		if _, err := dst.Write(buf[:n]); err != nil {
			return
		}
	}
}
