package ship_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/restore"
	"github.com/liteset/liteset/app/backup/internal/store"
	"github.com/liteset/liteset/app/backup/internal/verify"
)

// onFaulty is a rig that ships by one way, which fails, and restores by another, which does not.
func onFaulty(t *testing.T, ships, restores string, seed uint64) *rig {
	t.Helper()
	r := newRig(t, 512, seed)
	var err error
	if r.cfg.Store, err = store.Open(ships, r.cfg.Log); err != nil {
		t.Fatal(err)
	}
	if r.st, err = store.Open(restores, r.cfg.Log); err != nil {
		t.Fatal(err)
	}
	r.restart()
	return r
}

// soon is how long a store may make no progress while it fails. Before and after that a busy machine has a minute.
const soon = 2 * time.Second

// failing says whether the store fails from now on.
func (r *rig) failing(yes bool) {
	if yes {
		r.cfg.Store.SetTimeout(soon)
	} else {
		r.cfg.Store.SetTimeout(r.cfg.StoreTimeout)
	}
}

// holds checks the oracle: the store restores to a state that the database had, no older than what was acknowledged.
// It returns which.
func (r *rig) holds(acknowledged ltx.TXID) ltx.TXID {
	r.t.Helper()
	if acknowledged == 0 {
		return 0
	}
	got, result, err := r.restore(restore.Options{})
	if err != nil {
		r.t.Fatalf("%s was shipped, and: %v", acknowledged, err)
	}
	txid, err := ltx.ParseTXID(result.TXID)
	if err != nil || txid < acknowledged || !bytes.Equal(got, r.db.States[txid]) {
		r.t.Fatalf("%s was shipped, the store restores to %s, equal: %v", acknowledged, result.TXID, bytes.Equal(got, r.db.States[txid]))
	}
	return txid
}

// whole checks that every object of the newest lineage is in order.
func (r *rig) whole() {
	r.t.Helper()
	_, err := verify.Run(context.Background(), r.st, verify.Options{Scratch: r.t.TempDir(), Log: r.cfg.Log})
	if fault.CodeOf(err) != fault.Integrity { // only SQLite minds that random pages are no database
		r.t.Fatalf("verify says %v", err)
	}
}
