package stream

import (
	"time"

	"github.com/liteset/liteset/app/backup/internal/ltxv1"
)

// reportLag tells the metrics how far behind the store is.
func (s *Stream) reportLag() {
	spans, err := ltxv1.List(s.ltxDir)
	if err != nil {
		return
	}
	tip := s.history.Current().Tip.TXID
	var waiting uint64
	var age time.Duration
	for _, span := range spans {
		if span.Max <= tip {
			continue
		}
		if age == 0 {
			if info, err := ltxv1.Stat(span.Path); err == nil {
				age = time.Since(time.UnixMilli(info.Timestamp))
			}
		}
		waiting += uint64(span.Max - max(tip, span.Min-1))
	}
	s.cfg.Metrics.Lag(waiting, max(age, 0))
}
