package check

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

// journal returns one that takes a database back to a size, and changes no page.
func journal(magic string, pages, ofSize uint32) []byte {
	head := append([]byte(magic), make([]byte, 504)...)
	for at, value := range map[int]uint32{16: pages, 20: 512, 24: ofSize} {
		binary.BigEndian.PutUint32(head[at:], value)
	}
	return head
}

func TestAJournalThatKeepsLitefsFromOpeningADatabaseIsRemoved(t *testing.T) {
	const good = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
	before, after := database(5), database(5)
	after[pageSize+200]++ // the last transaction changes the second page
	for _, c := range []struct {
		name    string
		journal []byte
		want    State
	}{
		{"there is none", nil, Whole},
		{"it is of the last transaction", journal(good, 5, pageSize), Whole},
		{"it has been ended", make([]byte, 512), Whole},
		{"it is of one before which the database was smaller", journal(good, 3, pageSize), Mendable},
		{"it is damaged", journal("\xd9\xd5\x05\xf9\x20\xa1\x63\xd6", 5, pageSize), Mendable},
		{"it is of another page size", journal(good, 5, 1024), Mendable},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, 1, nil, before)
			write(t, dir, 2, before, after)
			must(t, os.WriteFile(filepath.Join(dir, "database"), after, 0o600))
			if c.journal != nil {
				must(t, os.WriteFile(filepath.Join(dir, "journal"), c.journal, 0o600))
			}
			if found := Folder(dir); found.State != c.want {
				t.Errorf("%s: %s", found.State, found.Why)
			}
		})
	}
}
