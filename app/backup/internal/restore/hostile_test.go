package restore_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/ltxtest"
	"github.com/liteset/liteset/app/backup/internal/ltxv3"
	"github.com/liteset/liteset/app/backup/internal/metrics"
	"github.com/liteset/liteset/app/backup/internal/restore"
	"github.com/liteset/liteset/app/backup/internal/ship"
	"github.com/liteset/liteset/app/backup/internal/snapshot"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// mostMemory is far more than one page, and far less than what the objects below ask for.
const mostMemory = 16 << 20

// hostile is a store that somebody else can write to.
type hostile struct {
	t      *testing.T
	db     *ltxtest.DB
	st     *store.Store
	dir    string // of level 0 of its lineage
	output string // of restores
}

func newHostile(t *testing.T) *hostile {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	dir := filepath.Join(t.TempDir(), "store")
	st, err := store.Open("file://"+dir, log)
	if err != nil {
		t.Fatal(err)
	}
	db := ltxtest.New(t, 512, 71)
	for range 8 {
		db.Random()
	}
	s := ship.New(ship.Config{
		Database: snapshot.Config{Dir: db.Dir, Name: "test.db", Scratch: t.TempDir()}, Store: st, RestorePoints: 100,
		StoreTimeout: ship.DefaultStoreTimeout, Log: log, Metrics: metrics.New(),
	})
	if err := s.Stream.Sync(context.Background()); err != nil {
		t.Fatal(err)
	}
	levels, err := filepath.Glob(filepath.Join(dir, "0*", "ltx", "0"))
	if err != nil || len(levels) != 1 {
		t.Fatal(levels, err)
	}
	return &hostile{t, db, st, levels[0], filepath.Join(t.TempDir(), "out", "database")}
}

// path is where the object of one transaction is.
func (h *hostile) path(txid ltx.TXID) string {
	return filepath.Join(h.dir, ltx.FormatFilename(txid, txid))
}

// restores restores, and fails the test if that takes memory without bound or leaves anything behind.
func (h *hostile) restores() (got []byte, err error) {
	h.t.Helper()
	if err := os.MkdirAll(filepath.Dir(h.output), 0o755); err != nil {
		h.t.Fatal(err)
	}
	defer os.RemoveAll(filepath.Dir(h.output))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = restore.Run(context.Background(), h.st, restore.Options{Output: h.output, Log: slog.New(slog.DiscardHandler)})
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > mostMemory {
		h.t.Errorf("the restore allocated %d MiB (%v)", took>>20, err)
	}
	left, readErr := os.ReadDir(filepath.Dir(h.output))
	if readErr != nil {
		h.t.Fatal(readErr)
	}
	if err != nil {
		if len(left) > 0 {
			h.t.Errorf("a restore that failed left %v (%v)", left, err)
		}
		return nil, err
	}
	if len(left) != 1 {
		h.t.Errorf("a restore left %v", left)
	}
	got, readErr = os.ReadFile(h.output)
	if readErr != nil {
		h.t.Fatal(readErr)
	}
	return got, nil
}

