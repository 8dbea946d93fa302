package snapshot

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// source copies the database's bytes, as consistent as it can.
type source func(ctx context.Context, cfg Config, dst io.Writer) error

// sources are tried in this order.
func sources(cfg Config) []source {
	var all []source
	if st, err := os.Stat(filepath.Join(cfg.Dir, "wal")); err != nil || st.Size() == 0 {
		all = append(all, fromVolume)
	}
	if cfg.LiteFS != "" {
		all = append(all, fromExport)
	}
	if len(all) == 0 {
		all = append(all, fromVolume) // a log that was checkpointed lately does no harm; the proof will tell
	}
	return all
}

// fromVolume reads the file itself: no lock, no work for LiteFS.
func fromVolume(ctx context.Context, cfg Config, dst io.Writer) error {
	f, err := os.Open(filepath.Join(cfg.Dir, "database"))
	if os.IsNotExist(err) {
		return ErrEmpty
	} else if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(dst, reader{ctx, f})
	return err
}

// exportTimeout bounds the wait for LiteFS's locks, which it takes before it answers: an application that never lets go
// of them must not stop the stream for good.
const exportTimeout = 30 * time.Second

var exporter = http.Client{Transport: &http.Transport{ResponseHeaderTimeout: exportTimeout, DisableKeepAlives: true}}

// fromExport asks LiteFS, which holds read locks as long as the transfer lasts. Its answer names no transaction, and
// on a replica one can be applied between LiteFS's two steps of locking (db.go, Export): hence the same proof.
func fromExport(ctx context.Context, cfg Config, dst io.Writer) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, cfg.LiteFS+"/export?name="+url.QueryEscape(cfg.Name), nil)
	if err != nil {
		return err
	}
	res, err := exporter.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("export: LiteFS answered %s", res.Status)
	}
	_, err = io.Copy(dst, res.Body)
	return err
}

// reader stops when its context ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

// Read reads on unless the context has ended.
func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
