package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/liteset/liteset/app/backup/internal/livetest"
)

// echo is a server that answers each request with all that it was sent, as a proxy does that somebody debugs.
func echo(t *testing.T) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		var head bytes.Buffer
		_ = r.Header.Write(&head)
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte("<Error><Code>Bad</Code><Message>" + r.URL.String() + user + " " + password + " " + head.String() + "</Message></Error>"))
	}))
	t.Cleanup(srv.Close)
	return strings.TrimPrefix(srv.URL, "http://")
}

// TestNoSecretIsEverSaid has the program fail in all ways in which it has a secret in its hands.
func TestNoSecretIsEverSaid(t *testing.T) {
	const refused = "127.0.0.1:1"
	server := echo(t)
	sftp, _ := livetest.SFTP(t)
	key := "c2Vzc2lvbmtleS1zZXNzaW9ua2V5LXNlc3Npb25rZXk="
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAX")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "s3cr3tOfAWS/+x")
	t.Setenv("AWS_SESSION_TOKEN", "s3cr3tSession")
	t.Setenv("SSE_KEY", key)
	t.Setenv("LITESTREAM_AZURE_SAS_TOKEN", "sv=2022-11-02&ss=b&sig=s3cr3tSAS%2Fq%3D")
	t.Setenv("PW", "s3cr%t #/?@:w&rd")
	var urls sync.WaitGroup
	for _, url := range []string{
		"sftp://me:s3cr%t@" + refused + "/p", "sftp://me:s3cr t@" + refused + "/p", "sftp://me:s3cr#t@" + refused + "/p",
		"sftp://me:12/s3cr@" + refused + "/p", "sftp://me:12?s3cr@" + refused + "/p", "sftp://me:s3cr/t@" + refused + "/p",
		"sftp://me:s3cret-literal@" + refused + "/p", "sftp://me:s3cret-literal@" + sftp + "/p",
		"sftp://me:$(PW)@" + refused + "/p", "sftp://me:$(PW)@" + sftp + "/p", "nope://me:s3cret-literal@host/p", "me:s3cret-literal@host",
		"webdav://me:s3cret-literal@" + server + "/p", "webdav://me:$(PW)@" + server + "/p", "webdav://me:$(PW)@" + refused + "/p",
		"abs://account@container/p?endpoint=http://" + refused, "abs://account@container/p?endpoint=http://" + server,
		"s3://bucket/p?region=us-east-1&endpoint=http://" + server, "s3://bucket/p?region=us-east-1&endpoint=http://me:s3cret-literal@" + refused,
		"s3://bucket/p?region=us-east-1&endpoint=http://" + server + "&sseCustomerKey=$(SSE_KEY)",
		"s3://bucket/p?region=us-east-1&endpoint=http://" + server + "&sseCustomerKey=" + key,
		"s3://bucket/p?region=us-east-1&endpoint=http://" + server + "&sseCustomerKey=s3cret-literal",
		"s3://bucket/p?region=us-east-1&endpoint=http://files.example.com&sseCustomerKey=" + key,
	} {
		urls.Go(func() {
			var out, diag bytes.Buffer
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			code := run(ctx, []string{"list", "-log-level", "debug", "-url", url}, &out, &diag)
			said := out.String() + diag.String()
			for _, part := range []string{"s3cr", "s3cret", "w&rd", "w%26rd", "S0VZ", key[:20], key[20:]} {
				if code == 0 || strings.Contains(said, part) {
					t.Errorf("%s: exit code %d, and it says %q in\n%s", url, code, part, said)
				}
			}
		})
	}
	urls.Wait()
}

// patience bounds one command: some clients try again and again, and say each time why.
const patience = 5 * time.Second

// A password with every sign that has a meaning in a URL, from a variable that the program fills in itself.
func TestAPasswordMayHaveAnySign(t *testing.T) {
	const password = `a%2F%zz :/?#[]@!$&'()*+,;="\`
	addr, dir := livetest.SFTPWith(t, password)
	t.Setenv("PW", password)
	if err := os.MkdirAll(filepath.Join(dir, "p"), 0o755); err != nil {
		t.Fatal(err)
	}
	do(t, 0, "list", "-url", "sftp://backup:$(PW)@"+addr+"/p")
	var out, diag bytes.Buffer
	if code := run(t.Context(), []string{"list", "-url", "sftp://backup:$(NOT_THERE)@" + addr + "/p"}, &out, &diag); code != exitUsage || !strings.Contains(diag.String(), "$(NOT_THERE)") {
		t.Errorf("a variable that is not there: exit code %d, %s", code, &diag)
	}
}
