package main

import (
	"context"
	"crypto/rand"
	"flag"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/liteset/liteset/app/backup/internal/election"
	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/kube"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/litefs"
	"github.com/liteset/liteset/app/backup/internal/ship"
)

// campaign ships whenever this process is the active one, until the context ends.
type campaign func(context.Context) error

// electionFlags adds the flags that say which process is active, and returns what reads them.
func electionFlags(flags *flag.FlagSet) func(ship.Config, *slog.Logger) (campaign, error) {
	how := flags.String("election", "none", "which of several pods ships: none (this one always does), lease or ordinal")
	ordinal := flags.Int("ordinal", 0, "with -election ordinal: the `number` of the pod that ships")
	identity := flags.String("identity", "", "`name` of this pod; with -election lease followed by _ and its uid, so that no other pod ever has it")
	var lease kube.LeaseClient
	flags.StringVar(&lease.Namespace, "lease-namespace", "", "`namespace` of the Lease")
	flags.StringVar(&lease.Name, "lease-name", "", "`name` of the Lease; it is made if there is none")
	duration := flags.Duration("lease-duration", 15*time.Second, "how long the Lease is good for after its holder was last heard of")
	credentials := flags.String("kube-credentials", kube.DefaultCredentials, "`directory` with a service account's token and ca.crt")
	return func(cfg ship.Config, log *slog.Logger) (campaign, error) {
		switch *how {
		case "none":
			return func(ctx context.Context) error { return ship.Run(ctx, cfg) }, nil
		case "ordinal":
			return byOrdinal(*identity, *ordinal, cfg, log), nil
		case "lease":
			if lease.Namespace == "" || lease.Name == "" || *identity == "" || *duration < time.Second {
				return nil, fault.New(fault.Usage, "-election lease needs -lease-namespace, -lease-name, -identity, and at least a second of -lease-duration").
					WithHint("backup stream -h")
			}
			var err error
			if lease.Client, err = kube.InCluster(*credentials); err != nil {
				return nil, err
			}
			return byLease(election.Config{Lease: lease, Identity: unique(*identity), Duration: *duration, Settle: cfg.StoreTimeout, Log: log}, cfg), nil
		}
		return nil, fault.New(fault.Usage, "-election %q: there are none, lease and ordinal", *how).WithHint("backup stream -h")
	}
}

// byOrdinal is fixed: it needs no rights in the cluster, and the pod that ships may be the primary.
func byOrdinal(identity string, ordinal int, cfg ship.Config, log *slog.Logger) campaign {
	return func(ctx context.Context) error {
		if election.IsOrdinal(identity, ordinal) {
			return ship.Run(ctx, cfg)
		}
		log.Info("this pod stands by", "identity", identity, "active", ordinal)
		<-ctx.Done()
		return nil
	}
}

func byLease(e election.Config, cfg ship.Config) campaign {
	var last atomic.Pointer[error] // of the stream's, for a store that only this pod cannot reach
	cfg.Synced = func(err error) { last.Store(&err) }
	e.Fit = func(ctx context.Context, active bool) error {
		if cfg.Database.LiteFS != "" {
			if err := litefs.Replica(ctx, cfg.Database.LiteFS); err != nil {
				return err
			}
		}
		if !active {
			_, err := lineage.List(ctx, cfg.Store)
			return err
		}
		if err := last.Load(); err != nil && fault.CodeOf(*err) == fault.StoreUnavailable {
			return *err
		}
		return nil
	}
	return func(ctx context.Context) error {
		return election.Run(ctx, e, func(ctx context.Context) error {
			last.Store(nil)
			return ship.Run(ctx, cfg)
		})
	}
}

// unique makes an identity that no other process has from one without a uid.
func unique(identity string) string {
	if strings.Contains(identity, "_") {
		return identity
	}
	return identity + "_" + rand.Text()
}
