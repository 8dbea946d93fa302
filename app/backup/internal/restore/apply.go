package restore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/ltxv3"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// database is a file that objects are applied to, in order. It must not be used before the last of them was found to be in
// order, and its checksum to be the cluster's.
type database struct {
	file   *os.File
	room   int64 // most bytes that it may have
	header ltx.Header
	pages  int64 // applied, each as often as it was
}

// apply reads an object, and writes its pages.
func (d *database) apply(ctx context.Context, c litestream.ReplicaClient, info *ltx.FileInfo) error {
	before := d.header
	h, err := read(ctx, c, info, ltxv3.Visit{
		Header: func(h ltx.Header) error { return d.admit(before, h) },
		Page: func(pgno uint32, data []byte) error {
			d.pages++
			_, err := d.file.WriteAt(data, int64(pgno-1)*int64(len(data)))
			return onDisk(err)
		},
	})
	if err != nil {
		return err
	}
	d.header = h
	// What a transaction cut off must not come back when a later one grows the database again.
	return onDisk(d.file.Truncate(int64(h.Commit) * int64(h.PageSize)))
}

// admit checks that an object goes on where the one before ended, and that there is room for what it says.
func (d *database) admit(before, h ltx.Header) error {
	switch size := int64(h.Commit) * int64(h.PageSize); {
	case before.PageSize == 0 && !h.IsSnapshot():
		return fmt.Errorf("nothing comes before transaction %s", h.MinTXID)
	case before.PageSize != 0 && before.PageSize != h.PageSize:
		return fmt.Errorf("its pages have %d bytes, those before it %d", h.PageSize, before.PageSize)
	case before.PageSize != 0 && !ltx.IsContiguous(before.MaxTXID, h.MinTXID, h.MaxTXID):
		return fmt.Errorf("it does not go on from transaction %s", before.MaxTXID)
	case size > d.room:
		return fault.New(fault.NoRoom, "the database has %d bytes, and there is room for %d", size, d.room).WithHint(makeRoom)
	}
	return nil
}

// complete fails if pages were never written. A file can be long without them: nobody shall read petabytes of zeros.
func (d *database) complete() error {
	want := int64(d.header.Commit)
	if d.header.Commit >= d.header.LockPgno() {
		want--
	}
	if d.pages < want {
		return fmt.Errorf("the objects have %d pages, the database %d", d.pages, want)
	}
	return onDisk(d.file.Sync())
}

// read reads an object whole. It fails with a fault unless the object is what was written.
func read(ctx context.Context, c litestream.ReplicaClient, info *ltx.FileInfo, visit ltxv3.Visit) (ltx.Header, error) {
	name := ltx.FormatFilename(info.MinTXID, info.MaxTXID)
	rd, err := c.OpenLTXFile(ctx, info.Level, info.MinTXID, info.MaxTXID, 0, 0)
	if err != nil {
		return ltx.Header{}, store.Failed(ctx, err, "read %s of level %d", name, info.Level)
	}
	defer rd.Close()
	counted := &failures{r: rd}
	h, err := ltxv3.Read(bufio.NewReaderSize(counted, 1<<16), info.MinTXID, info.MaxTXID, visit)
	if _, ok := ltxv3.Proof(h); err == nil && !ok {
		err = errors.New("it carries no checksum of LiteFS's")
	}
	switch {
	case counted.err != nil:
		return ltx.Header{}, store.Failed(ctx, counted.err, "read %s of level %d", name, info.Level)
	case err != nil && fault.CodeOf(err) == "":
		return ltx.Header{}, fault.Wrap(err, fault.StoreCorrupt, "%s of level %d is not what was written", name, info.Level).
			WithHint("run verify; name an earlier transaction or another lineage")
	}
	return h, err
}

// failures remembers whether reading failed, as distinct from what was read being wrong.
type failures struct {
	r   io.Reader
	err error
}

// Read passes on what it reads.
func (f *failures) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}

// CheckObject reads one object whole and fails unless it is what was written.
func CheckObject(ctx context.Context, c litestream.ReplicaClient, info *ltx.FileInfo) error {
	_, err := read(ctx, c, info, ltxv3.Visit{})
	return err
}
