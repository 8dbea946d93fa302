package check

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// head is what SQLite keeps at the beginning of a database's first page. https://www.sqlite.org/fileformat2.html#the_database_header
type head []byte

const (
	headSize = 100
	magic    = "SQLite format 3\x00"
)

// headOf reads that of an image; nil if it has none.
func headOf(image Image) (head, error) {
	h, err := readHead(image.Database)
	if err != nil {
		return nil, err
	}
	err = image.Each(func(pgno uint32, data []byte) error {
		if pgno == 1 {
			h = append(head(nil), data[:headSize]...)
		}
		return nil
	})
	if err != nil || !h.isGood() {
		return nil, err
	}
	return h, nil
}

// readHead reads that of a file: shorter if the file is, and nil if there is no file.
func readHead(path string) (head, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	defer f.Close()
	h := make(head, headSize)
	n, err := io.ReadFull(f, h)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return h[:n], err
}

func (h head) isGood() bool { return len(h) == headSize && string(h[:len(magic)]) == magic }

func (h head) pageSize() uint32 {
	size := uint32(binary.BigEndian.Uint16(h[16:]))
	if size == 1 {
		return 65536
	}
	return size
}

// changes is SQLite's count of the transactions that changed the database. In WAL mode SQLite does not count all.
func (h head) changes() uint32 { return binary.BigEndian.Uint32(h[24:]) }

// size is that of the database, in pages.
func (h head) size() uint32 { return binary.BigEndian.Uint32(h[28:]) }

// knowsSize reports whether the size is right: an old SQLite does not change it.
func (h head) knowsSize() bool { return binary.BigEndian.Uint32(h[92:]) == h.changes() }
