// Package ltxfiles reads LiteFS's transaction files of one database.
package ltxfiles

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/superfly/ltx"
)

// File is a transaction file, as its name says.
type File struct {
	Path     string
	Min, Max ltx.TXID
}

// Info is what a file says once all of it has been read.
type Info struct {
	Header ltx.Header
	Post   ltx.Checksum
}

// List returns the files of a directory in the order of their last transactions; none if there is no directory.
func List(dir string) ([]File, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("list the transaction files: %w", err)
	}
	var files []File
	for _, e := range entries {
		if first, last, err := ltx.ParseFilename(e.Name()); err == nil {
			files = append(files, File{Path: filepath.Join(dir, e.Name()), Min: first, Max: last})
		}
	}
	// One that covers more comes later: a snapshot has taken the place of what is before it.
	slices.SortFunc(files, func(a, b File) int { return cmp.Or(cmp.Compare(a.Max, b.Max), cmp.Compare(b.Min, a.Min)) })
	return files, nil
}

// Read hands each page of the file to the function and checks the file's checksums. The data is good until the function
// returns. Pages of a file that turns out to be damaged have been handed over by then.
func (f File) Read(page func(pgno uint32, data []byte) error) (Info, error) {
	r, err := os.Open(f.Path)
	if err != nil {
		return Info{}, err
	}
	defer r.Close()
	d := ltx.NewDecoder(bufio.NewReaderSize(r, 1<<18))
	if err := d.DecodeHeader(); err != nil {
		return Info{}, f.damaged(err)
	}
	h := d.Header()
	if h.MinTXID != f.Min || h.MaxTXID != f.Max {
		return Info{}, f.damaged(fmt.Errorf("it holds the transactions %s to %s", h.MinTXID, h.MaxTXID))
	}
	data := make([]byte, h.PageSize)
	for at := (ltx.PageHeader{}); ; {
		if err := d.DecodePage(&at, data); err == io.EOF {
			break
		} else if err != nil {
			return Info{}, f.damaged(err)
		}
		if err := page(at.Pgno, data); err != nil {
			return Info{}, err
		}
	}
	if err := d.Close(); err != nil {
		return Info{}, f.damaged(err)
	}
	return Info{Header: h, Post: d.Trailer().PostApplyChecksum}, nil
}

// Verify reads the file for nothing but its checksums.
func (f File) Verify() (Info, error) {
	return f.Read(func(uint32, []byte) error { return nil })
}

func (f File) damaged(err error) error {
	return fmt.Errorf("the transaction file %s is damaged: %w", filepath.Base(f.Path), err)
}
