package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/ltxv3"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// heard is what a server was asked.
type heard struct {
	mu  sync.Mutex
	all []*http.Request
}

// listen starts a server that answers as an empty bucket does, and as AWS's token service.
func listen(t *testing.T) (*heard, string) {
	t.Helper()
	h := &heard{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		h.mu.Lock()
		h.all = append(h.all, r)
		h.mu.Unlock()
		w.Header().Set("Content-Type", "application/xml")
		w.Header().Set("ETag", `"0"`)
		if r.Method == http.MethodPost && r.URL.Path == "/" {
			fmt.Fprint(w, `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIAWEB</AccessKeyId>`+
				`<SecretAccessKey>secret</SecretAccessKey><SessionToken>of-the-role</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>`+
				`</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`)
			return
		}
		fmt.Fprint(w, `<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>`)
	}))
	t.Cleanup(srv.Close)
	return h, strings.TrimPrefix(srv.URL, "http://")
}

// to returns the last request with a method.
func (h *heard) to(t *testing.T, method string) *http.Request {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := len(h.all) - 1; i >= 0; i-- {
		if h.all[i].Method == method && h.all[i].URL.Path != "/" {
			return h.all[i]
		}
	}
	t.Fatalf("nobody sent a %s", method)
	return nil
}

// credentials sets all that a pod may have, and nothing else.
func credentials(t *testing.T, set map[string]string) {
	t.Helper()
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE", "AWS_SHARED_CREDENTIALS_FILE",
		"AWS_CONFIG_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ENDPOINT_URL_STS", "AWS_PROFILE"} {
		t.Setenv(name, set[name])
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

func openAt(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func list(t *testing.T, s *store.Store) error {
	t.Helper()
	c, err := s.At("lineages")
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.LTXFiles(t.Context(), 0, 0, false)
	return err
}

// write writes an object of so many pages that do not compress.
func write(t *testing.T, s *store.Store, pages uint32) error {
	t.Helper()
	c, err := s.At("1")
	if err != nil {
		t.Fatal(err)
	}
	noise, random := make([]byte, 65536), rand.New(rand.NewPCG(1, 1))
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	_, err = store.Write(t.Context(), c, 0, 2, 2, func(w io.Writer) error {
		return ltxv3.Encode(w, ltxv3.Header(65536, pages, 2, 2, 1, 0), func(emit func(uint32, []byte) error) error {
			for pgno := range pages {
				copy(noise, bytes.Repeat([]byte{byte(pgno)}, 8))
				if err := emit(pgno+1, noise); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return err
}

func TestTemporaryCredentialsAreSentWithTheirToken(t *testing.T) {
	h, addr := listen(t)
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("jwt"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		env       map[string]string
		key, want string
	}{
		"long-lived":   {map[string]string{"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "x"}, "AKIAX", ""},
		"temporary":    {map[string]string{"AWS_ACCESS_KEY_ID": "ASIAX", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "tok"}, "ASIAX", "tok"},
		"web identity": {map[string]string{"AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "arn:aws:iam::1:role/r", "AWS_ENDPOINT_URL_STS": "http://" + addr}, "ASIAWEB", "of-the-role"},
	} {
		t.Run(name, func(t *testing.T) {
			credentials(t, c.env)
			if err := list(t, openAt(t, livetest.S3URL(addr, "p"))); err != nil {
				t.Fatal(err)
			}
			r := h.to(t, http.MethodGet)
			if got := r.Header.Get("X-Amz-Security-Token"); got != c.want || !strings.Contains(r.Header.Get("Authorization"), "Credential="+c.key+"/") {
				t.Errorf("the server was sent token %q and %s", got, r.Header.Get("Authorization"))
			}
		})
	}
}

func TestCredentialsInAFileMayBeReplaced(t *testing.T) {
	addr := livetest.S3(t)
	key, secret := os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY")
	path := filepath.Join(t.TempDir(), "credentials")
	replace := func(secret string) {
		text := fmt.Sprintf("[default]\naws_access_key_id=%s\naws_secret_access_key=%s\n", key, secret)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	credentials(t, map[string]string{"AWS_SHARED_CREDENTIALS_FILE": path})
	replace("expired")
	s := openAt(t, livetest.S3URL(addr, "p"))
	if err := list(t, s); err == nil {
		t.Fatal("the server takes any key")
	}
	replace(secret)
	if err := list(t, s); err != nil {
		t.Errorf("with the new key in the file: %v", err)
	}
}

func TestEncryptionByTheStoreIsAskedForByTheURL(t *testing.T) {
	h, addr := listen(t)
	credentials(t, map[string]string{"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "x"})
	const key = "/////+++++AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	t.Setenv("SSE_KEY", key)
	for query, want := range map[string]map[string]string{
		"&sseKmsKeyId=alias/invoices": {"X-Amz-Server-Side-Encryption": "aws:kms", "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id": "alias/invoices"},
		"&sseCustomerKey=$(SSE_KEY)":  {"X-Amz-Server-Side-Encryption-Customer-Algorithm": "AES256", "X-Amz-Server-Side-Encryption-Customer-Key": key},
	} {
		s := openAt(t, livetest.S3URL(addr, "p")+query)
		if err := write(t, s, 1); err != nil {
			t.Fatal(err)
		}
		if _, err := mustAt(t, s).OpenLTXFile(t.Context(), 0, 2, 2, 0, ltx.HeaderSize); err != nil {
			t.Fatal(err)
		}
		for name, value := range want {
			if got := h.to(t, http.MethodPut).Header.Get(name); got != value {
				t.Errorf("%s: a PUT has %s %q, want %q", query, name, got, value)
			}
			if got := h.to(t, http.MethodGet).Header.Get(name); strings.Contains(name, "Customer") && got != value {
				t.Errorf("%s: a GET has %s %q, want %q", query, name, got, value)
			}
		}
		if strings.Contains(s.URL(""), key) || strings.Contains(s.URL(""), "AAAA") {
			t.Errorf("the key is shown: %s", s.URL(""))
		}
	}
}

func mustAt(t *testing.T, s *store.Store) interface {
	OpenLTXFile(context.Context, int, ltx.TXID, ltx.TXID, int64, int64) (io.ReadCloser, error)
} {
	t.Helper()
	c, err := s.At("1")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestABucketWithObjectLockTakesObjects goes by a proxy that refuses, as AWS does, an object without a checksum.
func TestABucketWithObjectLockTakesObjects(t *testing.T) {
	proxy := livetest.NewProxy(t, livetest.LockedS3(t))
	var parts atomic.Int64
	proxy.Set(func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		if r.URL.Query().Has("partNumber") {
			parts.Add(1) // Litestream sends no checksum with these, and S3 servers take them without
		} else if r.Method == http.MethodPut && r.Header.Get("Content-Md5") == "" {
			livetest.Status(400, "InvalidRequest")(w, r, server)
			return
		}
		server.ServeHTTP(w, r)
	})
	s := openAt(t, livetest.S3URL(proxy.Addr, "p"))
	for _, pages := range []uint32{1, 100} { // the second in parts
		if err := write(t, s, pages); err != nil {
			t.Fatalf("%d pages: %v", pages, err)
		}
	}
	if parts.Load() == 0 {
		t.Error("nothing was sent in parts")
	}
	c, err := s.At("1")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.DeleteLTXFiles(t.Context(), []*ltx.FileInfo{{MinTXID: 2, MaxTXID: 2}}); err != nil {
		t.Errorf("remove an object: %v", err)
	}
	if _, err := c.OpenLTXFile(t.Context(), 0, 2, 2, 0, 0); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an object that was removed: %v", err)
	}
}
