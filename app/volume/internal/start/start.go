// Package start makes a volume one that LiteFS opens, or waits until it is.
package start

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/liteset/liteset/app/volume/internal/aside"
	"github.com/liteset/liteset/app/volume/internal/check"
	"github.com/liteset/liteset/app/volume/internal/clusterid"
	"github.com/liteset/liteset/app/volume/internal/mend"
	"github.com/liteset/liteset/app/volume/internal/primary"
	"github.com/liteset/liteset/app/volume/internal/room"
	"github.com/liteset/liteset/app/volume/internal/seen"
	"github.com/liteset/liteset/app/volume/internal/sidecar"
	"github.com/liteset/liteset/app/volume/internal/standby"
)

// pause is how long a volume that waits is left alone before it is looked at again.
const pause = time.Second

// Options of a start.
type Options struct {
	// Data is LiteFS's data directory.
	Data string
	// Pod is what a person calls this pod.
	Pod string
	// Peers are DNS names whose addresses are all pods; LitefsPort is where their LiteFS listens.
	Peers      []string
	LitefsPort string
	// HTTP are the application's addresses, on which clients and probes are answered while the pod waits.
	HTTP []string
	// Sidecar is that of the lease.
	Sidecar sidecar.Sidecar
	// Keep is how long what was moved aside is kept.
	Keep time.Duration
	// Reserve is how many bytes are to be free when LiteFS starts.
	Reserve uint64
}

// Run returns when LiteFS can start. While it must wait for a person it says so, to everybody.
func Run(ctx context.Context, o Options) error {
	var waiting *standby.Server
	said := ""
	defer func() {
		if waiting != nil {
			waiting.Close()
		}
	}()
	for {
		began := time.Now()
		err := attempt(ctx, o)
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		why := err.Error()
		if waiting == nil {
			waiting = standby.Start(o.HTTP, why)
		}
		waiting.Say(why)
		if why != said {
			o.Sidecar.Report(ctx, sidecar.Waits, why)
			said = why
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(max(pause, 4*time.Since(began))): // to look at a large database costs
		}
	}
}

// attempt does what can be done now. An error says what a person has to do.
func attempt(ctx context.Context, o Options) error {
	if err := tidy(o); err != nil {
		return onVolume(o, err)
	}
	if err := clusterid.Mend(o.Data, func() string { return clusterID(ctx, o) }); err != nil {
		return onVolume(o, err)
	}
	all, err := databases(o.Data)
	if err != nil {
		return onVolume(o, err)
	}
	var damaged []check.Finding
	needs := uint64(0)
	for _, found := range all {
		if found.State == check.Damaged {
			damaged = append(damaged, found)
			continue
		}
		if err := restoreOrder(ctx, o, found); err != nil {
			return onVolume(o, err)
		}
		needs += found.Grows
	}
	if len(damaged) > 0 {
		if err := leave(ctx, o, damaged); err != nil {
			return err
		}
	}
	return onVolume(o, room.Make(o.Data, needs, o.Reserve))
}

// restoreOrder mends a folder that its transaction files make whole.
func restoreOrder(ctx context.Context, o Options, found check.Finding) error {
	if found.State == check.Mendable {
		if err := mend.Write(found.Dir, found.Mend); err != nil {
			return err
		}
		if again := check.Folder(found.Dir); again.State != check.Whole {
			return fmt.Errorf("%s is %s after it was mended: %s", filepath.Base(found.Dir), again.State, again.Why)
		}
		o.Sidecar.Report(ctx, sidecar.Mended, fmt.Sprintf("%s was not as its last transaction says (%s). All transaction files that are "+
			"there were laid onto it, and it has the right checksum now.", filepath.Base(found.Dir), found.Why))
	}
	for _, file := range found.Unreadable {
		to, err := aside.Move(o.Data, file.Path, time.Now())
		if err != nil {
			return err
		}
		log.Printf("%s cannot be read, and %s does without it: it is in %s now", filepath.Base(file.Path), filepath.Base(found.Dir), to)
	}
	return nil
}

// leave moves damaged folders aside where that loses nothing, or where a person has said so.
func leave(ctx context.Context, o Options, damaged []check.Finding) error {
	givenUp := exists(giveUpFile(o.Data))
	var other *primary.Primary
	if !givenUp {
		other = primary.Find(ctx, o.Peers, o.LitefsPort)
	}
	for _, found := range damaged {
		name := filepath.Base(found.Dir)
		if reason := WhyNot(found.TXID, name, other); reason != "" && !givenUp {
			return waits(o, name, found, reason)
		}
		if err := giveUp(ctx, o, found); err != nil {
			return onVolume(o, err)
		}
		if givenUp {
			if err := seen.Forget(o.Data, name); err != nil {
				return err
			}
		}
	}
	if givenUp {
		return os.Remove(giveUpFile(o.Data))
	}
	return nil
}

// giveUp moves what is left of a database aside.
func giveUp(ctx context.Context, o Options, found check.Finding) error {
	where := "Nothing of it is left"
	if exists(found.Dir) {
		to, err := aside.Move(o.Data, found.Dir, time.Now())
		if err != nil {
			return err
		}
		where = "It is in " + to + " now"
	}
	o.Sidecar.Report(ctx, sidecar.MovedAside, fmt.Sprintf("%s is damaged: %s. %s, and this pod fetches a copy from the primary. See "+
		"docs/how-to/runbooks/volume.md.", filepath.Base(found.Dir), found.Why, where))
	return nil
}

func waits(o Options, name string, found check.Finding, reason string) error {
	return fmt.Errorf("%s on this pod's volume is damaged: %s. This may have been the only copy of some writes: %s. The pod waits, and looks again each "+
		"second. Start the other pods first. To go on without what only this volume has, run: kubectl exec %s -c app -- liteset-volume give-up. "+
		"See docs/how-to/runbooks/volume.md", name, found.Why, reason, o.Pod)
}

func onVolume(o Options, err error) error {
	if err == nil || !room.Lacks(err) {
		return err
	}
	return fmt.Errorf("the volume of %s is full: %w. Make its claim larger, see docs/how-to/runbooks/volume.md. The pod looks again each second", o.Pod, err)
}

// tidy puts right what needs no look at a database, and removes what nobody needs: half-written files of a LiteFS that was killed,
// and what was moved aside long ago.
func tidy(o Options) error {
	if err := own(o.Data); err != nil {
		log.Printf("others than root may change %s: %v", o.Data, err)
	}
	halves, _ := filepath.Glob(filepath.Join(o.Data, "dbs", "*", "ltx", "*.tmp"))
	for _, half := range halves {
		if err := os.Remove(half); err != nil {
			return err
		}
	}
	return aside.Remove(o.Data, o.Keep, time.Now())
}

// clusterID asks the Lease, or where there is none, the primary.
func clusterID(ctx context.Context, o Options) string {
	if id := o.Sidecar.ClusterID(ctx); id != "" {
		return id
	}
	if other := primary.Find(ctx, o.Peers, o.LitefsPort); other != nil {
		return other.ClusterID
	}
	return ""
}
