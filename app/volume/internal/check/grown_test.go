package check

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/superfly/ltx"
)

func TestADatabaseThatHasGrownBeyondItsTransactionFilesIsNotTakenBack(t *testing.T) {
	flipped := database(3)
	flipped[28] ^= 0x40
	for _, c := range []struct {
		name     string
		database []byte
		first    ltx.TXID // that is still there, of two: from nothing to 5 pages, and from those to 3
		want     State
	}{
		{"it is as its newest transaction says", database(3), 1, Whole},
		{"it has pages that no transaction says", database(8), 1, Damaged},
		{"its newest transaction made it smaller, and has not reached it", database(5), 2, Whole},
		{"a bit of its size has flipped", flipped, 1, Whole}, // the newest transaction has the first page
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if c.first == 1 {
				write(t, dir, 1, nil, database(5))
			}
			write(t, dir, 2, database(5), database(3))
			must(t, os.WriteFile(filepath.Join(dir, "database"), c.database, 0o600))
			if found := Folder(dir); found.State != c.want {
				t.Errorf("%s: %s", found.State, found.Why)
			}
		})
	}
}
