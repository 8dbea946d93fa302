// Package scrub reads the databases of a running LiteFS again and again, at a low rate, and compares them with the checksums
// that LiteFS has in its transaction files. A database that differs is healed by what heals it before LiteFS starts.
package scrub

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/volume/internal/ltxfiles"
	"github.com/liteset/liteset/app/volume/internal/primary"
	"github.com/liteset/liteset/app/volume/internal/seen"
	"github.com/liteset/liteset/app/volume/internal/sidecar"
)

// certain is how many times in a row a database has to be read as damaged: what a transaction wrote that was rolled back
// then is not there the next time.
const certain = 2

// Options of a scrub.
type Options struct {
	// Data is LiteFS's data directory.
	Data string
	// Pod is what a person calls this pod.
	Pod string
	// Host is where LiteFS and the application of this pod listen.
	Host string
	// Peers are DNS names whose addresses are all pods; LitefsPort is where their LiteFS listens.
	Peers      []string
	LitefsPort string
	// ClusterPort is where the application takes the order to hand over; empty where it takes none.
	ClusterPort string
	// Sidecar is that of the lease.
	Sidecar sidecar.Sidecar
	// Rate is how many bytes are read in a second.
	Rate uint64
	// Pause is how long nothing is read once all databases were.
	Pause time.Duration
	// Process is the process id of LiteFS, which is the parent of this process.
	Process int
}

// own is the address of this pod's LiteFS.
func (o Options) own() string { return net.JoinHostPort(o.Host, o.LitefsPort) }

// Run reads until LiteFS has ended, by itself or by the scrub.
func Run(ctx context.Context, o Options) error {
	if o.Rate == 0 {
		return errors.New("give -scrub-rate: how many bytes are read in a second")
	}
	pace := &pace{rate: o.Rate, litefs: o.Process}
	for {
		err := all(ctx, o, pace)
		if err != nil && ctx.Err() == nil && !errors.Is(err, errLitefsEnded) {
			log.Printf("cannot look at the databases, will try again: %v", err)
			err = nil
		}
		if err == nil {
			err = pace.wait(ctx, o.Pause)
		}
		if errors.Is(err, errLitefsEnded) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func all(ctx context.Context, o Options, pace *pace) error {
	databases, err := os.ReadDir(filepath.Join(o.Data, "dbs"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, e := range databases {
		if err := note(o, e.Name()); err != nil {
			return err
		}
		if err := one(ctx, o, pace, e.Name()); err != nil {
			return err
		}
	}
	return nil
}

// note notes a database that has a transaction.
func note(o Options, name string) error {
	files, err := ltxfiles.List(filepath.Join(o.Data, "dbs", name, "ltx"))
	if err != nil || len(files) == 0 {
		return err
	}
	return seen.Note(o.Data, name)
}

// one reads a database, and heals it if it is damaged.
func one(ctx context.Context, o Options, pace *pace, name string) error {
	dir := filepath.Join(o.Data, "dbs", name)
	litefs := func() ltx.TXID { return primary.TXID(ctx, o.own(), name) }
	for times := 1; ; times++ {
		err := read(ctx, dir, pace, litefs)
		var why damage
		if errors.Is(err, errMoved) {
			return nil // the next pass looks again
		} else if !errors.As(err, &why) {
			return err
		}
		log.Printf("%s: %s (time %d of %d)", name, why.why, times, certain)
		if times < certain {
			continue
		}
		o.Sidecar.Report(ctx, sidecar.Damaged, fmt.Sprintf("%s on the volume of %s is damaged: %s. It is healed as soon as another pod "+
			"is the primary and has as much. See docs/how-to/runbooks/volume.md.", name, o.Pod, why.why))
		return heal(ctx, o, pace, name)
	}
}
