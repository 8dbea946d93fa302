// Package stream ships LiteFS's transactions from the volume to the store.
package stream

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/follow"
	"github.com/liteset/liteset/app/backup/internal/metrics"
	"github.com/liteset/liteset/app/backup/internal/ship/history"
	"github.com/liteset/liteset/app/backup/internal/snapshot"
	"github.com/liteset/liteset/app/backup/internal/store"
	"github.com/liteset/liteset/app/backup/internal/wait"
)

// Config of a stream; package ship says what the fields mean.
type Config struct {
	Database      snapshot.Config
	Store         *store.Store
	SyncInterval  time.Duration
	RestorePoints int
	Synced        func(error)
	Log           *slog.Logger
	Metrics       *metrics.Metrics
}

// lookAgain is how often the directory is looked at without a notification: for those that the kernel had to drop.
const lookAgain = 10 * time.Second

// Waits after failures, doubled each time.
const (
	firstWait   = time.Second
	longestWait = 30 * time.Second
)

// Stream ships one database. All but its history is used by one goroutine.
type Stream struct {
	cfg     Config
	history *history.History
	ltxDir  string
	resumed bool // the history is the store's
	behind  lag
}

// New returns a stream that writes its history down in h.
func New(h *history.History, cfg Config) *Stream {
	return &Stream{cfg: cfg, history: h, ltxDir: filepath.Join(cfg.Database.Dir, "ltx")}
}

// Run ships until the context ends. It fails only if it cannot begin.
func (s *Stream) Run(ctx context.Context) error {
	watch, err := follow.New(s.ltxDir, s.cfg.Log)
	if err != nil {
		return fmt.Errorf("follow %s: %w", s.ltxDir, err)
	}
	defer watch.Close()
	pause := time.Duration(0)
	for ctx.Err() == nil {
		started := time.Now()
		err := s.Sync(ctx)
		if s.cfg.Synced != nil {
			s.cfg.Synced(err)
		}
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			pause = min(max(2*pause, firstWait), longestWait)
			s.cfg.Metrics.Failed(string(fault.CodeOf(err)))
			s.cfg.Log.Error("cannot ship; trying again", "error", err, "code", fault.CodeOf(err), "again_in", pause.String())
			_ = wait.For(ctx, pause)
			continue
		}
		pause = 0
		_ = wait.For(ctx, s.cfg.SyncInterval-time.Since(started))
		select {
		case <-ctx.Done():
		case <-watch.C:
		case <-time.After(lookAgain):
		}
	}
	return nil
}

// Sync ships what is on the volume and not in the store. After an error the store is asked again where it stands.
func (s *Stream) Sync(ctx context.Context) error {
	err := s.sync(ctx)
	s.resumed = s.resumed && err == nil
	return err
}

func (s *Stream) sync(ctx context.Context) error {
	if !s.resumed {
		if err := s.resume(ctx); err != nil {
			return err
		}
		s.resumed = true
	}
	for {
		more, err := s.shipRound(ctx)
		if err != nil || !more {
			s.reportLag()
			return err
		}
	}
}

// moved tells the metrics where the store ends.
func (s *Stream) moved() {
	tip := s.history.Current().Tip
	s.cfg.Metrics.At(tip.TXID, tip.Time)
}
