// Package fault is the one kind of error that a person or another program acts upon: it has a stable code, says what
// happened, and says what to do about it.
package fault

import (
	"errors"
	"fmt"
)

// Code names a kind of fault. Codes are part of the interface: logs, metrics and exit reports carry them.
type Code string

const (
	// LTXCorrupt is a file of LiteFS's that contradicts its own checksum, header or name.
	LTXCorrupt Code = "ltx-corrupt"
	// LTXTruncated is a file of LiteFS's that ends before its trailer.
	LTXTruncated Code = "ltx-truncated"
	// StoreCorrupt is an object in the store that contradicts its own checksum, header or name, or is missing from a chain.
	StoreCorrupt Code = "store-corrupt"
	// StoreUnavailable is a store that cannot be reached, or answers with an error.
	StoreUnavailable Code = "store-unavailable"
	// NoBackup is a store, lineage, transaction or time for which there is no backup.
	NoBackup Code = "no-backup"
	// Mismatch is a restored database whose checksum is not the one that the cluster had at that transaction.
	Mismatch Code = "checksum-mismatch"
	// Exists is an output file that is already there. Nothing of this program ever overwrites a database.
	Exists Code = "exists"
	// Contended is a place in the store that another stream writes to, too.
	Contended Code = "contended"
	// Torn is a copy of a live database that could not be proved to be one transaction's state.
	Torn Code = "snapshot-torn"
	// Integrity is a database that SQLite itself finds fault with.
	Integrity Code = "integrity"
	// NoRoom is a disk that has no room for what is to be written.
	NoRoom Code = "no-room"
	// Disk is a disk that fails.
	Disk Code = "disk"
	// Usage is a command line that cannot be carried out.
	Usage Code = "usage"
)

// Error is a fault. Err, if set, is its cause.
type Error struct {
	Code    Code
	Message string
	Hint    string
	Err     error
}

// Error says what happened, why, and what to do.
func (e *Error) Error() string {
	text := e.Message
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	if e.Hint != "" {
		text += " (" + e.Hint + ")"
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New makes a fault.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes a fault with a cause.
func Wrap(err error, code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Err: err}
}

// WithHint adds what to do about it.
func (e *Error) WithHint(hint string) *Error {
	e.Hint = hint
	return e
}

// CodeOf returns the code of the first fault in err's chain, or "" if it has none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
