// Command liteset-volume looks after LiteFS's volume: before LiteFS it makes the volume one that LiteFS opens, and then becomes
// LiteFS; beside LiteFS it reads the databases again and again.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/liteset/liteset/app/volume/internal/scrub"
	"github.com/liteset/liteset/app/volume/internal/sidecar"
	"github.com/liteset/liteset/app/volume/internal/start"
)

const usage = `liteset-volume start [flags] -- LITEFS ARGUMENTS...
    mends what can be mended on LiteFS's volume, moves aside what another pod has, waits for a person where nobody else may have it,
    and then runs LiteFS in its own place; with -scrub-rate, it runs the next beside LiteFS
liteset-volume scrub [flags]
    reads the databases of a running LiteFS, compares them with LiteFS's checksums, and ends LiteFS, so that what is damaged is
    mended, where another pod is the primary and has as much; a primary hands over first
liteset-volume give-up [-data DIRECTORY]
    lets a pod that waits go on without what only its volume has
`

func main() {
	log.SetFlags(0)
	log.SetPrefix("liteset-volume: ")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); errors.Is(err, context.Canceled) {
		os.Exit(0)
	} else if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return wrongUse("what to do is missing")
	}
	var o options
	flags := o.flags(args[0])
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	switch args[0] {
	case "start":
		if flags.NArg() == 0 {
			return wrongUse("what to run after -- is missing")
		}
		return o.becomeLitefs(ctx, args[1:len(args)-flags.NArg()], flags.Args())
	case "scrub":
		return scrub.Run(ctx, o.scrub())
	case "give-up":
		return start.GiveUp(o.data)
	}
	return wrongUse("what to do is unknown")
}

func wrongUse(what string) error {
	fmt.Fprint(os.Stderr, usage)
	return errors.New(what)
}

// options are what the flags say.
type options struct {
	data, pod, peers, http, host, litefsPort, clusterPort, sidecar string
	keep, pause                                       time.Duration
	reserve, rate                                     uint64
	process                                           int
}

func (o *options) flags(command string) *flag.FlagSet {
	f := flag.NewFlagSet(command, flag.ContinueOnError)
	f.Usage = func() { fmt.Fprint(f.Output(), usage); f.PrintDefaults() }
	f.StringVar(&o.data, "data", "/var/lib/litefs", "LiteFS's data `directory`")
	f.StringVar(&o.pod, "pod", os.Getenv("POD_NAME"), "`name` of this pod")
	f.StringVar(&o.peers, "peers", os.Getenv("PEERS"), "DNS `names` whose addresses are all pods, separated by commas")
	f.StringVar(&o.litefsPort, "litefs-port", "20202", "`port` on which the LiteFS of each pod listens")
	f.StringVar(&o.clusterPort, "cluster-port", os.Getenv("CLUSTER_PORT"), "`port` on which a primary of this pod is asked to hand over")
	f.StringVar(&o.host, "host", "127.0.0.1", "`host` on which this pod's LiteFS and application listen")
	f.StringVar(&o.http, "http", listens(), "`addresses` of the application, on which clients and probes are answered while the pod waits")
	f.StringVar(&o.sidecar, "sidecar", "", "`URL` of the sidecar of the lease; none if empty")
	f.DurationVar(&o.keep, "keep", 7*24*time.Hour, "how long what was moved aside is kept")
	f.Uint64Var(&o.reserve, "reserve", 64, "`MiB` that are to be free when LiteFS starts")
	f.Uint64Var(&o.rate, "scrub-rate", 0, "`bytes` of the databases that are read in a second while LiteFS runs; 0: none")
	f.IntVar(&o.process, "process", os.Getppid(), "process `number` of LiteFS, which is the parent of the scrub")
	f.DurationVar(&o.pause, "scrub-pause", 10*time.Second, "how long nothing is read once all was")
	return f
}

// listens are the addresses on which the application listens, by its own environment variables.
func listens() string {
	addresses := ":8080"
	if port := os.Getenv("PORT"); port != "" {
		addresses = ":" + port
	}
	if port := os.Getenv("STATUS_PORT"); port != "" {
		addresses += ",:" + port
	}
	return addresses
}

func list(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
}

func (o *options) start() start.Options {
	return start.Options{
		Data: o.data, Pod: o.pod, Peers: list(o.peers), LitefsPort: o.litefsPort, HTTP: list(o.http), Sidecar: sidecar.Sidecar{URL: o.sidecar, Data: o.data},
		Keep: o.keep, Reserve: o.reserve << 20,
	}
}

func (o *options) scrub() scrub.Options {
	return scrub.Options{
		Data: o.data, Pod: o.pod, Host: o.host, Peers: list(o.peers), LitefsPort: o.litefsPort, ClusterPort: o.clusterPort,
		Sidecar: sidecar.Sidecar{URL: o.sidecar, Data: o.data}, Rate: o.rate, Pause: o.pause, Process: o.process,
	}
}

// becomeLitefs makes the volume one that LiteFS opens, starts the scrub with the same flags, and runs LiteFS in its own place.
func (o *options) becomeLitefs(ctx context.Context, flags, litefs []string) error {
	if err := start.Run(ctx, o.start()); err != nil {
		return err
	}
	path, err := exec.LookPath(litefs[0])
	if err != nil {
		return err
	}
	if o.rate > 0 {
		if err := startScrub(flags); err != nil {
			return err
		}
	}
	return syscall.Exec(path, litefs, os.Environ())
}

func startScrub(flags []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	beside := exec.Command(self, append([]string{"scrub", fmt.Sprintf("-process=%d", os.Getpid())}, flags...)...)
	beside.Stdout, beside.Stderr = os.Stdout, os.Stderr
	return beside.Start()
}
