package history

import (
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ltxv3"
)

// Litestream's clients cannot write "only if nobody else has": two streams that are active at once on one URL, in spite
// of the election, write to one lineage. While they ship the same history, that does no harm: objects overlap, and what
// they share is the same. Two histories must part. So before anything is merged, every object that came since the stream
// began is held against what it shipped, by LiteFS's checksum; at the first that differs it begins a lineage of its own.

// ShippedAny reports whether this stream has written objects to level 0 of its lineage.
func (h *History) ShippedAny() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.objects) > 0
}

// Unjudged reports whether an object of level 0 was written by another stream and is still to be held against what this
// one has shipped. What is ahead of this stream is not: it can be judged later.
func (h *History) Unjudged(f *ltx.FileInfo) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, shipped := h.checksums[f.MaxTXID]
	return shipped && f.MaxTXID > h.since && !h.objects[object{f.MinTXID, f.MaxTXID}]
}

// Accept notes that another stream's object is of this history.
func (h *History) Accept(f *ltx.FileInfo) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.objects[object{f.MinTXID, f.MaxTXID}] = true
}

// Contradicts returns a fault if an object with this header ends with a transaction of another history than was shipped.
func (h *History) Contradicts(header ltx.Header) error {
	h.mu.Lock()
	want, shipped := h.checksums[header.MaxTXID]
	h.mu.Unlock()
	if got, proved := ltxv3.Proof(header); shipped && (!proved || got != want) {
		return fault.New(fault.Contended, "%s has checksum %s in the store, %s was shipped", ltx.FormatFilename(header.MinTXID, header.MaxTXID), got, want).
			WithHint("another stream writes to this URL: give each cluster its own; this stream begins a new lineage")
	}
	return nil
}

// Leave makes the stream begin another lineage, unless it has left the given one already.
func (h *History) Leave(id lineage.ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.mustLeave = h.mustLeave || h.current.Lineage.ID == id
}

// MustLeave reports whether the stream must begin another lineage.
func (h *History) MustLeave() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.mustLeave
}
