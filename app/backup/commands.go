package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/liteset/liteset/app/backup/internal/store"
)

// isDatabaseName reports whether a name can be a database's in the mount.
func isDatabaseName(db string) bool {
	return db != "" && db != "." && db != ".." && !strings.ContainsAny(db, `/\`)
}

// report opens a store and prints a result.
func report(out io.Writer, url string, log *slog.Logger, do func(*store.Store) (any, error)) error {
	s, err := store.Open(url, log)
	if err != nil {
		return err
	}
	result, err := do(s)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false) // URLs are to be copied from it: & and not \u0026
	if err := enc.Encode(result); err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	return nil
}
