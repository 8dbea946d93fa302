package ship

import (
	"context"
	"errors"
	"time"

	"github.com/benbjohnson/litestream"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// retentionInterval is how often old objects are looked for.
const retentionInterval = time.Minute

// maintain compacts, takes snapshots and removes what retention allows, with the library's code, beside the shipping.
func (s *Shipper) maintain(ctx context.Context) {
	level := func(lvl *litestream.CompactionLevel) (time.Duration, func(context.Context) error) {
		return lvl.Interval, func(ctx context.Context) error { return s.Compact(ctx, lvl.Level) }
	}
	var jobs []job
	for _, lvl := range litestream.DefaultCompactionLevels[1:] {
		every, do := level(lvl)
		jobs = append(jobs, job{every: every, do: do})
	}
	jobs = append(jobs,
		job{every: min(s.SnapshotInterval, time.Minute), do: s.snapshotIfDue},
		job{every: retentionInterval, do: s.Retain},
		job{every: retentionInterval, do: s.Rivals})
	for i := range jobs {
		jobs[i].due = time.Now().Add(jobs[i].every)
	}
	jobs = append(jobs, job{every: verifiedInterval, due: time.Now(), do: s.Verified})
	for ctx.Err() == nil {
		next := &jobs[0]
		for i := range jobs {
			if jobs[i].due.Before(next.due) {
				next = &jobs[i]
			}
		}
		sleep(ctx, time.Until(next.due))
		if ctx.Err() != nil {
			return
		}
		if err := next.do(ctx); err != nil && ctx.Err() == nil {
			s.Metrics.Failed(string(fault.CodeOf(err)))
			s.Log.Error("maintenance of the store failed; trying again", "error", err, "code", fault.CodeOf(err))
		}
		next.due = time.Now().Add(next.every)
	}
}

// job is done now and then.
type job struct {
	every time.Duration
	due   time.Time
	do    func(context.Context) error
}

// compactor returns the library's compactor for the current lineage; false if there is none.
func (s *Shipper) compactor() (*litestream.Compactor, proving, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.client == nil || s.tip.TXID == unknown {
		return nil, proving{}, false
	}
	client := proving{s.client, s, s.line.ID}
	return litestream.NewCompactor(client, s.Log), client, true
}

// Compact merges what is new in the level below into one object of the given level, 1 to 3.
func (s *Shipper) Compact(ctx context.Context, level int) error {
	c, client, ok := s.compactor()
	if !ok {
		return nil
	}
	_, err := c.Compact(ctx, level)
	if err == nil || errors.Is(err, litestream.ErrNoCompaction) || ctx.Err() != nil {
		return nil
	}
	if damage := s.damage(ctx, client.ReplicaClient, level-1); damage != nil {
		err = damage
	}
	if code := fault.CodeOf(err); code == fault.Contended || code == fault.StoreCorrupt {
		s.leave(client.line)
	}
	return store.Failed(ctx, err, "compact to level %d", level)
}

// Retain removes what is older than the retention and not needed for what is younger.
func (s *Shipper) Retain(ctx context.Context) error {
	c, _, ok := s.compactor()
	if !ok {
		return nil
	}
	// One snapshot must be older than the retention, or the time just before the oldest could not be restored.
	oldest, err := c.EnforceSnapshotRetention(ctx, s.Retention+s.SnapshotInterval)
	if err != nil {
		return store.Failed(ctx, err, "remove old snapshots")
	}
	// Without a snapshot younger than the retention, all that follows the last one is needed.
	for level := 1; oldest > 0 && level < len(litestream.DefaultCompactionLevels); level++ {
		if err := c.EnforceRetentionByTXID(ctx, level, oldest); err != nil {
			return store.Failed(ctx, err, "remove old objects of level %d", level)
		}
	}
	if err := c.EnforceL0Retention(ctx, s.TransactionRetention); err != nil {
		return store.Failed(ctx, err, "remove old transactions")
	}
	return lineage.RemoveOld(ctx, s.Store, time.Now().Add(-s.Retention))
}
