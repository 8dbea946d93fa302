package restore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/ltxv3"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// fetched is an object of the store, downloaded and found to be what was written.
type fetched struct {
	path   string
	header ltx.Header
}

// fetch downloads the objects of a plan. None is decoded into a database before all have been checked.
func fetch(ctx context.Context, c litestream.ReplicaClient, plan []*ltx.FileInfo, dir string) ([]fetched, error) {
	var all []fetched
	for i, info := range plan {
		path := filepath.Join(dir, fmt.Sprintf("%08d.ltx", i))
		h, err := fetchOne(ctx, c, info, path)
		if err != nil {
			return nil, err
		}
		all = append(all, fetched{path, h})
	}
	return all, nil
}

func fetchOne(ctx context.Context, c litestream.ReplicaClient, info *ltx.FileInfo, path string) (ltx.Header, error) {
	name := ltx.FormatFilename(info.MinTXID, info.MaxTXID)
	f, err := os.Create(path)
	if err != nil {
		return ltx.Header{}, fmt.Errorf("download %s of level %d: %w", name, info.Level, err)
	}
	defer f.Close()
	rd, err := c.OpenLTXFile(ctx, info.Level, info.MinTXID, info.MaxTXID, 0, 0)
	if err != nil {
		return ltx.Header{}, store.Failed(ctx, err, "read %s of level %d", name, info.Level)
	}
	defer rd.Close()
	counted := &failures{r: rd}
	h, err := ltxv3.Check(io.TeeReader(bufio.NewReaderSize(counted, 1<<16), f), info.MinTXID, info.MaxTXID)
	if _, ok := ltxv3.Proof(h); err == nil && !ok {
		err = errors.New("it carries no checksum of LiteFS's")
	}
	if counted.err != nil {
		return ltx.Header{}, store.Failed(ctx, counted.err, "read %s of level %d", name, info.Level)
	} else if err != nil {
		return ltx.Header{}, fault.Wrap(err, fault.StoreCorrupt, "%s of level %d is not what was written", name, info.Level).
			WithHint("run verify; name an earlier transaction or another lineage")
	}
	return h, nil
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

// CheckObject reads one object whole and fails unless it is what was written. It needs room for it at path.
func CheckObject(ctx context.Context, c litestream.ReplicaClient, info *ltx.FileInfo, path string) error {
	_, err := fetchOne(ctx, c, info, path)
	return err
}
