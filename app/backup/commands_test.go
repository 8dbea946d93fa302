package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/liteset/liteset/app/backup/internal/store"
)

func TestReportShowsURLsAsTheyAreTyped(t *testing.T) {
	const url = "s3://bucket/invoices?endpoint=http://127.0.0.1:1&region=us-east-1"
	var out bytes.Buffer
	err := report(&out, url, slog.New(slog.DiscardHandler), func(s *store.Store) (any, error) { return s.URL("1"), nil })
	want := `"s3://bucket/invoices/1?endpoint=http://127.0.0.1:1&region=us-east-1"`
	if got := strings.TrimSpace(out.String()); err != nil || got != want {
		t.Errorf("report printed %s (%v), want %s", got, err, want)
	}
}
