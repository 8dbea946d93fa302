package lineage

import (
	"context"
	"time"

	"github.com/liteset/liteset/app/backup/internal/store"
)

// RemoveOld removes lineages that had ended at the given time: those whose successor is older, and that have got no
// object since.
func RemoveOld(ctx context.Context, s *store.Store, before time.Time) error {
	all, err := List(ctx, s)
	if err != nil {
		return err
	}
	for i := 0; i+1 < len(all) && time.UnixMilli(all[i+1].Created).Before(before); i++ {
		if err := removeIdle(ctx, s, all[i], before); err != nil {
			return err
		}
	}
	return nil
}

// removeIdle leaves a lineage to a second stream that still writes to it.
func removeIdle(ctx context.Context, s *store.Store, info Info, before time.Time) error {
	id := info.ID
	if time.UnixMilli(info.Created).After(before) { // nothing in it is older, whatever the clock said since
		return nil
	}
	place, err := s.At(id.String())
	if err != nil {
		return err
	}
	files, err := Files(ctx, place)
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.CreatedAt.After(before) {
			return nil
		}
	}
	if err := place.DeleteLTXFiles(ctx, files); err != nil { // a few at a time, where DeleteAll takes as long as it takes
		return store.Failed(ctx, err, "remove lineage %s", id)
	}
	if err := place.DeleteAll(ctx); err != nil {
		return store.Failed(ctx, err, "remove lineage %s", id)
	}
	return entries.Remove(ctx, s, uint64(id)) // last, so that a removal that was interrupted is taken up again
}
