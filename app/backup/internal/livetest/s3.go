package livetest

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// S3 starts an S3 server with one bucket, and returns its address.
func S3(t testing.TB) string {
	t.Helper()
	bin, root := Tool(t, "versitygw"), t.TempDir()
	credentials()
	if err := os.Mkdir(filepath.Join(root, "bucket"), 0o755); err != nil {
		t.Fatal(err)
	}
	addr := fmt.Sprintf("127.0.0.1:%d", FreePort(t))
	// A sidecar for the metadata: the folder may be on a file system without extended attributes.
	Process(t, bin, "--access", os.Getenv("AWS_ACCESS_KEY_ID"), "--secret", os.Getenv("AWS_SECRET_ACCESS_KEY"), "--port", addr, "posix", "--sidecar", t.TempDir(), root)
	Eventually(t, "versitygw answers", func() bool {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	return addr
}

// S3URL is the address of a store on a server, or on a proxy before it.
func S3URL(addr, place string) string {
	return "s3://bucket/" + place + "?endpoint=http://" + addr + "&region=us-east-1"
}

// credentials puts what S3's clients need into the environment, the same for all tests.
var credentials = sync.OnceFunc(func() {
	os.Unsetenv("AWS_CA_BUNDLE") // Litestream's client cannot start with one
	os.Setenv("AWS_ACCESS_KEY_ID", "test")
	os.Setenv("AWS_SECRET_ACCESS_KEY", "secretsecret")
})
