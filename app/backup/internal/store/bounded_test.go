package store

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/liteset/liteset/app/backup/internal/fault"
)

// soon is far more than what a bounded call takes after its end.
const soon = 30 * time.Second

// silent is a server that takes connections and says nothing. It counts them.
func silent(t *testing.T) (addr string, connections *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	connections = new(atomic.Int64)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			go func() { _, _ = io.Copy(io.Discard, c); c.Close() }()
		}
	}()
	return l.Addr().String(), connections
}

// stores are the two ways in which a client hangs: S3's knows contexts, SFTP's does not.
func stores(addr string) map[string]string {
	return map[string]string{
		"s3":   "s3://bucket/path?endpoint=http://" + addr + "&region=us-east-1",
		"sftp": "sftp://user:password@" + addr + "/path",
	}
}

func open(t *testing.T, url string, timeout time.Duration) *Store {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_CA_BUNDLE", "") // Litestream's client does not start with one
	s, err := Open(url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s.SetTimeout(timeout)
	return s
}

// list asks for the objects of a place, and fails the test if that hangs.
func list(t *testing.T, ctx context.Context, s *Store) error {
	t.Helper()
	c, err := s.At("lineages")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { _, err := c.LTXFiles(ctx, 0, 0, false); done <- err }()
	select {
	case err := <-done:
		return err
	case <-time.After(soon):
		t.Fatal("the call hangs")
		return nil
	}
}

func TestASilentStoreIsGivenUpAfterItsTimeout(t *testing.T) {
	addr, connections := silent(t)
	for name, url := range stores(addr) {
		t.Run(name, func(t *testing.T) {
			s := open(t, url, 200*time.Millisecond)
			for range 2 { // the second time over a new connection
				before := connections.Load()
				if err := list(t, t.Context(), s); fault.CodeOf(err) != fault.StoreUnavailable {
					t.Fatalf("got %v, want %s", err, fault.StoreUnavailable)
				}
				if connections.Load() == before {
					t.Error("the server was not asked")
				}
			}
		})
	}
}

func TestACallEndsWithItsContext(t *testing.T) {
	addr, _ := silent(t)
	for name, url := range stores(addr) {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(100*time.Millisecond, cancel)
			if err := list(t, ctx, open(t, url, time.Hour)); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want that it was cancelled", err)
			}
		})
	}
}
