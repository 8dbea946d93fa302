// Command backup ships the transactions of a LiteFS database to an object store in Litestream's format, restores them,
// and proves that they can be restored. README.md says how.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/secret"
)

// command is a subcommand. Its setup adds flags and returns what to do once they are parsed.
type command struct {
	name, summary string
	setup         func(*flag.FlagSet) func(context.Context, *slog.Logger, io.Writer) error
}

var commands = []command{
	{"stream", "ship every transaction to a store, until told to stop", setupStream},
	{"restore", "write the database as it was at a transaction or a time", setupRestore},
	{"seed", "fill an empty volume, before LiteFS starts, with the database as it was", setupSeed},
	{"verify", "prove that the newest state can be restored", setupVerify},
	{"list", "show what can be restored", setupList},
}

// Exit codes: what a CronJob or a script can tell apart.
const (
	exitFault = 1 // the message says which
	exitUsage = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run carries out a command line. Results go to out as JSON, logs to diag as JSON lines.
func run(ctx context.Context, args []string, out, diag io.Writer) int {
	at := slices.IndexFunc(commands, func(c command) bool { return len(args) > 0 && c.name == args[0] })
	if at < 0 {
		usage(diag)
		return exitUsage
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.SetOutput(diag)
	level := flags.String("log-level", "info", "debug, info, warn or error")
	do := commands[at].setup(flags)
	if err := flags.Parse(args[1:]); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil || flags.NArg() > 0 {
		fmt.Fprintln(diag, "unexpected arguments:", flags.NArg()) // not which: a URL that was not quoted may have been cut
		return exitUsage
	}
	var lowest slog.Level
	if err := lowest.UnmarshalText([]byte(*level)); err != nil {
		fmt.Fprintln(diag, err)
		return exitUsage
	}
	secret.AddEnvironment()
	log := slog.New(slog.NewJSONHandler(diag, &slog.HandlerOptions{Level: lowest, ReplaceAttr: secret.Attr}))
	slog.SetDefault(log) // all of ours get it; a few lines of Litestream's clients for SFTP and Azure know no other
	err := do(ctx, log, out)
	if err == nil {
		return 0
	}
	log.Error(args[0]+" failed", "error", err, "code", fault.CodeOf(err))
	if fault.CodeOf(err) == fault.Usage {
		return exitUsage
	}
	return exitFault
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "usage: backup <command> [flags]; backup <command> -h shows the flags")
	for _, c := range commands {
		fmt.Fprintf(w, "  %-8s %s\n", c.name, c.summary)
	}
}
