// Package keeper keeps the store of a stream small and quick to restore from, with the library's code: it compacts,
// takes snapshots, and removes what retention allows. It also looks for what other processes write there.
package keeper

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/benbjohnson/litestream"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/metrics"
	"github.com/liteset/liteset/app/backup/internal/ship/history"
	"github.com/liteset/liteset/app/backup/internal/snapshot"
	"github.com/liteset/liteset/app/backup/internal/store"
	"github.com/liteset/liteset/app/backup/internal/wait"
)

// Config of a keeper; package ship says what the fields mean.
type Config struct {
	Database             snapshot.Config
	Store                *store.Store
	Retention            time.Duration
	TransactionRetention time.Duration
	SnapshotInterval     time.Duration
	Clock                func() time.Time
	Log                  *slog.Logger
	Metrics              *metrics.Metrics
}

// Keeper of one store. All but its history is used by one goroutine.
type Keeper struct {
	cfg     Config
	history *history.History
	newer   newerLineage
	began   time.Time // by the clock
	started time.Time // the same moment, for how long it has run since
	copied  time.Time // when this process has made its last snapshot
}

// New returns the keeper of the store that a stream with the history h writes to.
func New(h *history.History, cfg Config) *Keeper {
	k := &Keeper{cfg: cfg, history: h, started: time.Now()}
	k.began = k.clock()
	return k
}

// job is done now and then.
type job struct {
	every time.Duration
	due   time.Time
	do    func(context.Context) error
}

// How often the keeper looks for work, at least.
const (
	snapshotCheck  = time.Minute
	retentionCheck = time.Minute
	rivalsCheck    = time.Minute
	verifiedCheck  = 5 * time.Minute
)

// jobs are all that the keeper does. Only the outcome of the last verification is wanted at once.
func (k *Keeper) jobs(now time.Time) []*job {
	jobs := []*job{
		{every: min(k.cfg.SnapshotInterval, snapshotCheck), do: k.snapshotIfDue},
		{every: retentionCheck, do: k.Retain},
		{every: rivalsCheck, do: k.CheckRivals},
	}
	for _, level := range litestream.DefaultCompactionLevels[1:] {
		jobs = append(jobs, &job{every: level.Interval, do: func(ctx context.Context) error { return k.Compact(ctx, level.Level) }})
	}
	for _, j := range jobs {
		j.due = now.Add(j.every)
	}
	return append(jobs, &job{every: verifiedCheck, due: now, do: k.ReportVerified})
}

// Run keeps the store until the context ends. What fails is logged, counted, and done again when it is due next.
func (k *Keeper) Run(ctx context.Context) {
	jobs := k.jobs(time.Now())
	for {
		next := slices.MinFunc(jobs, func(a, b *job) int { return a.due.Compare(b.due) })
		if wait.For(ctx, time.Until(next.due)) != nil {
			return
		}
		if err := next.do(ctx); err != nil && ctx.Err() == nil {
			k.cfg.Metrics.Failed(string(fault.CodeOf(err)))
			k.cfg.Log.Error("maintenance of the store failed; trying again", "error", err, "code", fault.CodeOf(err))
		}
		next.due = time.Now().Add(next.every)
	}
}
