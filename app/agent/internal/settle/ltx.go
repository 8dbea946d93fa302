package settle

import (
	"encoding/binary"
	"io"
	"os"
)

const (
	// ltxHeaderSize is how many bytes of a transaction file say where the transaction was in the WAL.
	ltxHeaderSize = 100
	// walHeaderSize and frameHeaderSize are those of SQLite's WAL.
	walHeaderSize   = 32
	frameHeaderSize = 24
)

// has reports whether LiteFS's last transaction, by its file, ends where the WAL index ends. That needs no lock, so a
// transaction that goes on for long after it keeps nobody waiting. What is not known is not there.
func (d *database) has(seen header, pos string) bool {
	id := txid(pos)
	f, err := os.Open(d.ltx + "/" + id + "-" + id + ".ltx")
	if err != nil {
		return false
	}
	defer f.Close()
	var h [ltxHeaderSize]byte
	if _, err := io.ReadFull(f, h[:]); err != nil || string(h[:4]) != "LTX1" {
		return false
	}
	end := binary.BigEndian.Uint64(h[48:]) + binary.BigEndian.Uint64(h[56:])
	// The index is in the machine's order of bytes, but for the salts, which are as they are in the WAL.
	frames, page := uint64(binary.NativeEndian.Uint32(seen[16:])), uint64(binary.NativeEndian.Uint16(seen[14:]))
	if page == 1 {
		page = 65536
	}
	return string(h[64:72]) == string(seen[32:40]) && end >= walHeaderSize+frames*(frameHeaderSize+page)
}
