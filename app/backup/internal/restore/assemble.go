package restore

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"

	"github.com/superfly/ltx"
)

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
		return ltx.Header{}, fmt.Errorf("create the database: %w", err)
	}
	defer f.Close()
	h, err := compact(ctx, files, func(r io.Reader) error {
		w := bufio.NewWriterSize(f, 1<<20)
		if err := ltx.NewDecoder(r).DecodeDatabaseTo(w); err != nil {
			return err
		}
		return w.Flush()
	})
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		return ltx.Header{}, fmt.Errorf("write the database: %w", err)
	}
	return h, nil
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
	if err != nil {
		return fetched{}, fmt.Errorf("merge %d objects: %w", len(files), err)
	}
	return fetched{path, h}, nil
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
	if err != nil {
		return ltx.Header{}, err
	}
	return c.Header(), nil
}
