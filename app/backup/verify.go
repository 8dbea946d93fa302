package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/liteset/liteset/app/backup/internal/kube"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/store"
	"github.com/liteset/liteset/app/backup/internal/verify"
)

// Reasons of the events that a verification writes.
const (
	reasonVerified = "BackupVerified"
	reasonFailed   = "BackupVerifyFailed"
)

// reportTimeout bounds what follows a verification: its record and its event.
const reportTimeout = time.Minute

func setupVerify(flags *flag.FlagSet) func(context.Context, *slog.Logger, io.Writer) error {
	url := flags.String("url", "", "`URL` of the store")
	line := flags.String("lineage", "", "`lineage` to verify; the newest one if empty")
	scratch := flags.String("scratch", os.TempDir(), "`directory` with room for the database and its objects")
	scratchSize := scratchSizeFlag(flags)
	record := flags.Bool("record", false, "keep the outcome in the store, where list and the stream's metrics find it")
	event := flags.String("event", "", "write a Kubernetes event about an object, `namespace/Kind/name`")
	credentials := flags.String("kube-credentials", kube.DefaultCredentials, "`directory` with a service account's token and ca.crt, for -event")
	return func(ctx context.Context, log *slog.Logger, out io.Writer) error {
		o := verify.Options{Scratch: *scratch, Log: log}
		var err error
		if o.Most, err = scratchSize(); err != nil {
			return err
		}
		if *line != "" {
			if o.Lineage, err = lineage.Parse(*line); err != nil {
				return err
			}
		}
		writeEvent := func(context.Context, verify.Record) error { return nil }
		if *event != "" {
			if writeEvent, err = eventWriter(*event, *credentials); err != nil {
				return err
			}
		}
		return report(out, *url, log, func(s *store.Store) (any, error) {
			began := time.Now()
			result, err := verify.Run(ctx, s, o)
			rec := verify.NewRecord(began, result, err)
			for _, note := range result.Notes {
				log.Warn("the database, as the cluster's, has: " + note)
			}
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), reportTimeout)
			defer cancel()
			if err := writeEvent(ctx, rec); err != nil {
				log.Warn("no event was written", "error", err)
			}
			if *record {
				if keepErr := verify.Keep(ctx, s, rec); err == nil && keepErr != nil {
					err = fmt.Errorf("record the verification: %w", keepErr)
				}
			}
			return result, err
		})
	}
}

// eventWriter returns what writes the event about an outcome.
func eventWriter(object, credentials string) (func(context.Context, verify.Record) error, error) {
	about, err := kube.ParseObject(object)
	if err != nil {
		return nil, err
	}
	c, err := kube.InCluster(credentials)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, rec verify.Record) error {
		if !rec.OK {
			return c.Event(ctx, about, kube.Warning, reasonFailed, fmt.Sprintf("%s: %s", rec.Code, rec.Error))
		}
		text := fmt.Sprintf("transaction %s of lineage %s was restored, and has the cluster's checksum %s", rec.TXID, rec.Lineage, rec.Checksum)
		for _, note := range rec.Notes {
			text += "; note: " + note
		}
		return c.Event(ctx, about, kube.Normal, reasonVerified, text)
	}, nil
}
