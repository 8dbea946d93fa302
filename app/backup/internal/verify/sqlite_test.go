package verify

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liteset/liteset/app/backup/internal/fault"
)

// made makes a database by statements, and returns its file.
func made(t *testing.T, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	return path
}

func TestWhatTheClusterItselfHasIsANote(t *testing.T) {
	const parent, child = "CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE c (x REFERENCES p, y REFERENCES p)"
	for name, c := range map[string]struct {
		statements []string
		want       string // of the notes
	}{
		"nothing":                  {[]string{parent, child, "INSERT INTO p VALUES (1)", "INSERT INTO c VALUES (1, NULL)"}, ""},
		"broken references":        {[]string{parent, child, "INSERT INTO c VALUES (1, 2), (3, NULL)"}, "3 broken references from c to p"},
		"a parent that is gone":    {[]string{parent, child, "INSERT INTO c VALUES (1, 2)", "DROP TABLE p"}, "2 broken references from c to p"},
		"a parent without a key":   {[]string{"CREATE TABLE p (id)", "CREATE TABLE c (x REFERENCES p(id))", "INSERT INTO c VALUES (1)"}, "foreign key mismatch"},
		"a module nobody has":      {[]string{"CREATE TABLE t (x)", "PRAGMA writable_schema=1", "INSERT INTO sqlite_schema VALUES ('table', 'z', 'z', 0, 'CREATE VIRTUAL TABLE z USING none(1)')"}, ""},
		"a view without its table": {[]string{"CREATE TABLE t (x)", "CREATE VIEW v AS SELECT * FROM t", "PRAGMA writable_schema=1", "DELETE FROM sqlite_schema WHERE name='t'"}, ""},
		"a collation of its own":   {[]string{"CREATE TABLE t (x TEXT COLLATE NOCASE UNIQUE)", "INSERT INTO t VALUES ('a'), ('b')", "PRAGMA writable_schema=1", "UPDATE sqlite_schema SET sql=replace(sql, 'NOCASE', 'application') WHERE name='t'"}, "integrity_check cannot be run without the application"},
	} {
		t.Run(name, func(t *testing.T) {
			notes, err := checkSQLite(t.Context(), made(t, c.statements...))
			if text := strings.Join(notes, "; "); err != nil || !strings.Contains(text, c.want) || (c.want == "") != (text == "") {
				t.Errorf("got %q, %v; want %q", text, err, c.want)
			}
		})
	}
}

func TestDamageIsNeverANote(t *testing.T) {
	path := made(t, "CREATE TABLE t (x UNIQUE)", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<2000) INSERT INTO t SELECT i FROM n")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for page := 4096; page < len(raw); page += 4096 {
		bad := append([]byte(nil), raw...)
		copy(bad[page:], make([]byte, 200))
		if err := os.WriteFile(path, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		if notes, err := checkSQLite(t.Context(), path); fault.CodeOf(err) != fault.Integrity {
			t.Errorf("with page %d damaged: %v, %v; want %s", page/4096+1, notes, err, fault.Integrity)
		}
	}
}
