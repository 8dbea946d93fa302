// Package ship brings LiteFS's transactions to the store, in order, each once, and keeps the store small. The store is
// the only state: whatever happens to the process, it goes on where the store says it stopped.
package ship

import (
	"log/slog"
	"time"

	"github.com/liteset/liteset/app/backup/internal/metrics"
	"github.com/liteset/liteset/app/backup/internal/snapshot"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// Config of a stream.
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

// groupBytes bounds what is merged into one object, since a merge happens in memory.
const groupBytes = 32 << 20

// lookAgain is how often the directory is looked at without a notification: for those that the kernel had to drop.
const lookAgain = 10 * time.Second

// Waits after failures, doubled each time.
const (
	firstWait   = time.Second
	longestWait = 30 * time.Second
)