// encode writes an object with any header that the format allows, and as many pages.
func encode(t *testing.T, h ltx.Header, pages uint32, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	err := ltxv3.Encode(&out, h, func(emit func(uint32, []byte) error) error {
		for pgno := uint32(1); pgno <= pages; pgno++ {
			if err := emit(pgno, data); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAnObjectCannotMakeARestoreTakeMemoryOrDiskWithoutBound(t *testing.T) {
	const last = 8
	proof := ltx.ChecksumFlag | 1
	header := func(commit uint32) ltx.Header { return ltxv3.Header(512, commit, last, last, 1, proof) }
	page := make([]byte, 512)
	for name, c := range map[string]struct {
		object []byte
		longer int64 // than the object: what follows are zeros
		code   fault.Code
	}{
		"much behind the pages":   {encode(t, header(9), 3, page), 1 << 30, fault.StoreCorrupt},
		"very many pages":         {encode(t, header(60000), 60000, page), 0, fault.Mismatch},
		"a database of terabytes": {encode(t, header(1<<32-1), 3, page), 0, fault.NoRoom},
		"a database with holes":   {encode(t, header(100000), 3, page), 0, fault.StoreCorrupt},
		"other pages":             {encode(t, ltxv3.Header(65536, 9, last, last, 1, proof), 3, make([]byte, 65536)), 0, fault.StoreCorrupt},
		"another transaction":     {encode(t, ltxv3.Header(512, 9, 1, last, 1, proof), 9, page), 0, fault.StoreCorrupt},
		"no proof":                {encode(t, ltxv3.Header(512, 9, last, last, 1, 0), 3, page), 0, fault.StoreCorrupt},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHostile(t)
			if err := os.WriteFile(h.path(last), c.object, 0o644); err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(h.path(last), int64(len(c.object))+c.longer); err != nil {
				t.Fatal(err)
			}
			if _, err := h.restores(); fault.CodeOf(err) != c.code {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

func TestARestoreSaysHowMuchRoomItNeeds(t *testing.T) {
	h := newHostile(t)
	_, err := restore.Run(context.Background(), h.st, restore.Options{Output: filepath.Join(t.TempDir(), "o"), Most: 600, Log: slog.New(slog.DiscardHandler)})
	if fault.CodeOf(err) != fault.NoRoom {
		t.Errorf("got %v, want %s", err, fault.NoRoom)
	}
}

// TestNoObjectMakesARestoreGiveWhatTheClusterNeverHad changes a store as somebody would who knows the format: objects that
// are whole, with right checksums, under any name.
func TestNoObjectMakesARestoreGiveWhatTheClusterNeverHad(t *testing.T) {
	rounds := 300
	if livetest.Long() {
		rounds = 10000
	}
	h := newHostile(t)
	rnd := rand.New(rand.NewPCG(72, 1))
	codes := map[fault.Code]int{}
	for i := range rounds {
		undo := h.mutate(rnd)
		got, err := h.restores()
		switch code := fault.CodeOf(err); {
		case err != nil && code == "":
			t.Fatalf("round %d: the restore says only %v", i, err)
		case err == nil && !h.isState(got):
			t.Fatalf("round %d: the restore gave what the database never was", i)
		default:
			codes[code]++
		}
		undo()
	}
	if got, err := h.restores(); err != nil || !bytes.Equal(got, h.db.States[h.db.TXID]) {
		t.Fatalf("the store is not as it was: %v", err)
	}
	t.Logf("%d rounds: %v", rounds, codes)
}

func (h *hostile) isState(got []byte) bool {
	for _, state := range h.db.States {
		if bytes.Equal(state, got) {
			return true
		}
	}
	return false
}

// mutate adds or replaces one object, and returns what undoes that.
func (h *hostile) mutate(rnd *rand.Rand) (undo func()) {
	sizes := []uint32{512, 512, 512, 4096, 65536}
	commits := []uint32{1, 9, 40, 1 << 20, 1<<32 - 1}
	first := ltx.TXID(1 + rnd.IntN(12))
	last := first + ltx.TXID(rnd.IntN(4))
	if rnd.IntN(8) == 0 {
		last = ^ltx.TXID(0) - ltx.TXID(rnd.IntN(3))
	}
	size, commit := sizes[rnd.IntN(len(sizes))], commits[rnd.IntN(len(commits))]
	header := ltxv3.Header(size, commit, first, last, rnd.Int64(), ltx.ChecksumFlag|ltx.Checksum(rnd.Uint64()))
	data := make([]byte, size)
	for i := range data[:rnd.IntN(int(size))] {
		data[i] = byte(rnd.Uint32())
	}
	pages := min(commit, uint32(rnd.IntN(50)))
	if first == 1 {
		pages = min(commit, 2000) // a snapshot has all; the format's own encoder does not see to that
	}
	raw := encode(h.t, header, pages, data)
	for range rnd.IntN(3) {
		switch at := rnd.IntN(len(raw)); rnd.IntN(3) {
		case 0:
			raw[at] ^= 1 << rnd.IntN(8)
		case 1:
			raw = append(raw[:at:at], append(make([]byte, rnd.IntN(5000)), raw[at:]...)...)
		case 2:
			raw = raw[:max(at, 1)]
		}
	}
	level := filepath.Join(filepath.Dir(h.dir), []string{"0", "0", "1", "2", "9"}[rnd.IntN(5)])
	if err := os.MkdirAll(level, 0o755); err != nil {
		h.t.Fatal(err)
	}
	path := filepath.Join(level, ltx.FormatFilename(first, last))
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(path, raw, 0o644); err != nil {
		h.t.Fatal(err)
	}
	return func() {
		if old == nil {
			err = os.Remove(path)
		} else {
			err = os.WriteFile(path, old, 0o644)
		}
		if err != nil {
			h.t.Fatal(err)
		}
	}
}
