package store_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/livetest"
	"github.com/liteset/liteset/app/backup/internal/store"
)

func TestAnAnswerOfTheStoreSaysWhatToDo(t *testing.T) {
	credentials(t, map[string]string{"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"})
	for name, want := range map[string]string{
		"403 AccessDenied": "lack a right", "403 InvalidAccessKeyId": "refuses the credentials", "403 RequestTimeTooSkewed": "clock of this node",
		"404 NoSuchBucket": "bucket is not there", "301 PermanentRedirect": "region=", "400 AuthorizationHeaderMalformed": "region=",
		"503 SlowDown": "backup.restorePoints", "500 InternalError": "check the URL", "200 https": "certificate",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var status int
			var code string
			if _, err := fmt.Sscanf(name, "%d %s", &status, &code); err != nil {
				t.Fatal(err)
			}
			answer := func(w http.ResponseWriter, r *http.Request) { livetest.Status(status, code)(w, r, nil) }
			srv := httptest.NewUnstartedServer(http.HandlerFunc(answer))
			srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			if code == "https" {
				srv.StartTLS()
			} else {
				srv.Start()
			}
			defer srv.Close()
			s := openAt(t, "s3://bucket/p?region=us-east-1&endpoint="+srv.URL)
			err := store.Failed(t.Context(), list(t, s), "list")
			if fault.CodeOf(err) != fault.StoreUnavailable || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q", err, want)
			}
		})
	}
}
