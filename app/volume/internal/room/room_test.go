package room

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestAllTransactionFilesButTheLastGoBeforeTheVolumeIsFull(t *testing.T) {
	data := t.TempDir()
	ltx := filepath.Join(data, "dbs", "test.db", "ltx")
	if err := os.MkdirAll(ltx, 0o700); err != nil {
		t.Fatal(err)
	}
	for txid := range 3 {
		if err := os.WriteFile(filepath.Join(ltx, fmt.Sprintf("%016x-%016x.ltx", txid+1, txid+1)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	left := func() int {
		files, err := os.ReadDir(ltx)
		if err != nil {
			t.Fatal(err)
		}
		return len(files)
	}
	if err := Make(data, 0, 0); err != nil || left() != 3 {
		t.Errorf("with room enough: %v, and %d files are left", err, left())
	}
	const moreThanThereIs = 1 << 62
	if err := Make(data, moreThanThereIs, 0); !Lacks(err) || left() != 1 {
		t.Errorf("without room: %v, and %d files are left", err, left())
	}
}

func TestANewVolumeHasNoFolderYet(t *testing.T) {
	if err := Make(filepath.Join(t.TempDir(), "data"), 0, 1<<20); err != nil {
		t.Error(err)
	}
}
