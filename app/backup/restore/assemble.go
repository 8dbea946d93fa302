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
	"liteset/backup/fault"
	"liteset/backup/ltxv3"
	"liteset/backup/store"
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
		return ltx.Header{}, err
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
		return h, store.Failed(ctx, counted.err, "read %s of level %d", name, info.Level)
	} else if err != nil {
		return h, fault.Wrap(err, fault.StoreCorrupt, "run verify; name an earlier transaction or another lineage", "%s of level %d is not what was written", name, info.Level)
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

// mostOpen is how many objects are merged at once; a plan with more is merged in rounds.
const mostOpen = 256

// assemble merges the objects with the library's compactor and writes the database.
func assemble(ctx context.Context, files []fetched, output string) (ltx.Header, error) {
	for len(files) > mostOpen {
		part, err := merge(ctx, files[:mostOpen])
		if err != nil {
			return ltx.Header{}, err
		}
		files = append([]fetched{part}, files[mostOpen:]...)
	}
	f, err := os.Create(output)
	if err != nil {
		return ltx.Header{}, err
	}
	defer f.Close()
	h, err := compact(ctx, files, func(r io.Reader) error {
		w := bufio.NewWriterSize(f, 1<<20)
		if err := ltx.NewDecoder(r).DecodeDatabaseTo(w); err != nil {
			return err
		}
		return w.Flush()
	})
	if err != nil {
		return h, err
	}
	return h, f.Sync()
}

func merge(ctx context.Context, files []fetched) (fetched, error) {
	path := files[len(files)-1].path + ".merged"
	f, err := os.Create(path)
	if err != nil {
		return fetched{}, err
	}
	defer f.Close()
	h, err := compact(ctx, files, func(r io.Reader) error {
		_, err := io.Copy(f, r)
		return err
	})
	for _, done := range files {
		os.Remove(done.path)
	}
	return fetched{path, h}, err
}

// compact hands the merged objects to use and returns the merged header.
func compact(ctx context.Context, files []fetched, use func(io.Reader) error) (ltx.Header, error) {
	var inputs []io.Reader
	for _, file := range files {
		f, err := os.Open(file.path)
		if err != nil {
			return ltx.Header{}, err
		}
		defer f.Close()
		inputs = append(inputs, bufio.NewReader(f))
	}
	pr, pw := io.Pipe()
	c, err := ltx.NewCompactor(pw, inputs)
	if err != nil {
		return ltx.Header{}, err
	}
	c.HeaderFlags = ltx.HeaderFlagNoChecksum
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				pw.CloseWithError(fmt.Errorf("compactor: %v", p))
			}
		}()
		pw.CloseWithError(c.Compact(ctx))
	}()
	err = use(pr)
	pr.CloseWithError(io.ErrClosedPipe)
	<-done
	return c.Header(), err
}

// CheckObject reads one object whole and fails unless it is what was written. It needs room for it at path.
func CheckObject(ctx context.Context, c litestream.ReplicaClient, info *ltx.FileInfo, path string) error {
	_, err := fetchOne(ctx, c, info, path)
	return err
}
