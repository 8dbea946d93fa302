package main

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"strings"

	"liteset/backup/fault"
	"liteset/backup/seed"
	"liteset/backup/store"
)

func setupSeed(flags *flag.FlagSet) func(context.Context, *slog.Logger, io.Writer) error {
	url := flags.String("url", "", "`URL` of the store")
	data := flags.String("data", "/var/lib/litefs", "LiteFS's data `directory`")
	db := flags.String("db", "", "`name` of the database in the mount")
	point := pointFlags(flags)
	none := flags.String("if-no-backup", "fail", "`what` to do if the store has never held a backup: fail, or start without data")
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
