// Package wait lets time pass for as long as it is wanted.
package wait

import (
	"context"
	"time"
)

// For waits for a duration. It returns the context's error if that ends first.
func For(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
