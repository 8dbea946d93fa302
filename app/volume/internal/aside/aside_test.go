package aside_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/liteset/liteset/app/volume/internal/aside"
)

func TestWhatWasMovedAsideIsKeptForAWhileAndNothingElseIsRemoved(t *testing.T) {
	data, now := t.TempDir(), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	move := func(at time.Time) string {
		path := filepath.Join(data, "test.db")
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
		to, err := aside.Move(data, path, at)
		if err != nil {
			t.Fatal(err)
		}
		return to
	}
	old, first, second := move(now.Add(-73*time.Hour)), move(now.Add(-time.Hour)), move(now.Add(-time.Hour))
	mine := filepath.Join(data, "aside", "notes.txt")
	if err := os.WriteFile(mine, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := aside.Remove(data, 72*time.Hour, now); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{old: false, first: true, second: true, mine: true} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
}
