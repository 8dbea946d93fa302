// Package socket answers the proxy, over lines of JSON.
package socket

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	// longestLine is how many bytes a line may have.
	longestLine = 64 << 10
	// slowest is how long a connection may take to read a line.
	slowest = 5 * time.Second
	// most is how many requests of a connection are answered at once, and mostLines how many lines may wait for it.
	most      = 64
	mostLines = 256
)

// Request is one line.
type Request struct {
	ID       *int64 `json:"id"`
	Do       string `json:"do"`
	SettleMs int    `json:"settleMs"`
}

// Agent does what is asked for.
type Agent interface {
	// Joined is told of a connection, Gone of its end.
	Joined(c *Conn)
	Gone(c *Conn)
	// Do returns the fields of the answer but its id, or false if it does not know the request. The context ends with the
	// connection.
	Do(ctx context.Context, c *Conn, r Request) (map[string]any, bool)
}

// Conn is a connection.
type Conn struct {
	conn  *net.UnixConn
	lines chan []byte // to be sent, in this order
}

// Serve listens until the program ends. Beside root only the group may connect.
func Serve(path string, group int, agent Agent) error {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return err
	}
	if err := os.Chown(path, 0, group); err != nil {
		return err
	}
	if err := os.Chmod(path, 0o660); err != nil {
		return err
	}
	go func() {
		for {
			conn, err := l.AcceptUnix()
			if err != nil {
				log.Printf("the socket: %v", err)
				time.Sleep(slowest) // no descriptors are left: others give theirs back meanwhile
				continue
			}
			go serve(&Conn{conn, make(chan []byte, mostLines)}, agent)
		}
	}()
	return nil
}

// Protect makes the socket's directory one that only root changes.
func Protect(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.Chmod(dir, 0o755) // kubelet makes it one that everybody changes
}

func serve(c *Conn, agent Agent) {
	ctx, cancel := context.WithCancel(context.Background())
	defer c.conn.Close()
	go c.send(ctx)
	agent.Joined(c)
	defer agent.Gone(c)
	defer cancel()
	turns := make(chan struct{}, most)
	lines := bufio.NewScanner(c.conn)
	lines.Buffer(make([]byte, 0, 4096), longestLine)
	for lines.Scan() {
		r, err := parse(lines.Bytes())
		if err != nil {
			log.Printf("the socket: %v", err)
			return
		}
		turns <- struct{}{}
		go func() {
			defer func() { <-turns }()
			answer, known := agent.Do(ctx, c, r)
			if !known {
				log.Printf("the socket: it is unknown how to do %q", r.Do)
				c.conn.Close()
				return
			}
			answer["id"] = *r.ID
			c.Tell(answer)
		}()
	}
}

func parse(line []byte) (r Request, err error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err = d.Decode(&r); err == nil && (r.ID == nil || d.More()) {
		err = fmt.Errorf("a line is malformed: %q", line)
	}
	return r, err
}

// Tell sends a line, and does not wait. A connection that does not read is closed.
func (c *Conn) Tell(fields map[string]any) {
	line, err := json.Marshal(fields)
	if err != nil {
		panic(err) // strings, numbers and lists of them
	}
	select {
	case c.lines <- append(line, '\n'):
	default:
		c.conn.Close()
	}
}

func (c *Conn) send(ctx context.Context) {
	for {
		select {
		case line := <-c.lines:
			_ = c.conn.SetWriteDeadline(time.Now().Add(slowest))
			if _, err := c.conn.Write(line); err != nil {
				c.conn.Close()
			}
		case <-ctx.Done():
			return
		}
	}
}

// Peer is the number of the process at the other end.
func (c *Conn) Peer() (int, error) {
	raw, err := c.conn.SyscallConn()
	if err != nil {
		return 0, err
	}
	var cred *syscall.Ucred
	var failed error
	if err := raw.Control(func(fd uintptr) {
		cred, failed = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	}); err != nil {
		return 0, err
	}
	if failed != nil {
		return 0, failed
	}
	return int(cred.Pid), nil
}
