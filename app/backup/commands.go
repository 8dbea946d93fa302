package main

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/superfly/ltx"
	"liteset/backup/fault"
	"liteset/backup/lineage"
	"liteset/backup/restore"
	"liteset/backup/seed"
	"liteset/backup/store"
)

// pointFlags adds the flags that say what to restore, and returns what reads them.
func pointFlags(flags *flag.FlagSet) func() (restore.Options, error) {
	txid := flags.String("txid", "", "last transaction to restore, 16 hexadecimal `digits`")
	at := flags.String("timestamp", "", "restore what was committed before this `time`, RFC 3339")
	line := flags.String("lineage", "", "`lineage` to restore from")
	return func() (o restore.Options, err error) {
		if *txid != "" {
			if o.TXID, err = ltx.ParseTXID(*txid); err != nil || o.TXID == 0 {
				return o, fault.Wrap(err, fault.Usage, "for example 00000000000004d2", "-txid %q", *txid)
			}
		}
		if *at != "" {
			if o.Timestamp, err = time.Parse(time.RFC3339Nano, *at); err != nil {
				return o, fault.Wrap(err, fault.Usage, "for example 2026-01-31T08:00:00.123Z", "-timestamp %q", *at)
			}
		}
		if *line != "" {
			o.Lineage, err = lineage.Parse(*line)
		}
		return o, err
	}
}

func setupRestore(flags *flag.FlagSet) func(context.Context, *slog.Logger, io.Writer) error {
	url := flags.String("url", "", "`URL` of the store")
	output := flags.String("o", "", "`file` to create; it must not exist")
	point := pointFlags(flags)
	ifNotExists := flags.Bool("if-not-exists", false, "do nothing, and succeed, if the file exists")
	return func(ctx context.Context, log *slog.Logger, out io.Writer) error {
		o, err := point()
		if err != nil {
			return err
		}
		o.Output, o.Log = *output, log
		if o.Output == "" {
			return fault.New(fault.Usage, "backup restore -h", "-o is missing")
		}
		if _, err := os.Lstat(o.Output); err == nil && *ifNotExists {
			log.Info("nothing to restore: the file exists", "file", o.Output)
			return nil
		}
		return report(out, *url, log, func(s *store.Store) (any, error) { return restore.Run(ctx, s, o) })
	}
}

func setupSeed(flags *flag.FlagSet) func(context.Context, *slog.Logger, io.Writer) error {
	url := flags.String("url", "", "`URL` of the store")
	data := flags.String("data", "/var/lib/litefs", "LiteFS's data `directory`")
	db := flags.String("db", "", "`name` of the database in the mount")
	point := pointFlags(flags)
	none := flags.String("if-no-backup", "fail", "what to do if the store has never held a backup: `fail`, or start without data")
	return func(ctx context.Context, log *slog.Logger, out io.Writer) error {
		o := seed.Options{Data: *data, Database: *db, StartEmpty: *none == "start", Log: log}
		if !named(*db) || *none != "fail" && *none != "start" {
			return fault.New(fault.Usage, "backup seed -h", "-db must name a database, and -if-no-backup be fail or start")
		}
		var err error
		if o.Point, err = point(); err != nil {
			return err
		}
		return report(out, *url, log, func(s *store.Store) (any, error) {
			result, err := seed.Run(ctx, s, o)
			if err == nil && !result.Seeded {
				log.Info("nothing was seeded: " + result.Why)
			}
			return result, err
		})
	}
}

// named reports whether a name can be a database's in the mount.
func named(db string) bool {
	return db != "" && db != "." && db != ".." && !strings.ContainsAny(db, `/\`)
}

// report opens a store and prints a result.
func report(out io.Writer, url string, log *slog.Logger, do func(*store.Store) (any, error)) error {
	s, err := store.Open(url, log)
	if err != nil {
		return err
	}
	result, err := do(s)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(result)
}
