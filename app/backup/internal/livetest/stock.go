package livetest

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/restore"
)

// Stock restores with Litestream as it is published, and returns the file.
func Stock(t testing.TB, url string, args ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "stock.db")
	cmd := exec.Command(Tool(t, "litestream"), append(append([]string{"restore", "-o", out}, args...), url)...)
	if log, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("litestream restore %v %s: %v\n%s", args, url, err, log)
	}
	return out
}

// Checksum computes LiteFS's rolling checksum over a database file.
func Checksum(t testing.TB, path string) ltx.Checksum {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	head := make([]byte, 18)
	_, err = f.Read(head)
	f.Close()
	if err != nil {
		t.Fatal(err)
	}
	size := uint32(binary.BigEndian.Uint16(head[16:]))
	if size == 1 { // as SQLite writes what two bytes cannot hold
		size = 65536
	}
	sum, err := restore.Checksum(path, size)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}
