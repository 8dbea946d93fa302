// Package lineage keeps apart what must not mix: a lineage is one unbroken history of the database, and has a place of
// its own in the store. An index beside them names all.
package lineage

import (
	"context"
	"fmt"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/index"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// entries is the place that names all lineages.
var entries = index.Place{Name: "lineages", PageSize: 512, Hint: "name the lineage to restore with -lineage; the entry is only its index"}

// ID names a lineage; a later one is greater. It is the Unix time of its creation in milliseconds.
type ID uint64

// String is the place below the store.
func (id ID) String() string { return fmt.Sprintf("%016x", uint64(id)) }

// Parse reads what String wrote.
func Parse(s string) (ID, error) {
	v, err := ltx.ParseTXID(s)
	if err != nil || v == 0 {
		return 0, fault.New(fault.Usage, "%q is not a lineage", s).WithHint("list shows the lineages of a store")
	}
	return ID(v), nil
}

// Reason says why a history could not go on in the lineage before.
type Reason string

const (
	First    Reason = "first"     // the store was empty
	Gap      Reason = "gap"       // LiteFS had removed transactions before they were shipped
	Diverged Reason = "diverged"  // the cluster has another history now: a lossy failover, a new cluster, an import
	Dropped  Reason = "dropped"   // the database was deleted and created again
	PageSize Reason = "page-size" // the database has another page size now
	Corrupt  Reason = "corrupt"   // a transaction file on the volume was damaged
	Foreign  Reason = "foreign"   // the lineage holds what its stream did not write, or lacks what it did
)

// Info is an entry of the index.
type Info struct {
	ID      ID     `json:"-"`
	Reason  Reason `json:"reason"`
	Created int64  `json:"created"` // Unix time in milliseconds
}

// List returns all lineages, oldest first.
func List(ctx context.Context, s *store.Store) ([]Info, error) {
	numbers, err := entries.Numbers(ctx, s)
	if err != nil {
		return nil, err
	}
	var all []Info
	for _, n := range numbers {
		info := Info{ID: ID(n)}
		if err := entries.Get(ctx, s, n, &info); err != nil {
			return nil, err
		}
		all = append(all, info)
	}
	return all, nil
}

// Create adds a lineage that is newer than all others, though no clock may say so.
func Create(ctx context.Context, s *store.Store, after ID, why Reason) (Info, error) {
	now := time.Now().UnixMilli()
	info := Info{ID: max(ID(now), after+1), Reason: why, Created: now}
	if err := entries.Put(ctx, s, uint64(info.ID), now, info); err != nil {
		return Info{}, err
	}
	return info, nil
}
