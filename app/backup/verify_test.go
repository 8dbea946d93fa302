package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liteset/liteset/app/backup/internal/kube/kubetest"
	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/ship"
	"github.com/liteset/liteset/app/backup/internal/verify"
)

// verifiable is a store with a real database, to which more statements were added, and its directory.
func verifiable(t *testing.T, more ...string) (ship.Config, string) {
	t.Helper()
	n := livetest.Start(t, livetest.Options{})
	dir := filepath.Join(t.TempDir(), "store")
	cfg := livetest.Config(t, n, "a.db", "file://"+dir)
	db := livetest.Open(t, filepath.Join(n.Mount, "a.db"))
	livetest.Exec(t, db, "CREATE TABLE t (x)", "INSERT INTO t VALUES (randomblob(900))", "INSERT INTO t VALUES (randomblob(900))")
	livetest.Exec(t, db, more...)
	stop := livetest.Run(t, cfg)
	livetest.Newest(t, cfg.Store, n.Pos(t, "a.db").TXID)
	stop()
	return cfg, dir
}

// do runs the program.
func do(t *testing.T, want int, args ...string) []byte {
	t.Helper()
	var out, diag bytes.Buffer
	if code := run(context.Background(), args, &out, &diag); code != want {
		t.Fatalf("%v: exit code %d, want %d\n%s", args, code, want, diag.String())
	}
	return out.Bytes()
}

func TestAVerificationIsRecordedInTheStoreAsAnEventAndInTheMetrics(t *testing.T) {
	server := kubetest.Start(t)
	server.Setenv()
	cfg, dir := verifiable(t)
	command := []string{"verify", "-url", "file://" + dir, "-scratch", t.TempDir(), "-record", "-event", server.Namespace + "/StatefulSet/liteset", "-kube-credentials", server.Pod}
	do(t, 0, command...)
	objects, err := filepath.Glob(filepath.Join(dir, "0*", "ltx", "0", "*.ltx"))
	if err != nil || len(objects) == 0 {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(objects[0])
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/2] ^= 1
	if err := os.WriteFile(objects[0], raw, 0o644); err != nil {
		t.Fatal(err)
	}
	do(t, 1, command...)

	var listed struct {
		Verifications []verify.Record
		Lineages      []struct{ LastTxid string }
	}
	if err := json.Unmarshal(do(t, 0, "list", "-url", "file://"+dir), &listed); err != nil {
		t.Fatal(err)
	}
	if v := listed.Verifications; len(v) != 2 || v[0].OK || v[0].Code != "store-corrupt" || !v[1].OK || v[1].TXID != listed.Lineages[0].LastTxid {
		t.Errorf("list shows %+v", v)
	}
	events := server.Events()
	if len(events) != 2 || events[0].Type+events[0].Reason+events[1].Type+events[1].Reason != "NormalBackupVerifiedWarningBackupVerifyFailed" &&
		events[0].Type+events[0].Reason+events[1].Type+events[1].Reason != "WarningBackupVerifyFailedNormalBackupVerified" {
		t.Errorf("events %+v", events)
	}
	if err := ship.New(cfg).Keeper.ReportVerified(context.Background()); err != nil {
		t.Fatal(err)
	}
	res := httptest.NewRecorder()
	cfg.Metrics.Handler().ServeHTTP(res, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{"liteset_backup_verify_failed 1", "liteset_backup_verified_txid 3", "liteset_backup_verified_timestamp_seconds"} {
		if !strings.Contains(res.Body.String(), want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
}

// As an import accepts it, with a note.
func TestAVerificationNotesBrokenReferencesAndSucceeds(t *testing.T) {
	server := kubetest.Start(t)
	server.Setenv()
	_, dir := verifiable(t, "CREATE TABLE parent (id INTEGER PRIMARY KEY)", "CREATE TABLE child (y REFERENCES parent)", "INSERT INTO child VALUES (1), (2)")
	do(t, 0, "verify", "-url", "file://"+dir, "-scratch", t.TempDir(), "-record", "-event", server.Namespace+"/StatefulSet/liteset", "-kube-credentials", server.Pod)
	const want = "2 broken references from child to parent"
	if list := string(do(t, 0, "list", "-url", "file://"+dir)); !strings.Contains(list, want) {
		t.Errorf("list shows %s", list)
	}
	if events := server.Events(); len(events) != 1 || events[0].Reason != "BackupVerified" || !strings.Contains(events[0].Message, want) {
		t.Errorf("events %+v", events)
	}
}

// A clock that was ahead for a while must not hide what is found after it.
func TestTheLastVerificationIsTheNewestWhateverTheClockSays(t *testing.T) {
	cfg := livetest.Config(t, &livetest.Node{}, "a.db", "")
	for _, ahead := range []time.Duration{0, 365 * 24 * time.Hour, time.Hour} {
		if err := verify.Keep(t.Context(), cfg.Store, verify.NewRecord(time.Now().Add(ahead), verify.Result{Objects: int(ahead)}, nil)); err != nil {
			t.Fatal(err)
		}
	}
	err := verify.History(t.Context(), cfg.Store, func(rec verify.Record) bool {
		if rec.Objects != int(time.Hour) {
			t.Errorf("the newest record is %+v", rec)
		}
		return false
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOnlyTheLastVerificationsAreKept(t *testing.T) {
	cfg := livetest.Config(t, &livetest.Node{}, "a.db", "")
	ctx := context.Background()
	began := time.Now()
	for i := range verify.Kept + 3 {
		if err := verify.Keep(ctx, cfg.Store, verify.NewRecord(began.Add(time.Duration(i)*time.Second), verify.Result{}, nil)); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	if err := verify.History(ctx, cfg.Store, func(verify.Record) bool { n++; return true }); err != nil || n != verify.Kept {
		t.Errorf("%d records, %v", n, err)
	}
}

func TestADatabaseGoesToStdoutOnlyIfAllOfItIsRight(t *testing.T) {
	_, dir := verifiable(t)
	out := filepath.Join(t.TempDir(), "out.db")
	do(t, 0, "restore", "-url", "file://"+dir, "-o", out)
	want, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if got := do(t, 0, "restore", "-url", "file://"+dir, "-o", "-", "-scratch", t.TempDir()); !bytes.Equal(got, want) {
		t.Errorf("%d bytes on stdout, want %d", len(got), len(want))
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if got := do(t, 1, "restore", "-url", "file://"+dir, "-o", "-", "-scratch", t.TempDir()); len(got) > 0 {
		t.Errorf("%d bytes on stdout after a fault", len(got))
	}
}
