package main_test

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	_ "modernc.org/sqlite" // SQLite
)

func openDatabase(path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=cache_size(10)")
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

func writeRow(path string) error {
	db, err := openDatabase(path)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, s := range []string{"PRAGMA journal_mode=WAL", "CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY)", "INSERT OR REPLACE INTO row VALUES (1)"} {
		if _, err := db.Exec(s); err != nil {
			return err
		}
	}
	return nil
}

// settleProcess is one of the processes that write and read while positions are judged: WHAT FILE SEED [SOCKET]. It is killed.
func settleProcess(args []string) int {
	seed, _ := strconv.ParseUint(args[2], 10, 64)
	rnd := rand.New(rand.NewPCG(seed, 1))
	var err error
	if args[0] == "writer" {
		err = keepWriting(args[1], rnd)
	} else {
		err = keepReading(args[1], args[3], rnd)
	}
	fmt.Println("error", err)
	return 1
}

// sometimes opens a database anew, so that files of SQLite come and go.
type sometimes struct {
	path string
	rnd  *rand.Rand
	db   *sql.DB
}

func (s *sometimes) open() (*sql.DB, error) {
	if s.db != nil && s.rnd.IntN(40) > 0 {
		return s.db, nil
	}
	if s.db != nil {
		s.db.Close()
	}
	var err error
	s.db, err = openDatabase(s.path)
	return s.db, err
}

// keepWriting counts its transactions in the database itself.
func keepWriting(path string, rnd *rand.Rand) error {
	for s := (&sometimes{path: path, rnd: rnd}); ; {
		db, err := s.open()
		if err != nil {
			return err
		}
		if rnd.IntN(20) == 0 {
			mode := []string{"PASSIVE", "FULL", "RESTART", "TRUNCATE"}[rnd.IntN(4)]
			_, err = db.Exec("PRAGMA wal_checkpoint(" + mode + ")")
		} else {
			err = write(db, []int{1, 1, 5, 200}[rnd.IntN(4)], rnd.IntN(20) == 0)
		}
		if err != nil && !isBusy(err) {
			return err
		}
	}
}

func write(db *sql.DB, rows int, rollback bool) error {
	ctx := context.Background()
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	_, err = c.ExecContext(ctx, "UPDATE counter SET n=n+1")
	if err == nil {
		_, err = c.ExecContext(ctx, "INSERT INTO body (b) WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM r WHERE i<?) SELECT randomblob(500) FROM r", rows)
	}
	if err == nil && rows == 200 {
		_, err = c.ExecContext(ctx, "DELETE FROM body WHERE id < (SELECT max(id) FROM body) - 1000")
	}
	end := "COMMIT"
	if err != nil || rollback {
		end = "ROLLBACK"
	}
	if _, failed := c.ExecContext(ctx, end); err == nil {
		err = failed
		if failed != nil {
			_, _ = c.ExecContext(ctx, "ROLLBACK")
		}
	}
	return err
}

// keepReading tells each new state that it sees, with the position that it is told right after.
func keepReading(path, socket string, rnd *rand.Rand) error {
	ask := func() (string, error) {
		text, err := os.ReadFile(path + "-pos")
		return strings.TrimSpace(string(text)), err
	}
	if socket != "" {
		conn, err := net.Dial("unix", socket)
		if err != nil {
			return err
		}
		ask = askAgent(conn, filepath.Base(path))
	}
	last := int64(-1)
	for s := (&sometimes{path: path, rnd: rnd}); ; {
		db, err := s.open()
		if err != nil {
			return err
		}
		var n int64
		if err := db.QueryRow("SELECT n FROM counter").Scan(&n); isBusy(err) {
			continue
		} else if err != nil {
			return err
		}
		if n == last {
			continue
		}
		pos, err := ask()
		if err != nil {
			return err
		}
		last = n
		fmt.Println("state", n, pos)
	}
}

func askAgent(conn net.Conn, name string) func() (string, error) {
	lines := bufio.NewScanner(conn)
	return func() (string, error) {
		if _, err := fmt.Fprintln(conn, `{"id":1,"do":"positions","settleMs":10000}`); err != nil {
			return "", err
		}
		for lines.Scan() {
			var answer struct {
				ID        int
				Positions map[string]string
			}
			if err := json.Unmarshal(lines.Bytes(), &answer); err != nil {
				return "", err
			}
			if answer.ID == 1 && answer.Positions[name] == "" {
				return "", fmt.Errorf("no position: %s", lines.Bytes())
			}
			if answer.ID == 1 {
				return answer.Positions[name], nil
			}
		}
		return "", fmt.Errorf("the agent has closed the connection: %w", lines.Err())
	}
}

func isBusy(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "SQLITE_BUSY") || strings.Contains(err.Error(), "database is locked") ||
		strings.Contains(err.Error(), "locking protocol") || strings.Contains(err.Error(), "checkpoint"))
}
