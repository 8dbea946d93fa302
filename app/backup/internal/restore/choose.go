package restore

import (
	"context"
	"time"

	"github.com/benbjohnson/litestream"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// choose finds the lineage to restore from: the one that is named; or the newest that is not empty; or, for a time,
// the newest that had begun then.
func choose(ctx context.Context, s *store.Store, o Options) (lineage.ID, litestream.ReplicaClient, error) {
	if o.Lineage != 0 {
		c, err := s.At(o.Lineage.String())
		return o.Lineage, c, err
	}
	all, err := lineage.List(ctx, s)
	if err != nil {
		return 0, nil, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		c, err := s.At(all[i].ID.String())
		if err != nil {
			return 0, nil, err
		}
		sum, err := lineage.Summarize(ctx, s, all[i])
		if err != nil {
			return 0, nil, err
		}
		if sum.Objects > 0 && sum.Last == "" { // not to be passed over for an older one
			return 0, nil, fault.New(fault.StoreCorrupt, "lineage %s has lost the snapshot that it began with", all[i].ID).
				WithHint("name another lineage; list shows them")
		}
		if sum.Last == "" || !o.Timestamp.IsZero() && !sum.From.Before(o.Timestamp) {
			continue
		}
		return all[i].ID, c, nil
	}
	if len(all) > 0 && !o.Timestamp.IsZero() {
		return 0, nil, fault.New(fault.NoBackup, "nothing in %s is older than %s", s, o.Timestamp.Format(time.RFC3339Nano)).
			WithHint("list shows what each lineage holds")
	}
	return 0, nil, fault.New(fault.NoBackup, "there is no backup in %s", s).WithHint("check the URL")
}
