package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/metrics"
	"github.com/liteset/liteset/app/backup/internal/ship"
	"github.com/liteset/liteset/app/backup/internal/snapshot"
	"github.com/liteset/liteset/app/backup/internal/store"
)

func setupStream(flags *flag.FlagSet) func(context.Context, *slog.Logger, io.Writer) error {
	url := flags.String("url", "", "`URL` of the store, one for each database")
	data := flags.String("data", "/var/lib/litefs", "LiteFS's data `directory`; only read")
	db := flags.String("db", "", "`name` of the database in the mount")
	litefs := flags.String("litefs", "", "`URL` of this node's LiteFS, such as http://127.0.0.1:20202: needed on a primary with a write-ahead log")
	scratch := flags.String("scratch", os.TempDir(), "`directory` with room for one copy of the database")
	scratchSize := scratchSizeFlag(flags)
	listen := flags.String("metrics", "", "`address` for Prometheus, such as :9090; none if empty")
	interval := flags.Duration("sync-interval", ship.DefaultSyncInterval, "how long transactions wait for each other")
	points := flags.Int("restore-points", ship.DefaultRestorePoints, "most objects written in one interval; more transactions than that share objects")
	retention := flags.Duration("retention", ship.DefaultRetention, "how far back the database can be restored")
	transactions := flags.Duration("transaction-retention", ship.DefaultTransactions, "how far back each restore point is kept; after it, those of compaction")
	snapshots := flags.Duration("snapshot-interval", ship.DefaultSnapshotInterval, "time between snapshots")
	timeout := flags.Duration("store-timeout", ship.DefaultStoreTimeout, "how long a request to the store may make no progress")
	elect := electionFlags(flags)
	return func(ctx context.Context, log *slog.Logger, _ io.Writer) error {
		if !isDatabaseName(*db) || *points < 1 || *interval <= 0 || *retention <= 0 || *transactions <= 0 || *snapshots <= 0 || *timeout <= 0 {
			return fault.New(fault.Usage, "-db must name a database, and numbers and durations be positive").WithHint("backup stream -h")
		}
		most, err := scratchSize()
		if err != nil {
			return err
		}
		st, err := store.Open(*url, log)
		if err != nil {
			return err
		}
		m := metrics.New()
		cfg := ship.Config{
			Database: snapshot.Config{Dir: filepath.Join(*data, "dbs", *db), Name: *db, LiteFS: strings.TrimRight(*litefs, "/"), Scratch: *scratch, Most: most},
			Store:    st, SyncInterval: *interval, RestorePoints: *points, Retention: *retention, TransactionRetention: *transactions,
			SnapshotInterval: *snapshots, StoreTimeout: *timeout, Log: log, Metrics: m,
		}
		campaign, err := elect(cfg, log)
		if err != nil {
			return err
		}
		if err := serveMetrics(ctx, *listen, m.Handler(), log); err != nil {
			return err
		}
		return campaign(ctx)
	}
}

// serveMetrics answers GET /metrics until the context ends.
func serveMetrics(ctx context.Context, addr string, h http.Handler, log *slog.Logger) error {
	if addr == "" {
		return nil
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("serve metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", h)
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { srv.Close() })
	go func() {
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			log.Error("metrics are not served any more", "error", err)
		}
	}()
	log.Info("metrics", "address", ln.Addr().String())
	return nil
}
