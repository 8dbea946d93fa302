// Package livetest runs the real parts for tests: LiteFS, stock Litestream, an S3 server, an SFTP server, and proxies
// that make the stores fail.
package livetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Tool finds a program that hack/ builds. Without it a test is skipped, unless LITESET_TOOLS says that all are there.
func Tool(t testing.TB, name string) string {
	t.Helper()
	variable := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	places := []string{os.Getenv(variable), "/usr/lib/openssh/" + name}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		places = append(places, filepath.Join(dir, "hack", ".bin", name))
	}
	for _, path := range places {
		if st, err := os.Stat(path); path != "" && err == nil && !st.IsDir() {
			return path
		}
	}
	if os.Getenv("LITESET_TOOLS") != "" {
		t.Fatalf("%s is not in hack/.bin", name)
	}
	t.Skipf("%s is not in hack/.bin; set %s", name, variable)
	return ""
}

// Long reports whether the tests may take as long as they need, and as much disk: LITESET_LONG. CI runs a short form.
func Long() bool { return os.Getenv("LITESET_LONG") != "" }

// NeedsTime skips a test in a short run.
func NeedsTime(t testing.TB, what string) {
	t.Helper()
	if testing.Short() {
		t.Skip(what)
	}
}

// Eventually waits until a condition holds.
func Eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); !cond(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}
