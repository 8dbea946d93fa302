// Command liteset-volume runs before LiteFS: it makes the volume one that LiteFS opens, and then becomes LiteFS.
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

	"github.com/liteset/liteset/app/volume/internal/sidecar"
	"github.com/liteset/liteset/app/volume/internal/start"
)

const usage = `liteset-volume start [flags] -- LITEFS ARGUMENTS...
    mends what can be mended on LiteFS's volume, moves aside what another pod has, waits for a person where nobody else may have it,
    and then runs LiteFS in its own place
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
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.Usage = func() { fmt.Fprint(flags.Output(), usage); flags.PrintDefaults() }
	data := flags.String("data", "/var/lib/litefs", "LiteFS's data `directory`")
	switch args[0] {
	case "start":
		return startLitefs(ctx, flags, data, args[1:])
	case "give-up":
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		return start.GiveUp(*data)
	}
	return wrongUse("what to do is unknown")
}

func wrongUse(what string) error {
	fmt.Fprint(os.Stderr, usage)
	return errors.New(what)
}

func startLitefs(ctx context.Context, flags *flag.FlagSet, data *string, args []string) error {
	o := start.Options{}
	flags.StringVar(&o.Pod, "pod", os.Getenv("POD_NAME"), "`name` of this pod")
	peers := flags.String("peers", os.Getenv("PEERS"), "DNS `names` whose addresses are all pods, separated by commas")
	flags.StringVar(&o.LitefsPort, "litefs-port", "20202", "`port` on which the LiteFS of each pod listens")
	http := flags.String("http", listens(), "`addresses` of the application, on which clients and probes are answered while the pod waits")
	sidecarURL := flags.String("sidecar", "", "`URL` of the sidecar of the lease; none if empty")
	flags.DurationVar(&o.Keep, "keep", 7*24*time.Hour, "how long what was moved aside is kept")
	reserve := flags.Uint64("reserve", 64, "`MiB` that are to be free when LiteFS starts")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return wrongUse("what to run after -- is missing")
	}
	o.Data, o.Sidecar, o.Reserve = *data, sidecar.URL(*sidecarURL), *reserve<<20
	o.Peers, o.HTTP = list(*peers), list(*http)
	if err := start.Run(ctx, o); err != nil {
		return err
	}
	path, err := exec.LookPath(flags.Arg(0))
	if err != nil {
		return err
	}
	return syscall.Exec(path, flags.Args(), os.Environ())
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

func list(text string) []string { return strings.FieldsFunc(text, func(r rune) bool { return r == ',' }) }
