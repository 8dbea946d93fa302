// Package index keeps small facts about a backup in the store itself, beside the lineages. Litestream's clients write
// nothing but LTX files, so each fact is one: a single page that holds JSON.
package index

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/ltxv3"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// Place holds facts of one kind. A fact's number is its name; they are listed in ascending order.
type Place struct {
	// Name is the place below the store.
	Name string
	// PageSize is the most that a fact's JSON can have, in bytes.
	PageSize uint32
	// Hint says what to do about a fact that is damaged.
	Hint string
}

// Numbers lists the facts without reading them.
func (p Place) Numbers(ctx context.Context, s *store.Store) ([]uint64, error) {
	c, err := s.At(p.Name)
	if err != nil {
		return nil, err
	}
	files, err := litestream.FindLTXFiles(ctx, c, 0, false, func(*ltx.FileInfo) (bool, error) { return true, nil })
	if err != nil {
		return nil, store.Failed(ctx, err, "list the %s in %s", p.Name, s)
	}
	if len(files) == 0 {
		return nil, p.believe(ctx, c, s)
	}
	var all []uint64
	for _, f := range files {
		all = append(all, uint64(f.MinTXID))
	}
	return all, nil
}

// believe fails if what says that the place is empty is no store: a proxy or a portal that answers each request alike has
// even what nobody has written.
func (p Place) believe(ctx context.Context, c litestream.ReplicaClient, s *store.Store) error {
	const nobodys = ltx.TXID(1) << 63
	rd, err := c.OpenLTXFile(ctx, 0, nobodys, nobodys, 0, 0)
	if err != nil {
		return ctx.Err() // as it should be: it is not there
	}
	_ = rd.Close()
	return fault.New(fault.StoreUnavailable, "what answers for %s is no store: it has an object that nobody wrote", s).
		WithHint("check the URL, and what is between: a proxy, a portal")
}

// Put writes a fact. ms is when it became one, Unix time in milliseconds.
func (p Place) Put(ctx context.Context, s *store.Store, number uint64, ms int64, fact any) error {
	page, err := json.Marshal(fact)
	if err != nil {
		return fmt.Errorf("encode an entry of the %s: %w", p.Name, err)
	}
	if len(page) > int(p.PageSize) {
		return fmt.Errorf("an entry of the %s: %d bytes do not fit into a page of %d", p.Name, len(page), p.PageSize)
	}
	c, err := s.At(p.Name)
	if err != nil {
		return err
	}
	id := ltx.TXID(number)
	_, err = store.Write(ctx, c, 0, id, id, func(w io.Writer) error {
		h := ltxv3.Header(p.PageSize, 1, id, id, ms, 0)
		return ltxv3.Encode(w, h, func(emit func(uint32, []byte) error) error {
			return emit(1, append(page, make([]byte, int(p.PageSize)-len(page))...))
		})
	})
	return store.Failed(ctx, err, "write to the %s in %s", p.Name, s)
}

// Get reads a fact.
func (p Place) Get(ctx context.Context, s *store.Store, number uint64, fact any) error {
	c, err := s.At(p.Name)
	if err != nil {
		return err
	}
	id := ltx.TXID(number)
	rd, err := c.OpenLTXFile(ctx, 0, id, id, 0, 0)
	if err != nil {
		return store.Failed(ctx, err, "read the %s in %s", p.Name, s)
	}
	defer rd.Close()
	raw, err := io.ReadAll(io.LimitReader(rd, 1<<20))
	if err != nil {
		return store.Failed(ctx, err, "read the %s in %s", p.Name, s)
	}
	page, err := ltxv3.SinglePage(raw, id, p.PageSize)
	if err == nil {
		err = json.Unmarshal(page, fact)
	}
	if err != nil {
		return fault.Wrap(err, fault.StoreCorrupt, "entry %s of the %s", id, p.Name).WithHint(p.Hint)
	}
	return nil
}

// Remove removes facts.
func (p Place) Remove(ctx context.Context, s *store.Store, numbers ...uint64) error {
	c, err := s.At(p.Name)
	if err != nil {
		return err
	}
	var files []*ltx.FileInfo
	for _, n := range numbers {
		files = append(files, &ltx.FileInfo{MinTXID: ltx.TXID(n), MaxTXID: ltx.TXID(n)})
	}
	return store.Failed(ctx, c.DeleteLTXFiles(ctx, files), "remove from the %s in %s", p.Name, s)
}
