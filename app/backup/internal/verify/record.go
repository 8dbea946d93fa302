package verify

import (
	"context"
	"strings"
	"time"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/index"
	"github.com/liteset/liteset/app/backup/internal/secret"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// records is the place that holds the outcome of the last verifications.
var records = index.Place{Name: "verifications", PageSize: 4096, Hint: "delete the object: it is only the outcome of a verification"}

// Kept is how many records are kept.
const Kept = 30

// mostText bounds the error or the notes in a record, in bytes, so that they fit.
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
	Notes     []string  `json:"notes,omitempty"`
	// What was found, if not.
	Code  fault.Code `json:"code,omitempty"`
	Error string     `json:"error,omitempty"`
}

// NewRecord describes a verification that began at a time.
func NewRecord(began time.Time, r Result, err error) Record {
	rec := Record{Time: began.UTC().Truncate(time.Millisecond), OK: err == nil, Seconds: time.Since(began).Seconds()}
	if err != nil {
		rec.Code, rec.Error = fault.CodeOf(err), shortened(secret.Hide(err.Error()), mostText)
		return rec
	}
	room := mostText
	for _, note := range r.Notes {
		rec.Notes = append(rec.Notes, shortened(note, room))
		if room -= len(note); room <= 0 {
			break
		}
	}
	rec.Lineage, rec.TXID, rec.Committed, rec.Checksum, rec.Objects, rec.Bytes = r.Lineage, r.TXID, r.Time, r.Checksum, r.Objects, r.Bytes
	return rec
}

// shortened cuts a text to some bytes, not inside a letter.
func shortened(text string, most int) string {
	return strings.ToValidUTF8(text[:min(len(text), most)], "")
}

// Keep adds a record to the store, as the newest whatever the clock says, and removes the oldest ones.
func Keep(ctx context.Context, s *store.Store, rec Record) error {
	all, err := records.Numbers(ctx, s)
	if err != nil {
		return err
	}
	ms := rec.Time.UnixMilli()
	number := uint64(ms)
	if len(all) > 0 {
		number = max(number, all[len(all)-1]+1)
	}
	if err := records.Put(ctx, s, number, ms, rec); err != nil || len(all) < Kept {
		return err
	}
	return records.Remove(ctx, s, all[:len(all)+1-Kept]...)
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
