// Package ltxv3 writes and checks the files of a Litestream store. A file holds one or more transactions of LiteFS's,
// their TXIDs kept, without Litestream's own checksums (its compactor refuses files that have them). LiteFS's rolling
// checksum travels in the header's node id, which Litestream neither reads nor keeps when it compacts: so the data and
// its proof are one object, written or not written together.
package ltxv3

import (
	"errors"
	"io"
	"maps"
	"slices"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/ltxv1"
)

// Proof returns LiteFS's rolling checksum of the database after a file's last transaction; false if none is kept,
// which is so for files that the library compacted.
func Proof(h ltx.Header) (ltx.Checksum, bool) {
	c := ltx.Checksum(h.NodeID)
	return c, c&ltx.ChecksumFlag != 0
}

// Header describes a file with the given transactions. ms is the Unix time of the last one in milliseconds.
func Header(pageSize, commit uint32, first, last ltx.TXID, ms int64, proof ltx.Checksum) ltx.Header {
	return ltx.Header{
		Version: ltx.Version, Flags: ltx.HeaderFlagNoChecksum, PageSize: pageSize, Commit: commit,
		MinTXID: first, MaxTXID: last, Timestamp: ms, NodeID: uint64(proof),
	}
}

// Encode writes one file.
func Encode(w io.Writer, h ltx.Header, pages ltxv1.Pages) error {
	enc, err := ltx.NewEncoder(w)
	if err != nil {
		return err
	}
	if err := enc.EncodeHeader(h); err != nil {
		return err
	}
	err = pages(func(pgno uint32, data []byte) error {
		return enc.EncodePage(ltx.PageHeader{Pgno: pgno}, data)
	})
	if err != nil {
		return err
	}
	return enc.Close()
}

// Convert writes consecutive files of LiteFS's, each already verified, as one file of the store.
func Convert(w io.Writer, files []ltxv1.Info) error {
	if len(files) == 0 {
		return errors.New("nothing to convert")
	}
	first, last := files[0], files[len(files)-1]
	h := Header(last.PageSize, last.Commit, first.MinTXID, last.MaxTXID, last.Timestamp, last.PostApply)
	if len(files) == 1 {
		return Encode(w, h, func(emit func(uint32, []byte) error) error {
			_, err := ltxv1.Each(first.Path, emit)
			return err
		})
	}
	return Encode(w, h, func(emit func(uint32, []byte) error) error { return merged(files, emit) })
}

// merged keeps the newest version of each page in memory; the caller bounds the size of a group.
func merged(files []ltxv1.Info, emit func(uint32, []byte) error) error {
	newest := map[uint32][]byte{}
	for _, f := range files {
		// What a transaction cut off must not come back when a later one grows the database again.
		maps.DeleteFunc(newest, func(pgno uint32, _ []byte) bool { return pgno > f.Commit })
		_, err := ltxv1.Each(f.Path, func(pgno uint32, data []byte) error {
			newest[pgno] = slices.Clone(data)
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, pgno := range slices.Sorted(maps.Keys(newest)) {
		if err := emit(pgno, newest[pgno]); err != nil {
			return err
		}
	}
	return nil
}
