// Package lineage keeps apart what must not mix: a lineage is one unbroken history of the database, and has a place of
// its own in the store. An index beside them names all. Both are written with Litestream's clients only.
package lineage

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"
	"liteset/backup/fault"
	"liteset/backup/ltxv3"
	"liteset/backup/store"
)

// index is the place that names all lineages.
const index = "lineages"

// indexPage is the page size of an index entry, which is an LTX file only because the clients write nothing else.
const indexPage = 512

// ID names a lineage; a later one is greater. It is the Unix time of its creation in milliseconds.
type ID uint64

// String is the place below the store.
func (id ID) String() string { return fmt.Sprintf("%016x", uint64(id)) }

// Parse reads what String wrote.
func Parse(s string) (ID, error) {
	v, err := ltx.ParseTXID(s)
	if err != nil || v == 0 {
		return 0, fault.New(fault.Usage, "list shows the lineages of a store", "%q is not a lineage", s)
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
	c, err := s.At(index)
	if err != nil {
		return nil, err
	}
	files, err := litestream.FindLTXFiles(ctx, c, 0, false, func(*ltx.FileInfo) (bool, error) { return true, nil })
	if err != nil {
		return nil, store.Failed(ctx, err, "list the lineages in %s", s)
	}
	var all []Info
	for _, f := range files {
		info, err := read(ctx, c, f)
		if err != nil {
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
	page, err := json.Marshal(info)
	if err != nil {
		return info, err
	}
	c, err := s.At(index)
	if err != nil {
		return info, err
	}
	id := ltx.TXID(info.ID)
	pr, pw := io.Pipe()
	go func() {
		h := ltxv3.Header(indexPage, 1, id, id, now, 0)
		pw.CloseWithError(ltxv3.Encode(pw, h, func(emit func(uint32, []byte) error) error {
			return emit(1, append(page, make([]byte, indexPage-len(page))...))
		}))
	}()
	_, err = c.WriteLTXFile(ctx, 0, id, id, pr)
	pr.CloseWithError(err)
	return info, store.Failed(ctx, err, "create a lineage in %s", s)
}

func read(ctx context.Context, c litestream.ReplicaClient, f *ltx.FileInfo) (Info, error) {
	damaged := func(err error) error {
		return fault.Wrap(err, fault.StoreCorrupt, "name the lineage to restore with -lineage; the entry is only its index", "index entry of lineage %s", ID(f.MinTXID))
	}
	rd, err := c.OpenLTXFile(ctx, 0, f.MinTXID, f.MaxTXID, 0, 0)
	if err != nil {
		return Info{}, store.Failed(ctx, err, "read the index of lineages")
	}
	defer rd.Close()
	raw, err := io.ReadAll(io.LimitReader(rd, 1<<20))
	if err != nil {
		return Info{}, store.Failed(ctx, err, "read the index of lineages")
	}
	page, err := ltxv3.SinglePage(raw, f.MinTXID, indexPage)
	if err != nil {
		return Info{}, damaged(err)
	}
	info := Info{ID: ID(f.MinTXID)}
	if err := json.Unmarshal(page, &info); err != nil {
		return Info{}, damaged(err)
	}
	return info, nil
}
