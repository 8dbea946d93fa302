package main

import (
	"context"
	"flag"
	"io"
	"log/slog"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/store"
	"github.com/liteset/liteset/app/backup/internal/verify"
)

// listed is what list shows.
type listed struct {
	Lineages      []lineage.Summary `json:"lineages"`
	Verifications []verify.Record   `json:"verifications"` // newest first
}

func setupList(flags *flag.FlagSet) func(context.Context, *slog.Logger, io.Writer) error {
	url := flags.String("url", "", "`URL` of the store")
	last := flags.Int("verifications", 10, "`number` of the last verifications to show")
	return func(ctx context.Context, log *slog.Logger, out io.Writer) error {
		if *last < 0 {
			return fault.New(fault.Usage, "-verifications must not be negative").WithHint("backup list -h")
		}
		return report(out, *url, log, func(s *store.Store) (any, error) { return list(ctx, s, *last) })
	}
}

func list(ctx context.Context, s *store.Store, last int) (listed, error) {
	l := listed{Lineages: []lineage.Summary{}, Verifications: []verify.Record{}}
	all, err := lineage.List(ctx, s)
	if err != nil {
		return listed{}, err
	}
	for _, info := range all {
		sum, err := lineage.Summarize(ctx, s, info)
		if err != nil {
			return listed{}, err
		}
		l.Lineages = append(l.Lineages, sum)
	}
	err = verify.History(ctx, s, func(rec verify.Record) bool {
		if len(l.Verifications) < last {
			l.Verifications = append(l.Verifications, rec)
		}
		return len(l.Verifications) < last
	})
	if err != nil {
		return listed{}, err
	}
	return l, nil
}
