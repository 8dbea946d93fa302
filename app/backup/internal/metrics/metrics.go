// Package metrics is what the stream tells Prometheus.
package metrics

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/superfly/ltx"
)

// Metrics of one stream.
type Metrics struct {
	registry                                         *prometheus.Registry
	active, txid, shippedAt, lagTransactions, lagSec prometheus.Gauge
	bytes, objects, transactions                     prometheus.Counter
	errors, lineages                                 *prometheus.CounterVec
	verified                                         verified
}

// New registers all metrics, so that each is there before its first event.
func New() *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "liteset_backup_" + name, Help: help}, labels)
		m.registry.MustRegister(c)
		return c
	}
	m.active = m.gauge("active", "1 if this process ships transactions, 0 if it stands by.")
	m.txid = m.gauge("shipped_txid", "The last transaction in the store.")
	m.shippedAt = m.gauge("shipped_timestamp_seconds", "When the last transaction in the store was committed.")
	m.lagTransactions = m.gauge("lag_transactions", "Transactions on the volume that are not in the store.")
	m.lagSec = m.gauge("lag_seconds", "Age of the oldest transaction that is not in the store; 0 if all are.")
	m.bytes = counter("bytes_total", "Bytes written to the store, compaction not counted.").WithLabelValues()
	m.objects = counter("objects_total", "Objects written to the store, compaction not counted.").WithLabelValues()
	m.transactions = counter("transactions_total", "Transactions written to the store.").WithLabelValues()
	m.errors = counter("errors_total", "Failures by code; each was tried again.", "code")
	m.lineages = counter("lineages_total", "Lineages begun, by reason.", "reason")
	return m
}

func (m *Metrics) gauge(name, help string) prometheus.Gauge {
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: "liteset_backup_" + name, Help: help})
	m.registry.MustRegister(g)
	return g
}

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Active says whether this process ships.
func (m *Metrics) Active(yes bool) {
	m.active.Set(0)
	if yes {
		m.active.Set(1)
	}
}

// At sets the store's last transaction.
func (m *Metrics) At(txid ltx.TXID, committed time.Time) {
	m.txid.Set(float64(txid))
	m.shippedAt.Set(float64(committed.UnixMilli()) / 1000)
}

// Shipped counts one object.
func (m *Metrics) Shipped(bytes int64, transactions uint64) {
	m.bytes.Add(float64(bytes))
	m.objects.Inc()
	m.transactions.Add(float64(transactions))
}

// Lag sets how far the store is behind the volume.
func (m *Metrics) Lag(transactions uint64, age time.Duration) {
	m.lagTransactions.Set(float64(transactions))
	m.lagSec.Set(age.Seconds())
}

// Failed counts a failure.
func (m *Metrics) Failed(code string) {
	if code == "" {
		code = "other"
	}
	m.errors.WithLabelValues(code).Inc()
}

// Lineage counts a new lineage.
func (m *Metrics) Lineage(reason string) { m.lineages.WithLabelValues(reason).Inc() }
