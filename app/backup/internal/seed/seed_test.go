package seed_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/ltxtest"
	"github.com/liteset/liteset/app/backup/internal/metrics"
	"github.com/liteset/liteset/app/backup/internal/seed"
	"github.com/liteset/liteset/app/backup/internal/ship"
	"github.com/liteset/liteset/app/backup/internal/snapshot"
	"github.com/liteset/liteset/app/backup/internal/store"
)

var quiet = slog.New(slog.DiscardHandler)

// backup makes a store with ten transactions and returns its directory.
func backup(t *testing.T) string {
	t.Helper()
	db := ltxtest.New(t, 512, 1)
	for range 10 {
		db.Random()
	}
	return streamed(t, db)
}

// streamed makes a store with a database and returns its directory.
func streamed(t *testing.T, db *ltxtest.DB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "store")
	s := ship.New(ship.Config{
		Database: snapshot.Config{Dir: db.Dir, Name: "test.db", Scratch: t.TempDir()}, Store: open(t, dir), RestorePoints: 100,
		StoreTimeout: ship.DefaultStoreTimeout, Log: quiet, Metrics: metrics.New(),
	})
	if err := s.Stream.Sync(context.Background()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t *testing.T, dir string) *store.Store {
	t.Helper()
	st, err := store.Open("file://"+dir, quiet)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// objects returns the files of the newest lineage.
func objects(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "0*", "ltx", "*", "*.ltx"))
	if err != nil || len(paths) < 10 {
		t.Fatalf("%d objects, %v", len(paths), err)
	}
	return paths
}

func TestAVolumeStaysEmptyIfTheBackupIsNotWhole(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(t *testing.T, dir string) error
		start  bool
		want   fault.Code
	}{
		{"no backup at all", func(_ *testing.T, dir string) error { return os.RemoveAll(dir) }, false, fault.NoBackup},
		{"a store that cannot be read", func(_ *testing.T, dir string) error {
			return unreadable(dir)
		}, true, fault.StoreUnavailable},
		{"an index without objects", func(t *testing.T, dir string) error {
			return os.RemoveAll(filepath.Dir(filepath.Dir(filepath.Dir(objects(t, dir)[0]))))
		}, true, fault.NoBackup},
		{"a missing object", func(t *testing.T, dir string) error { return os.Remove(objects(t, dir)[4]) }, true, fault.StoreCorrupt},
		{"a truncated object", func(t *testing.T, dir string) error { return os.Truncate(objects(t, dir)[4], 200) }, true, fault.StoreCorrupt},
		{"a flipped bit", func(t *testing.T, dir string) error { return flip(objects(t, dir)[4]) }, true, fault.StoreCorrupt},
		{"pages that are not SQLite's", func(*testing.T, string) error { return nil }, true, fault.Integrity},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, data := backup(t), t.TempDir()
			if err := c.damage(t, dir); err != nil {
				t.Fatal(err)
			}
			result, err := seed.Run(context.Background(), open(t, dir), seed.Options{Data: data, Database: "test.db", StartEmpty: c.start, Log: quiet})
			if fault.CodeOf(err) != c.want {
				t.Errorf("got %+v, %v; want %s", result, err, c.want)
			}
			t.Log(err)
			empty(t, data)
		})
	}
}

func TestAClusterMayStartEmptyOnlyIfTheStoreIs(t *testing.T) {
	data := t.TempDir()
	o := seed.Options{Data: data, Database: "test.db", StartEmpty: true, Log: quiet}
	result, err := seed.Run(context.Background(), open(t, filepath.Join(t.TempDir(), "none")), o)
	if err != nil || result.Seeded || result.Why != seed.NoStore {
		t.Errorf("got %+v, %v", result, err)
	}
	empty(t, data)
}

func TestAVolumeWithDataIsNotTouchedAndTheStoreNotEvenAsked(t *testing.T) {
	for _, file := range []string{"database", "wal", "ltx/0000000000000001-0000000000000001.ltx"} {
		data := t.TempDir()
		path := filepath.Join(data, "dbs", "test.db", file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("precious"), 0o644); err != nil {
			t.Fatal(err)
		}
		dir := backup(t)
		if err := unreadable(dir); err != nil {
			t.Fatal(err)
		}
		result, err := seed.Run(context.Background(), open(t, dir), seed.Options{Data: data, Database: "test.db", Log: quiet})
		if raw, _ := os.ReadFile(path); err != nil || result.Why != seed.HasData || string(raw) != "precious" {
			t.Errorf("%s: %+v, %v, content %q", file, result, err, raw)
		}
	}
}

// unreadable puts a file where the store's index was.
func unreadable(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.WriteFile(dir, nil, 0o644)
}

func flip(path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	raw[len(raw)/2] ^= 1
	return os.WriteFile(path, raw, 0o644)
}

func empty(t *testing.T, data string) {
	t.Helper()
	entries, err := os.ReadDir(data)
	if err != nil || len(entries) > 0 {
		t.Errorf("the volume has %v, %v", entries, err)
	}
}

func TestAVolumeThatIsTooSmallStaysEmptyAndSaysSo(t *testing.T) {
	db := ltxtest.New(t, 512, 2)
	header := append([]byte("SQLite format 3\x00\x02\x00"), make([]byte, 494)...) // pages of 512 bytes
	pages := map[uint32][]byte{1: header}
	for pgno := range uint32(28) {
		pages[pgno+2] = bytes.Repeat([]byte{byte(pgno), 1, 2, 3}, 128)
	}
	db.Commit(29, pages)
	dir := streamed(t, db)
	seeded := 0
	const most = 16 // pages of the disk
	for pages := range most {
		disk := livetest.NewDisk(t, 1<<20)
		disk.Fill(t, pages*4096)
		_, err := seed.Run(context.Background(), open(t, dir), seed.Options{Data: disk.Dir, Database: "test.db", Log: quiet})
		if err == nil {
			seeded++
			continue
		}
		if fault.CodeOf(err) != fault.NoRoom {
			t.Errorf("with room for %d pages: %v, want %s", pages, err, fault.NoRoom)
		}
		if left, err := filepath.Glob(filepath.Join(disk.Dir, "*", "test.db", "*")); err != nil || len(left) > 0 {
			t.Errorf("with room for %d pages there is %v, %v", pages, left, err)
		}
	}
	if seeded == 0 || seeded == most {
		t.Errorf("%d of %d disks had enough room", seeded, most)
	}
}
