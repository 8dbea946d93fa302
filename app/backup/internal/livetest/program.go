package livetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Program builds the program, or takes the one that LITESET_BACKUP names. With the flags of hack/, what it consists of is compiled already.
func Program(t testing.TB) string {
	t.Helper()
	if bin := os.Getenv("LITESET_BACKUP"); bin != "" {
		return bin
	}
	bin := filepath.Join(t.TempDir(), "backup")
	if out, err := exec.Command("go", "build", "-trimpath", "-o", bin, "github.com/liteset/liteset/app/backup").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return bin
}
