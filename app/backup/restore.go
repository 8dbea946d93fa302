package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/restore"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// pointFlags adds the flags that say what to restore, and returns what reads them.
func pointFlags(flags *flag.FlagSet) func() (restore.Options, error) {
	txid := flags.String("txid", "", "last transaction to restore, 16 hexadecimal `digits`")
	at := flags.String("timestamp", "", "restore what was committed before this `time`, RFC 3339")
	line := flags.String("lineage", "", "`lineage` to restore from")
	return func() (o restore.Options, err error) {
		if *txid != "" {
			if o.TXID, err = ltx.ParseTXID(*txid); err != nil || o.TXID == 0 {
				return o, fault.Wrap(err, fault.Usage, "-txid %q", *txid).WithHint("for example 00000000000004d2")
			}
		}
		if *at != "" {
			if o.Timestamp, err = time.Parse(time.RFC3339Nano, *at); err != nil {
				return o, fault.Wrap(err, fault.Usage, "-timestamp %q", *at).WithHint("for example 2026-01-31T08:00:00.123Z")
			}
		}
		if *line != "" {
			o.Lineage, err = lineage.Parse(*line)
		}
		return o, err
	}
}

// stdout is the output that is not a file, for a container that has no other way out.
const stdout = "-"

func setupRestore(flags *flag.FlagSet) func(context.Context, *slog.Logger, io.Writer) error {
	url := flags.String("url", "", "`URL` of the store")
	output := flags.String("o", "", "`file` to create; it must not exist. - writes the database to stdout, and the result to the log")
	scratch := flags.String("scratch", os.TempDir(), "with -o -: `directory` with room for the database and its objects")
	point := pointFlags(flags)
	ifNotExists := flags.Bool("if-not-exists", false, "do nothing, and succeed, if the file exists")
	return func(ctx context.Context, log *slog.Logger, out io.Writer) error {
		o, err := point()
		if err != nil {
			return err
		}
		o.Output, o.Log = *output, log
		switch o.Output {
		case "":
			return fault.New(fault.Usage, "-o is missing").WithHint("backup restore -h")
		case stdout:
			return toStdout(ctx, *url, *scratch, o, out)
		}
		if _, err := os.Lstat(o.Output); err == nil && *ifNotExists {
			log.Info("nothing to restore: the file exists", "file", o.Output)
			return nil
		}
		return report(out, *url, log, func(s *store.Store) (any, error) { return restore.Run(ctx, s, o) })
	}
}

// toStdout writes nothing unless the whole database was restored and proved.
func toStdout(ctx context.Context, url, scratch string, o restore.Options, out io.Writer) error {
	s, err := store.Open(url, o.Log)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(scratch, "restore-*")
	if err != nil {
		return fault.OfDisk(err, "give -scratch a directory that can be written")
	}
	defer os.RemoveAll(dir)
	o.Output = filepath.Join(dir, "database")
	result, err := restore.Run(ctx, s, o)
	if err != nil {
		return err
	}
	f, err := os.Open(o.Output)
	if err != nil {
		return fmt.Errorf("read the restored database: %w", err)
	}
	defer f.Close()
	if _, err := io.Copy(out, f); err != nil {
		return fmt.Errorf("stdout has only a part of the database: %w", err)
	}
	o.Log.Info("restored", "lineage", result.Lineage, "txid", result.TXID, "committed", result.Time, "checksum", result.Checksum)
	return nil
}
