// Package ship brings LiteFS's transactions to the store, in order, each once, and keeps the store small. The store is
// the only state: whatever happens to the process, it goes on where the store says it stopped.
//
// Two goroutines share the work: package stream ships from the volume to the store, package keeper compacts the store,
// takes snapshots and removes what is old. All that they know of each other's work is in package history.
package ship

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/liteset/liteset/app/backup/internal/metrics"
	"github.com/liteset/liteset/app/backup/internal/ship/history"
	"github.com/liteset/liteset/app/backup/internal/ship/keeper"
	"github.com/liteset/liteset/app/backup/internal/ship/stream"
	"github.com/liteset/liteset/app/backup/internal/snapshot"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// Config of a stream and its store.
type Config struct {
	// Database says where LiteFS keeps it.
	Database snapshot.Config
	// Store is where it goes.
	Store *store.Store
	// SyncInterval is how long transactions may wait for each other before they are shipped together.
	SyncInterval time.Duration
	// RestorePoints is the most objects that one sync writes. Up to that many transactions in an interval, each can be
	// restored by itself; with more of them, or after an outage, neighbours share an object.
	RestorePoints int
	// Retention is how long the past stays restorable.
	Retention time.Duration
	// TransactionRetention is how long each restore point does; after it, those at the ends of compacted objects: each
	// 30 seconds, 5 minutes, then each hour. Object stores are listed as a whole, so many objects have a price.
	TransactionRetention time.Duration
	// SnapshotInterval is the time between snapshots. A restore reads one and what follows.
	SnapshotInterval time.Duration
	// StoreTimeout is how long a request to the store may make no progress.
	StoreTimeout time.Duration

	// Clock is the node's clock, which may jump; time.Now if nil.
	Clock func() time.Time
	// Synced, if set, hears of the outcome of each attempt to ship, nil for success.
	Synced func(error)

	Log     *slog.Logger
	Metrics *metrics.Metrics
}

// Defaults of a stream, as Litestream's own where it has them.
const (
	DefaultSyncInterval     = time.Second
	DefaultRestorePoints    = 100
	DefaultRetention        = 24 * time.Hour
	DefaultTransactions     = time.Hour
	DefaultSnapshotInterval = 24 * time.Hour
	DefaultStoreTimeout     = store.DefaultTimeout
)

// Shipper is a stream and the keeper of its store.
type Shipper struct {
	Stream  *stream.Stream
	Keeper  *keeper.Keeper
	History *history.History
}

// New returns a shipper for callers that drive its parts themselves.
func New(cfg Config) Shipper {
	cfg.Store.SetTimeout(cfg.StoreTimeout)
	h := history.New()
	return Shipper{
		History: h,
		Stream: stream.New(h, stream.Config{
			Database: cfg.Database, Store: cfg.Store, SyncInterval: cfg.SyncInterval, RestorePoints: cfg.RestorePoints,
			Synced: cfg.Synced, Log: cfg.Log, Metrics: cfg.Metrics,
		}),
		Keeper: keeper.New(h, keeper.Config{
			Database: cfg.Database, Store: cfg.Store, Retention: cfg.Retention, TransactionRetention: cfg.TransactionRetention,
			SnapshotInterval: cfg.SnapshotInterval, Clock: cfg.Clock, Log: cfg.Log, Metrics: cfg.Metrics,
		}),
	}
}

// Run ships until the context ends, which is how an active stream becomes a standby: it needs no other farewell, since
// all it knows is in the store. It never gives up; failures are logged, counted and tried again.
func Run(ctx context.Context, cfg Config) error {
	s := New(cfg)
	ctx, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	defer beside.Wait()
	defer stop()
	cfg.Metrics.Active(true)
	defer cfg.Metrics.Active(false)
	beside.Go(func() { s.Keeper.Run(ctx) })
	return s.Stream.Run(ctx)
}
