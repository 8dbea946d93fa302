package verify

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"

	_ "modernc.org/sqlite" // the driver that Litestream's library has, too

	"github.com/liteset/liteset/app/backup/internal/fault"
)

// checkSQLite asks SQLite whether a database is in order. The file is only read.
func checkSQLite(ctx context.Context, path string) error {
	if st, err := os.Stat(path); err != nil {
		return fmt.Errorf("check the restored database: %w", err)
	} else if st.Size() == 0 {
		return nil
	}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "mode=ro&immutable=1"}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return fmt.Errorf("open the restored database: %w", err)
	}
	defer db.Close()
	for _, check := range []struct{ pragma, good string }{{"integrity_check", "ok"}, {"foreign_key_check", ""}} {
		found, err := lines(ctx, db, "PRAGMA "+check.pragma)
		if err != nil {
			return fault.Wrap(err, fault.Integrity, "%s", check.pragma).
				WithHint("the cluster's own database may have the same fault: run the check there")
		}
		if found != check.good {
			return fault.New(fault.Integrity, "%s: %s", check.pragma, found).
				WithHint("the cluster's own database may have the same fault: run the check there")
		}
	}
	return nil
}

// mostLines bounds what is reported of a broken database.
const mostLines = 20

func lines(ctx context.Context, db *sql.DB, query string) (string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return "", err
	}
	var out []string
	for rows.Next() && len(out) < mostLines {
		values := make([]any, len(cols))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			return "", err
		}
		var fields []string
		for _, v := range values {
			fields = append(fields, fmt.Sprint(*v.(*any)))
		}
		out = append(out, strings.Join(fields, " "))
	}
	return strings.Join(out, "; "), rows.Err()
}
