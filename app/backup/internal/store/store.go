// Package store opens places below one URL with Litestream's own storage clients.
package store

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/benbjohnson/litestream"

	// Each registers its scheme. NATS is missing, since its address names a bucket and has no paths below it.
	_ "github.com/benbjohnson/litestream/abs"
	_ "github.com/benbjohnson/litestream/file"
	_ "github.com/benbjohnson/litestream/gs"
	_ "github.com/benbjohnson/litestream/oss"
	_ "github.com/benbjohnson/litestream/sftp"
	_ "github.com/benbjohnson/litestream/webdav"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/secret"
)

// Store is a place that keeps the backup of one database.
type Store struct {
	real, shown address // the first has secrets
	log         *slog.Logger
	timeout     atomic.Int64 // time.Duration
	most        atomic.Int64 // objects in a list

	mu      sync.Mutex
	clients map[string]*bounded // by place: a client keeps its connection
}

// Open checks the URL; the store itself is reached with the first request. Credentials come from the environment, as
// they do for Litestream; the URL may name variables, too, as $(NAME).
func Open(rawURL string, log *slog.Logger) (*Store, error) {
	real, shown, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	s := &Store{real: real, shown: shown, log: log, clients: map[string]*bounded{}}
	s.SetTimeout(DefaultTimeout)
	s.SetMost(mostObjects)
	if _, err := s.At("lineages"); err != nil {
		return nil, fault.New(fault.Usage, "%q is not the URL of a store: %s", s, secret.Hide(err.Error())).
			WithHint("schemes: file, s3, gs, abs, oss, sftp, webdav")
	}
	return s, nil
}

// URL returns the address of a place below the store, as stock Litestream takes it once a variable in it is replaced.
// There is no secret in it.
func (s *Store) URL(place string) string { return s.shown.in(place) }

// String is the address without what follows "?", and without secrets.
func (s *Store) String() string { return s.shown.base }

// SetTimeout bounds how long a request may make no progress, of those that begin later.
func (s *Store) SetTimeout(d time.Duration) { s.timeout.Store(int64(d)) }

// SetMost bounds how many objects of one level a list may have.
func (s *Store) SetMost(n int) { s.most.Store(int64(n)) }

func (s *Store) bound() time.Duration { return time.Duration(s.timeout.Load()) }

// At returns a client for a place below the store. None of its calls hangs.
func (s *Store) At(place string) (litestream.ReplicaClient, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.clients[place]; ok {
		return c, nil
	}
	c := &bounded{s: s, place: place}
	if _, err := c.client(); err != nil {
		return nil, err
	}
	s.clients[place] = c
	return c, nil
}

// Deleted is the hint of a fault that says that objects are missing.
const Deleted = "an object was deleted, by hand or by a lifecycle rule"

// Failed turns an error of a client into a fault. It leaves faults, cancellations and nil as they are.
func Failed(ctx context.Context, err error, format string, args ...any) error {
	switch {
	case err == nil || fault.CodeOf(err) != "" || ctx.Err() == context.Canceled:
		return err
	case os.IsNotExist(err):
		return fault.Wrap(err, fault.StoreCorrupt, format, args...).WithHint(Deleted + "; run verify")
	}
	return fault.Wrap(err, fault.StoreUnavailable, format, args...).WithHint(hint(err))
}
