package ship

import (
	"context"
	"os"
	"path/filepath"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
	"github.com/liteset/liteset/app/backup/internal/ltxv3"
	"github.com/liteset/liteset/app/backup/internal/restore"
)

// Litestream's clients cannot write "only if nobody else has": two streams that are active at once on one URL, in spite
// of the election, write to one lineage. While they ship the same history, that does no harm: objects overlap, and what
// they share is the same. Two histories must part. So before anything is merged, every object that came since the stream
// began is held against what it shipped, by LiteFS's checksum; at the first that differs it begins a lineage of its own.

// span names an object of level 0.
type span struct{ min, max ltx.TXID }

// remember notes what was shipped, each transaction of a group, too.
func (s *Shipper) remember(group []ltxv1.Info) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range group {
		s.recent[f.MaxTXID] = f.PostApply
		delete(s.recent, f.MaxTXID-maxRound)
	}
	last := group[len(group)-1].MaxTXID
	s.known[span{group[0].MinTXID, last}] = true
	if last <= maxRound || last-maxRound <= s.since {
		return
	}
	s.since = last - maxRound
	for k := range s.known {
		if k.max <= s.since {
			delete(s.known, k)
		}
	}
}

// settle notes the position that a lineage begins with.
func (s *Shipper) settle(at lineage.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recent[at.TXID] = at.Checksum
	s.since, s.foreign = at.TXID, false
	clear(s.known)
}

// leave makes the next Sync begin a lineage, unless it has left the given one already.
func (s *Shipper) leave(id lineage.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.foreign = s.foreign || s.line.ID == id
}

// left reports whether the lineage must be left.
func (s *Shipper) left() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.foreign
}

// shippedAny reports whether this stream has written objects to level 0 of its lineage.
func (s *Shipper) shippedAny() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.known) > 0
}

// own fails if an object's end is a transaction of another history than was shipped.
func (s *Shipper) own(h ltx.Header) error {
	s.mu.Lock()
	want, ok := s.recent[h.MaxTXID]
	s.mu.Unlock()
	if got, proved := ltxv3.Proof(h); ok && (!proved || got != want) {
		return fault.New(fault.Contended, "%s has checksum %s in the store, %s was shipped", ltx.FormatFilename(h.MinTXID, h.MaxTXID), got, want).WithHint("another stream writes to this URL: give each cluster its own; this stream begins a new lineage")
	}
	return nil
}

// inspect looks at the objects of level 0 that this stream did not write.
func (s *Shipper) inspect(ctx context.Context, c litestream.ReplicaClient, files []*ltx.FileInfo) error {
	for _, f := range files {
		k := span{f.MinTXID, f.MaxTXID}
		s.mu.Lock()
		_, shipped := s.recent[f.MaxTXID]
		skip := f.MaxTXID <= s.since || s.known[k] || !shipped // what is ahead of this stream can be judged later
		s.mu.Unlock()
		if skip {
			continue
		}
		h, err := lineage.Header(ctx, c, f)
		if err != nil {
			return err
		}
		if err := s.own(h); err != nil {
			return err
		}
		s.Log.Warn("another stream has shipped the same transactions", "object", ltx.FormatFilename(f.MinTXID, f.MaxTXID))
		s.mu.Lock()
		s.known[k] = true
		s.mu.Unlock()
	}
	return nil
}

// damage finds out whether the store has lost or altered objects of a level, as opposed to not answering. Two processes
// that write one file at once can do that.
func (s *Shipper) damage(ctx context.Context, c litestream.ReplicaClient, level int) error {
	files, err := lineage.Files(ctx, c)
	if err != nil {
		return nil // no answer, as it seems
	}
	copied := filepath.Join(s.Database.Scratch, "damaged")
	defer os.Remove(copied)
	for _, f := range files {
		if f.Level != level {
			continue
		}
		err := restore.CheckObject(ctx, c, f, copied)
		if code := fault.CodeOf(err); code == fault.StoreCorrupt {
			return err
		} else if err != nil {
			return nil
		}
	}
	return nil
}
