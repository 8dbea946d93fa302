package ship_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/restore"
	"github.com/liteset/liteset/app/backup/internal/store"
	"github.com/liteset/liteset/app/backup/internal/verify"
)

// onTarget ships, compacts, restores, diverges and verifies on a store.
func onTarget(t *testing.T, url string) {
	t.Helper()
	r := newRig(t, 4096, 41)
	var err error
	if r.st, err = store.Open(url, r.cfg.Log); err != nil {
		t.Fatal(err)
	}
	r.cfg.Store = r.st
	ctx := context.Background()
	for round := range 3 {
		r.random(3)
		r.restart()
		r.sync()
		for level := 1; level <= round; level++ {
			if err := r.s.Keeper.Compact(ctx, level); err != nil {
				t.Fatal(err)
			}
		}
	}
	for txid, state := range r.db.States {
		r.restores(restore.Options{TXID: txid}, state)
	}
	middle := r.db.Clock.Add(-4 * time.Millisecond) // before the fourth from the end
	r.restores(restore.Options{Timestamp: middle}, r.db.States[r.db.TXID-4])
	r.db.Rewind(r.db.TXID - 1)
	r.random(3)
	r.sync()
	r.restores(restore.Options{}, r.db.States[r.db.TXID])
	_, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First, lineage.Diverged)
	if err := r.s.Keeper.Retain(ctx); err != nil {
		t.Fatal(err)
	}
	_, err = verify.Run(ctx, r.st, verify.Options{Scratch: t.TempDir(), Log: r.cfg.Log})
	if err == nil {
		t.Fatal("random pages are no SQLite database, and verify did not say so")
	}
}

func TestShipsToSFTP(t *testing.T) {
	addr, dir := livetest.SFTP(t)
	onTarget(t, livetest.SFTPURL(addr))
	if _, err := os.Stat(filepath.Join(dir, "store", "lineages")); err != nil {
		t.Fatal(err)
	}
}

func TestShipsToS3(t *testing.T) { onTarget(t, livetest.S3URL(livetest.S3(t), "invoices")) }
