package check

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/superfly/ltx"
)

const pageSize = 512

// database returns the pages of one in WAL mode; each has the same bytes as all others but for its first byte.
func database(pages uint32) []byte {
	all := bytes.Repeat([]byte{7}, int(pages)*pageSize)
	for n := range pages {
		all[n*pageSize+headSize] = byte(n)
	}
	copy(all, magic)
	binary.BigEndian.PutUint16(all[16:], pageSize)
	for at, value := range map[int]uint32{24: 2, 28: pages, 92: 2} {
		binary.BigEndian.PutUint32(all[at:], value)
	}
	return all
}

func checksum(data []byte) ltx.Checksum {
	sum := ltx.Checksum(0)
	for at := 0; at < len(data); at += pageSize {
		sum ^= ltx.ChecksumPage(uint32(at/pageSize+1), data[at:at+pageSize])
	}
	return sum | ltx.ChecksumFlag
}

// write writes a transaction file that takes a database from one state to the other: the pages that differ.
func write(t *testing.T, dir string, txid ltx.TXID, from, to []byte) {
	t.Helper()
	var file bytes.Buffer
	e := ltx.NewEncoder(&file)
	head := ltx.Header{Version: ltx.Version, PageSize: pageSize, Commit: uint32(len(to) / pageSize), MinTXID: txid, MaxTXID: txid}
	if from != nil {
		head.PreApplyChecksum = checksum(from)
	}
	must(t, e.EncodeHeader(head))
	for at := 0; at < len(to); at += pageSize {
		page := to[at : at+pageSize]
		if at < len(from) && bytes.Equal(page, from[at:at+pageSize]) {
			continue
		}
		must(t, e.EncodePage(ltx.PageHeader{Pgno: uint32(at/pageSize + 1)}, page))
	}
	e.SetPostApplyChecksum(checksum(to))
	must(t, e.Close())
	must(t, os.MkdirAll(filepath.Join(dir, "ltx"), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "ltx", ltx.FormatFilename(txid, txid)), file.Bytes(), 0o600))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
