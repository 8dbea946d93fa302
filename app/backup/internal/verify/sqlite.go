package verify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"modernc.org/sqlite" // the driver that Litestream's library has, too
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/liteset/liteset/app/backup/internal/fault"
)

// sameFault is the hint of a fault that the cluster's own copy may have as well.
const sameFault = "the cluster's own database may have the same fault: run the check there"

// checkSQLite asks SQLite whether a database is in order. The file is only read. It returns notes about what is no fault
// of the backup: what the cluster's database has as well, since the checksum is the same, and an import accepts.
func checkSQLite(ctx context.Context, path string) (notes []string, err error) {
	if st, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("check the restored database: %w", err)
	} else if st.Size() == 0 {
		return nil, nil
	}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "mode=ro&immutable=1"}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, fmt.Errorf("open the restored database: %w", err)
	}
	defer db.Close()
	note, err := checkIntegrity(ctx, db)
	if err != nil {
		return nil, err
	}
	broken, err := lines(ctx, db, `SELECT count(*) || ' broken references from ' || "table" || ' to ' || parent FROM pragma_foreign_key_check GROUP BY "table", parent`)
	if isUnknown(err) {
		broken, err = []string{"the references cannot be checked: " + err.Error()}, nil
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Integrity, "foreign_key_check").WithHint(sameFault)
	}
	return append(note, broken...), nil
}

// checkIntegrity decides. A collation or a function of the application's own, which only the application knows, is noted:
// then the smaller check has to do, which needs none.
func checkIntegrity(ctx context.Context, db *sql.DB) (note []string, err error) {
	for _, check := range []string{"integrity_check", "quick_check"} {
		found, err := lines(ctx, db, fmt.Sprintf("PRAGMA %s(%d)", check, mostLines))
		switch text := strings.Join(found, "; "); {
		case isUnknown(err):
			note = append(note, check+" cannot be run without the application: "+err.Error())
		case err != nil:
			return nil, fault.Wrap(err, fault.Integrity, "%s", check).WithHint(sameFault)
		case text != "ok":
			return nil, fault.New(fault.Integrity, "%s: %s", check, text).WithHint(sameFault)
		default:
			return note, nil
		}
	}
	return note, nil
}

// isUnknown reports whether an error says that SQLite does not know what the schema names, or that the schema contradicts
// itself: neither is damage, which has codes of its own.
func isUnknown(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_ERROR
}

// mostLines bounds what is reported of a database.
const mostLines = 20

func lines(ctx context.Context, db *sql.DB, query string) (all []string, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() && len(all) < mostLines {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, err
		}
		all = append(all, line)
	}
	return all, rows.Err()
}
