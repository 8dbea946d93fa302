package main

import (
	"context"
	"flag"
	"io"
	"log/slog"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/seed"
	"github.com/liteset/liteset/app/backup/internal/store"
)

func setupSeed(flags *flag.FlagSet) func(context.Context, *slog.Logger, io.Writer) error {
	url := flags.String("url", "", "`URL` of the store")
	data := flags.String("data", "/var/lib/litefs", "LiteFS's data `directory`")
	db := flags.String("db", "", "`name` of the database in the mount")
	point := pointFlags(flags)
	none := flags.String("if-no-backup", "fail", "`what` to do if the store has never held a backup: fail, or start without data")
	return func(ctx context.Context, log *slog.Logger, out io.Writer) error {
		o := seed.Options{Data: *data, Database: *db, StartEmpty: *none == "start", Log: log}
		if !isDatabaseName(*db) || *none != "fail" && *none != "start" {
			return fault.New(fault.Usage, "-db must name a database, and -if-no-backup be fail or start").WithHint("backup seed -h")
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
