// Package history is what a running stream knows of the lineage that it writes to: where it ends, and what of it this
// stream has shipped. It stands between two goroutines. The stream writes it; the keeper of the store reads it, and says
// when the lineage must be left.
package history

import (
	"context"
	"sync"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
)

// Remembered is how many transactions a History knows the checksums of: the last ones.
const Remembered = 10000

// Unknown is the transaction at the end of a lineage that cannot be read. No database reaches it.
const Unknown = ^ltx.TXID(0) - 1

// Current is where a stream stands. All of it is zero before the first lineage.
type Current struct {
	Lineage lineage.Info
	// Client writes to the lineage's place in the store.
	Client litestream.ReplicaClient
	// Tip is the last transaction in the store.
	Tip lineage.Position
}

// History of one stream. It is safe for concurrent use.
type History struct {
	mu        sync.Mutex
	current   Current
	changed   chan struct{}             // closed at the next change of current
	checksums map[ltx.TXID]ltx.Checksum // after the transactions last shipped, also after those inside a group
	objects   map[object]bool           // of level 0 that are of this history
	since     ltx.TXID                  // what is later was shipped by this stream, and is in checksums and objects
	mustLeave bool                      // the lineage is not this stream's alone
}

// object names one of level 0.
type object struct{ first, last ltx.TXID }

// New returns the history of a stream that has not begun.
func New() *History {
	return &History{changed: make(chan struct{}), checksums: map[ltx.TXID]ltx.Checksum{}, objects: map[object]bool{}}
}

// Current returns where the stream stands.
func (h *History) Current() Current {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.current
}

// Forget drops all that is known, before the store is asked where it ends.
func (h *History) Forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.set(Current{})
	clear(h.checksums)
	clear(h.objects)
}

// Resume goes on with what the store holds.
func (h *History) Resume(c Current) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.set(c)
	h.since = c.Tip.TXID
}

// Begin goes on with a new lineage, which begins at its tip.
func (h *History) Begin(c Current) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.set(c)
	h.checksums[c.Tip.TXID] = c.Tip.Checksum
	h.since, h.mustLeave = c.Tip.TXID, false
	clear(h.objects)
}

// Shipped notes consecutive transactions that were shipped in one object, and moves the tip.
func (h *History) Shipped(group []ltxv1.Info) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, f := range group {
		h.checksums[f.MaxTXID] = f.PostApply
		delete(h.checksums, f.MaxTXID-Remembered)
	}
	last := group[len(group)-1]
	h.objects[object{group[0].MinTXID, last.MaxTXID}] = true
	next := h.current
	next.Tip = lineage.After(last)
	h.set(next)
	if last.MaxTXID > Remembered && last.MaxTXID-Remembered > h.since {
		h.forgetObjects(last.MaxTXID - Remembered)
	}
}

// forgetObjects drops those up to a transaction. The caller has the lock.
func (h *History) forgetObjects(until ltx.TXID) {
	h.since = until
	for o := range h.objects {
		if o.last <= until {
			delete(h.objects, o)
		}
	}
}

// set changes where the stream stands, and wakes up who waits for that. The caller has the lock.
func (h *History) set(c Current) {
	h.current = c
	close(h.changed)
	h.changed = make(chan struct{})
}

// Await waits until a transaction is in a lineage, and returns the checksum with which this stream has shipped it. It
// returns false if the stream has gone on with another lineage, if it did not ship the transaction, or not lately, and
// if the context ends.
func (h *History) Await(ctx context.Context, id lineage.ID, txid ltx.TXID) (ltx.Checksum, bool) {
	for {
		h.mu.Lock()
		now, changed := h.current, h.changed
		sum, known := h.checksums[txid]
		h.mu.Unlock()
		switch now.Lineage.ID {
		case 0: // the store is being asked
		case id:
			if now.Tip.TXID >= txid {
				return sum, known
			}
		default:
			return 0, false
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return 0, false
		}
	}
}
