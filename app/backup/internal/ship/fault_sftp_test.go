package ship_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/restore"
)

// onWire is a rig whose stream reaches its SFTP server by a wire.
func onWire(t *testing.T, seed uint64) (*rig, *livetest.Wire) {
	t.Helper()
	server, _ := livetest.SFTP(t)
	wire := livetest.NewWire(t, server)
	return onFaulty(t, livetest.SFTPURL(wire.Addr), livetest.SFTPURL(server), seed), wire
}

func TestSurvivesCutConnectionsToAnSFTPServer(t *testing.T) {
	t.Parallel()
	r, wire := onWire(t, 71)
	rnd := rand.New(rand.NewPCG(72, 1))
	r.random(1)
	r.sync()
	shipped := r.db.TXID
	stop := livetest.Run(t, r.cfg)
	for range 40 {
		r.random(5)
		time.Sleep(time.Duration(rnd.IntN(50)) * time.Millisecond) // the moment of the cut
		wire.Cut()
		shipped = r.holds(shipped)
	}
	wire.Refuse(true)
	wire.Cut()
	r.random(5)
	wire.Refuse(false)
	livetest.Newest(t, r.st, r.db.TXID)
	stop()
	r.restores(restore.Options{}, r.db.States[r.db.TXID])
	r.whole()
	_, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First)
}

func TestASilentSFTPServerHoldsNothingUpForLongerThanTheTimeout(t *testing.T) {
	t.Parallel()
	r, wire := onWire(t, 73)
	r.random(3)
	r.sync()
	for _, work := range []func() error{
		func() error { return r.s.Stream.Sync(context.Background()) },
		func() error { return r.s.Keeper.Compact(context.Background(), 1) },
	} {
		r.random(3)
		wire.Block()
		r.failing(true)
		if err := returns(t, work); fault.CodeOf(err) != fault.StoreUnavailable {
			t.Errorf("got %v, want a store that is out of reach", err)
		}
		wire.Unblock()
		r.failing(false)
		wire.Cut() // what a peer does in the end
		livetest.Eventually(t, "the stream goes on", func() bool { return r.s.Stream.Sync(context.Background()) == nil })
		r.restores(restore.Options{}, r.db.States[r.db.TXID])
	}
	_, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First)
}
