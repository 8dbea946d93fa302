package metrics

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/superfly/ltx"
)

// verified is there only once a verification was recorded: a time of 0 would look like one that is long overdue.
type verified struct {
	failedOnce, provedOnce sync.Once
	txid, at, failed       prometheus.Gauge
}

// VerifyFailed says whether the last verification found a fault.
func (m *Metrics) VerifyFailed(yes bool) {
	m.verified.failedOnce.Do(func() {
		m.verified.failed = m.gauge("verify_failed", "1 if the last verification of the store found a fault, else 0.")
	})
	m.verified.failed.Set(0)
	if yes {
		m.verified.failed.Set(1)
	}
}

// Verified says what the last verification without a fault proved, and when.
func (m *Metrics) Verified(txid ltx.TXID, at time.Time) {
	m.verified.provedOnce.Do(func() {
		m.verified.txid = m.gauge("verified_txid", "The last transaction that a verification restored and found equal to the cluster's.")
		m.verified.at = m.gauge("verified_timestamp_seconds", "When the last verification without a fault was.")
	})
	m.verified.txid.Set(float64(txid))
	m.verified.at.Set(float64(at.UnixMilli()) / 1000)
}
