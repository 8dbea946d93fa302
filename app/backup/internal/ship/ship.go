package ship

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/follow"
	"github.com/liteset/liteset/app/backup/internal/lineage"
)

// Shipper is one stream.
type Shipper struct {
	Config
	ltxDir string

	mu      sync.Mutex // guards what the maintenance reads: client, line, tip, recent
	client  litestream.ReplicaClient
	line    lineage.Info
	tip     lineage.Position
	recent  map[ltx.TXID]ltx.Checksum // of the transactions last shipped, also of those inside a group
	known   map[span]bool             // objects of level 0 that are of this history
	since   ltx.TXID                  // what is later than this was shipped by this stream, and is in recent and known
	foreign bool                      // the lineage is not this stream's alone, and must be left
	resumed bool
	rival   rival
	behind  struct {
		txid  ltx.TXID
		since time.Time
	}
}

// Run ships until the context ends, which is how an active stream becomes a standby: it needs no other farewell, since
// all it knows is in the store. It never gives up; failures are logged, counted and tried again.
func Run(ctx context.Context, cfg Config) error {
	s := New(cfg)
	watch, err := follow.New(s.ltxDir, cfg.Log)
	if err != nil {
		return err
	}
	defer watch.Close()
	cfg.Metrics.Active(true)
	defer cfg.Metrics.Active(false)

	var background sync.WaitGroup
	background.Go(func() { s.maintain(ctx) })
	defer background.Wait()

	wait := time.Duration(0)
	for {
		started := time.Now()
		err := s.Sync(ctx)
		if cfg.Synced != nil {
			cfg.Synced(err)
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			cfg.Metrics.Failed(string(fault.CodeOf(err)))
			wait = min(max(2*wait, firstWait), longestWait)
			cfg.Log.Error("cannot ship; trying again", "error", err, "code", fault.CodeOf(err), "again_in", wait.String())
			sleep(ctx, wait)
			continue
		}
		wait = 0
		sleep(ctx, cfg.SyncInterval-time.Since(started))
		select {
		case <-ctx.Done():
		case <-watch.C:
		case <-time.After(lookAgain):
		}
	}
}

// New returns a shipper for callers that drive it themselves by Sync.
func New(cfg Config) *Shipper {
	cfg.Store.SetTimeout(cfg.StoreTimeout)
	return &Shipper{Config: cfg, ltxDir: filepath.Join(cfg.Database.Dir, "ltx"), recent: map[ltx.TXID]ltx.Checksum{}, known: map[span]bool{}}
}

// Position returns the last transaction in the store and its lineage, as of the last Sync.
func (s *Shipper) Position() (lineage.ID, lineage.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.line.ID, s.tip
}

// Sync ships what is on the volume and not in the store. After an error the store is asked again where it stands.
func (s *Shipper) Sync(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			s.resumed = false
		}
	}()
	if !s.resumed {
		if err := s.resume(ctx); err != nil {
			return err
		}
		s.resumed = true
	}
	for {
		more, err := s.step(ctx)
		if err != nil || !more {
			s.observe()
			return err
		}
	}
}

// sleep returns early when the context ends.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// errBehind means that the volume has less than the store, and the same: this pod is a replica that lags.
var errBehind = errors.New("behind")
