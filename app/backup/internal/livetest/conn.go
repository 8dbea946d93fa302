package livetest

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// counting counts what its connections receive.
type counting struct {
	net.Listener
	bytes *atomic.Int64
}

// Accept wraps a connection.
func (c counting) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	return countingConn{conn, c.bytes}, err
}

type countingConn struct {
	net.Conn
	bytes *atomic.Int64
}

// Read counts.
func (c countingConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.bytes.Add(int64(n))
	return n, err
}

// Wire is a TCP connection's way to a server, which can be cut or blocked.
type Wire struct {
	Addr    string
	mu      sync.Mutex
	open    map[net.Conn]bool
	blocked chan struct{} // nothing passes until it is closed
	refuse  bool
}

// NewWire starts a wire to a server.
func NewWire(t testing.TB, server string) *Wire {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &Wire{Addr: ln.Addr().String(), open: map[net.Conn]bool{}, blocked: make(chan struct{})}
	close(w.blocked)
	t.Cleanup(func() { ln.Close(); w.Unblock(); w.Cut() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go w.join(conn, server)
		}
	}()
	return w
}

func (w *Wire) join(client net.Conn, addr string) {
	server, err := net.Dial("tcp", addr)
	w.mu.Lock()
	if err != nil || w.refuse {
		w.mu.Unlock()
		client.Close()
		if err == nil {
			server.Close()
		}
		return
	}
	w.open[client], w.open[server] = true, true
	w.mu.Unlock()
	go w.pass(server, client)
	w.pass(client, server)
}

func (w *Wire) pass(dst, src net.Conn) {
	defer dst.Close()
	defer src.Close()
	for buf := make([]byte, 4096); ; {
		n, err := src.Read(buf)
		w.mu.Lock()
		blocked := w.blocked
		w.mu.Unlock()
		<-blocked
		if _, werr := dst.Write(buf[:n]); err != nil || werr != nil {
			return
		}
	}
}

// Cut breaks all connections, in the middle of what they transfer.
func (w *Wire) Cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for conn := range w.open {
		conn.Close()
	}
	clear(w.open)
}

// Refuse says whether new connections are refused.
func (w *Wire) Refuse(yes bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refuse = yes
}

// Block lets nothing pass any more, and breaks no connection: a network that drops packets.
func (w *Wire) Block() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.blocked = make(chan struct{})
}

// Unblock ends Block.
func (w *Wire) Unblock() {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.blocked:
	default:
		close(w.blocked)
	}
}
