package verify

import (
	"context"
	"time"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/index"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// records is the place that holds the outcome of the last verifications.
var records = index.Place{Name: "verifications", PageSize: 4096, Hint: "delete the object: it is only the outcome of a verification"}

// Kept is how many records are kept.
const Kept = 30

// mostText bounds the error in a record, so that it fits.
const mostText = 1000

// Record is the outcome of a verification.
type Record struct {
	Time time.Time `json:"time"`
	OK   bool      `json:"ok"`
	// What was proved, if OK.
	Lineage   string    `json:"lineage,omitempty"`
	TXID      string    `json:"txid,omitempty"`
	Committed time.Time `json:"committed,omitzero"`
	Checksum  string    `json:"checksum,omitempty"`
	Objects   int       `json:"objects,omitempty"`
	Bytes     int64     `json:"bytes,omitempty"`
	Seconds   float64   `json:"seconds"`
	// What was found, if not.
	Code  fault.Code `json:"code,omitempty"`
	Error string     `json:"error,omitempty"`
}

// NewRecord describes a verification that began at a time.
func NewRecord(began time.Time, r Result, err error) Record {
	rec := Record{Time: began.UTC().Truncate(time.Millisecond), OK: err == nil, Seconds: time.Since(began).Seconds()}
	if err != nil {
		text := err.Error()
		rec.Code, rec.Error = fault.CodeOf(err), text[:min(len(text), mostText)]
		return rec
	}
	rec.Lineage, rec.TXID, rec.Committed, rec.Checksum, rec.Objects, rec.Bytes = r.Lineage, r.TXID, r.Time, r.Checksum, r.Objects, r.Bytes
	return rec
}

// Keep adds a record to the store and removes the oldest ones.
func Keep(ctx context.Context, s *store.Store, rec Record) error {
	ms := rec.Time.UnixMilli()
	if err := records.Put(ctx, s, uint64(ms), ms, rec); err != nil {
		return err
	}
	all, err := records.Numbers(ctx, s)
	if err != nil || len(all) <= Kept {
		return err
	}
	return records.Remove(ctx, s, all[:len(all)-Kept]...)
}

// History visits the records, newest first, until visit returns false.
func History(ctx context.Context, s *store.Store, visit func(Record) bool) error {
	all, err := records.Numbers(ctx, s)
	if err != nil {
		return err
	}
	for i := len(all) - 1; i >= 0; i-- {
		var rec Record
		if err := records.Get(ctx, s, all[i], &rec); err != nil {
			return err
		}
		if !visit(rec) {
			return nil
		}
	}
	return nil
}
