package ship_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
)

// TestAnObjectCannotMakeCompactionTakeMemoryWithoutBound has the stream merge what somebody else has put into its place.
func TestAnObjectCannotMakeCompactionTakeMemoryWithoutBound(t *testing.T) {
	for name, damage := range map[string]func(raw []byte, path string) error{
		"much behind the pages": func(_ []byte, path string) error { return os.Truncate(path, 256<<20) },
		"a page of a gigabyte": func(raw []byte, path string) error {
			binary.BigEndian.PutUint32(raw[ltx.HeaderSize+ltx.PageHeaderSize:], 1<<30)
			return os.WriteFile(path, append(raw, make([]byte, 1000)...), 0o644)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 512, 81)
			r.random(6)
			r.sync()
			paths, err := filepath.Glob(filepath.Join(r.dir, "0*", "ltx", "0", ltx.FormatFilename(3, 3)))
			if err != nil || len(paths) != 1 {
				t.Fatal(paths, err)
			}
			raw, err := os.ReadFile(paths[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := damage(bytes.Clone(raw), paths[0]); err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err = r.s.Keeper.Compact(context.Background(), 1)
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > 32<<20 {
				t.Errorf("compaction allocated %d MiB", took>>20)
			}
			if fault.CodeOf(err) != fault.StoreCorrupt {
				t.Errorf("got %v, want %s", err, fault.StoreCorrupt)
			}
			r.sync() // in a lineage of its own
			_, reasons := r.lineages()
			wantReasons(t, reasons, lineage.First, lineage.Foreign)
		})
	}
}
