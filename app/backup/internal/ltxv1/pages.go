package ltxv1

import (
	"io"

	"github.com/superfly/ltx"
)

// Pages yields pages in ascending order; it calls emit for each and stops at its error.
type Pages func(emit func(pgno uint32, data []byte) error) error

// Each reads a whole file and visits its pages; data is valid during the call. It returns what the file says about
// itself. What was visited may be believed only if there is no error.
func Each(path string, visit func(pgno uint32, data []byte) error) (Info, error) {
	r, err := Open(path)
	if err != nil {
		return Info{}, err
	}
	defer r.Close()
	for {
		pgno, data, err := r.Next()
		if err == io.EOF {
			return r.Info, nil
		} else if err != nil {
			return Info{}, err
		}
		if err := visit(pgno, data); err != nil {
			return Info{}, err
		}
	}
}

// Verify reads a whole file and reports whether it is intact.
func Verify(path string) (Info, error) {
	return Each(path, func(uint32, []byte) error { return nil })
}

// Database yields the pages of a database file up to its end, except SQLite's lock page, which has no content. It fails
// if the last page is not whole.
func Database(r io.Reader, pageSize uint32) Pages {
	return func(emit func(uint32, []byte) error) error {
		data := make([]byte, pageSize)
		for pgno := uint32(1); ; pgno++ {
			if _, err := io.ReadFull(r, data); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
			if pgno == ltx.LockPgno(pageSize) {
				continue
			}
			if err := emit(pgno, data); err != nil {
				return err
			}
		}
	}
}

// Checksum computes LiteFS's rolling checksum over all pages of a database.
func Checksum(pages Pages) (ltx.Checksum, error) {
	sum := ltx.ChecksumFlag
	err := pages(func(pgno uint32, data []byte) error {
		sum = ltx.ChecksumFlag | (sum ^ ltx.ChecksumPage(pgno, data))
		return nil
	})
	return sum, err
}
