package keeper

import (
	"errors"
	"io"
	"sync"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/ltxv3"
)

// refusals are the objects that the library must not read on: it opens an object again, from its middle, when reading it
// fails.
type refusals struct {
	mu  sync.Mutex
	all map[ltx.FileInfo]error
}

// why returns why an object was refused; nil if it was not.
func (r *refusals) why(object ltx.FileInfo) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all[object]
}

// guard guards the reader of an object, and notes its refusal.
func (r *refusals) guard(object ltx.FileInfo, rd io.Reader) io.Reader {
	return refusing{ltxv3.Guard(rd), func(err error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.all == nil {
			r.all = map[ltx.FileInfo]error{}
		}
		r.all[object] = err
	}}
}

type refusing struct {
	io.Reader
	note func(error)
}

// Read passes on what it reads.
func (r refusing) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if errors.Is(err, ltxv3.ErrRefused) {
		r.note(err)
	}
	return n, err
}
