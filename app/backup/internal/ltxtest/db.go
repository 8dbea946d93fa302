// Package ltxtest plays LiteFS for tests: it keeps a database's directory as LiteFS does, and remembers every state.
package ltxtest

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/superfly/ltx"
)

// DB is a database of LiteFS's.
type DB struct {
	t        testing.TB
	Dir      string // holds "database" and "ltx"
	PageSize uint32
	TXID     ltx.TXID
	Sum      ltx.Checksum
	Clock    time.Time           // of the next commit; advances by a millisecond each
	States   map[ltx.TXID][]byte // the database after each transaction
	Sums     map[ltx.TXID]ltx.Checksum
	pages    [][]byte
	rand     *rand.Rand
	raw      bool // write the next files without compression
}

// New makes an empty database; seed makes its content.
func New(t testing.TB, pageSize uint32, seed uint64) *DB {
	t.Helper()
	db := &DB{t: t, Dir: filepath.Join(t.TempDir(), "dbs", "test.db"), PageSize: pageSize, Sum: ltx.ChecksumFlag, Clock: time.Now().Add(-time.Hour).Truncate(time.Millisecond),
		States: map[ltx.TXID][]byte{}, Sums: map[ltx.TXID]ltx.Checksum{}, rand: rand.New(rand.NewPCG(seed, 1))}
	db.must(os.MkdirAll(db.LTX(), 0o755))
	return db
}

// LTX is the directory of transaction files.
func (db *DB) LTX() string { return filepath.Join(db.Dir, "ltx") }

// Path is where a transaction is.
func (db *DB) Path(txid ltx.TXID) string {
	return filepath.Join(db.LTX(), ltx.FormatFilename(txid, txid))
}

// Uncompressed makes the next files have no LZ4 frame.
func (db *DB) Uncompressed() { db.raw = true }

// Random commits a transaction like those of an application: it changes a few pages, and at times grows or shrinks.
func (db *DB) Random() {
	size := len(db.pages) + db.rand.IntN(3)
	if size > 8 && db.rand.IntN(10) == 0 {
		size -= db.rand.IntN(size / 2)
	}
	size = max(size, 1)
	changed := map[uint32][]byte{}
	for pgno := len(db.pages) + 1; pgno <= size; pgno++ {
		changed[uint32(pgno)] = db.page()
	}
	for range 1 + db.rand.IntN(3) {
		changed[uint32(db.rand.IntN(size)+1)] = db.page()
	}
	db.Commit(uint32(size), changed)
}

// page has runs and noise, so that it compresses as real pages do.
func (db *DB) page() []byte {
	p := make([]byte, db.PageSize)
	for i := range p[:len(p)/3] {
		p[i] = byte(db.rand.UintN(256))
	}
	return p
}

// Commit writes a transaction and applies it.
func (db *DB) Commit(size uint32, changed map[uint32][]byte) {
	db.t.Helper()
	pre := db.Sum
	for int(size) > len(db.pages) {
		db.pages = append(db.pages, make([]byte, db.PageSize))
	}
	db.pages = db.pages[:size]
	for pgno, data := range changed {
		db.pages[pgno-1] = data
	}
	db.sum()
	db.TXID++
	db.file(db.TXID, db.TXID, pre, changed)
	db.apply()
}

// Snapshot replaces all files by one with everything, as LiteFS does on a replica that was out of step.
func (db *DB) Snapshot() {
	db.t.Helper()
	db.must(os.RemoveAll(db.LTX()))
	db.must(os.MkdirAll(db.LTX(), 0o755))
	all := map[uint32][]byte{}
	for i, p := range db.pages {
		all[uint32(i+1)] = p
	}
	db.file(1, db.TXID, 0, all)
}

// Drop deletes the database.
func (db *DB) Drop() {
	db.Commit(0, nil)
	db.must(os.Remove(filepath.Join(db.Dir, "database")))
}

// Rewind forgets what came after a transaction, as a failover does that lost it; what follows is another history.
func (db *DB) Rewind(to ltx.TXID) {
	db.t.Helper()
	state := db.States[to]
	db.pages = nil
	for len(state) > 0 {
		db.pages = append(db.pages, bytes.Clone(state[:db.PageSize]))
		state = state[db.PageSize:]
	}
	db.TXID = to
	db.sum()
	db.Snapshot()
	db.apply()
}

// Expire removes the files up to a transaction, as retention does.
func (db *DB) Expire(upTo ltx.TXID) {
	db.t.Helper()
	for txid := ltx.TXID(1); txid <= upTo; txid++ {
		os.Remove(db.Path(txid))
	}
}

func (db *DB) sum() {
	db.Sum = ltx.ChecksumFlag
	for i, p := range db.pages {
		db.Sum = ltx.ChecksumFlag | (db.Sum ^ ltx.ChecksumPage(uint32(i+1), p))
	}
}

func (db *DB) apply() {
	all := bytes.Join(db.pages, nil)
	db.States[db.TXID], db.Sums[db.TXID] = all, db.Sum
	// In place, as LiteFS does: whoever copies the file meanwhile sees some pages before and some after.
	f, err := os.OpenFile(filepath.Join(db.Dir, "database"), os.O_RDWR|os.O_CREATE, 0o644)
	db.must(err)
	for i, p := range db.pages {
		_, err := f.WriteAt(p, int64(i)*int64(db.PageSize))
		db.must(err)
	}
	db.must(f.Truncate(int64(len(all))))
	db.must(f.Close())
}

func (db *DB) must(err error) {
	db.t.Helper()
	if err != nil {
		db.t.Fatal(err)
	}
}
