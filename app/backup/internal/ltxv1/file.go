// Package ltxv1 reads the transaction files that LiteFS leaves in its data directory: LTX version 1, which Litestream's
// library no longer reads (it writes version 3). A file is believed only after everything it says about itself holds.
package ltxv1

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
)

// flagLZ4 says that the page block is one LZ4 frame. Version 1 knows no other flag.
const flagLZ4 = uint32(1)

// trailerSize is the post-apply checksum and the checksum of the file, eight bytes each.
const trailerSize = 16

// Info is what a file says about the transactions in it.
type Info struct {
	Path string
	ltx.Header
	// PostApply is LiteFS's rolling checksum of the whole database after the last transaction in the file.
	PostApply ltx.Checksum
}

// Stat reads and checks a file's header, name and trailer, but not its pages; Open reads those.
func Stat(path string) (Info, error) {
	f, err := os.Open(path)
	if err != nil {
		return Info{}, err
	}
	defer f.Close()
	info, _, _, err := stat(f)
	return info, err
}

func stat(f *os.File) (info Info, rawHeader []byte, size int64, err error) {
	info.Path = f.Name()
	st, err := f.Stat()
	if err != nil {
		return info, nil, 0, err
	}
	size = st.Size()
	if size < ltx.HeaderSize+trailerSize+4 {
		return info, nil, 0, truncated(info.Path, fmt.Errorf("%d bytes", size))
	}
	rawHeader = make([]byte, ltx.HeaderSize)
	if _, err := f.ReadAt(rawHeader, 0); err != nil {
		return info, nil, 0, truncated(info.Path, err)
	}
	trailer := make([]byte, trailerSize)
	if _, err := f.ReadAt(trailer, size-trailerSize); err != nil {
		return info, nil, 0, truncated(info.Path, err)
	}
	if err := info.Header.UnmarshalBinary(rawHeader); err != nil {
		return info, nil, 0, corrupt(info.Path, err)
	}
	info.PostApply = ltx.Checksum(binary.BigEndian.Uint64(trailer))
	if err := info.validate(); err != nil {
		return info, nil, 0, corrupt(info.Path, err)
	}
	return info, rawHeader, size, nil
}

func (i Info) validate() error {
	h := i.Header
	if h.Flags&^flagLZ4 != 0 {
		return fmt.Errorf("flags %#x are not of version 1", h.Flags)
	}
	h.Flags = 0 // version 3 has other flags, and the rules for the rest are the same
	if err := h.Validate(); err != nil {
		return err
	}
	if i.PostApply&ltx.ChecksumFlag == 0 {
		return fmt.Errorf("post-apply checksum %s is malformed", i.PostApply)
	}
	if (h.Commit == 0) != (i.PostApply == ltx.ChecksumFlag) {
		return fmt.Errorf("%d pages and checksum %s contradict each other", h.Commit, i.PostApply)
	}
	if name := filepath.Base(i.Path); name != ltx.FormatFilename(h.MinTXID, h.MaxTXID) {
		return fmt.Errorf("the file is named %s and holds transactions %s to %s", name, h.MinTXID, h.MaxTXID)
	}
	return nil
}

// Span is a transaction file as its name describes it.
type Span struct {
	Path     string
	Min, Max ltx.TXID
}

// List returns the files in a directory of LiteFS's, oldest transaction first; none if it does not exist.
func List(dir string) ([]Span, error) {
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("list the transactions on the volume: %w", err)
	}
	var spans []Span
	for _, e := range entries {
		if first, last, err := ltx.ParseFilename(e.Name()); err == nil {
			spans = append(spans, Span{Path: filepath.Join(dir, e.Name()), Min: first, Max: last})
		}
	}
	sort.Slice(spans, func(a, b int) bool { return spans[a].Max < spans[b].Max })
	return spans, nil
}

// PathOf returns where LiteFS puts one transaction.
func PathOf(dir string, txid ltx.TXID) string {
	return filepath.Join(dir, ltx.FormatFilename(txid, txid))
}

func corrupt(path string, err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return truncated(path, err)
	}
	return fault.Wrap(err, fault.LTXCorrupt, "%s is not the file that LiteFS wrote", path).
		WithHint("the stream goes on from a new snapshot; check the volume's disk")
}

func truncated(path string, err error) error {
	return fault.Wrap(err, fault.LTXTruncated, "%s ends too early", path).WithHint("the stream goes on from a new snapshot; check the volume's disk")
}
