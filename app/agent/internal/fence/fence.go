// Package fence knows until when this pod may act as the primary.
package fence

import (
	"context"
	"encoding/json"
	"log"
	"math"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/liteset/liteset/app/agent/internal/stream"
)

// Fence is the end of this pod's lease, as the sidecar of the lease tells it. When that ends, what it told last stays true,
// and runs out by itself.
type Fence struct {
	url      string
	onChange func()
	mu       sync.Mutex
	until    float64 // on the kernel's monotonic clock, in milliseconds
	lost     bool
}

// New makes one that has not begun, or, without an address, one that has no end.
func New(url string, onChange func()) *Fence {
	return &Fence{url: url, onChange: onChange}
}

// Left is how long it holds.
func (f *Fence) Left() time.Duration {
	if f.url == "" {
		return math.MaxInt64
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return time.Duration((f.until - now()) * float64(time.Millisecond))
}

// Follow listens to the sidecar.
func (f *Fence) Follow(ctx context.Context) {
	if f.url != "" {
		stream.Follow(ctx, f.url, f.take, f.onLost)
	}
}

func (f *Fence) take(line []byte) {
	var told struct {
		Until *float64 `json:"until"`
	}
	if err := json.Unmarshal(line, &told); err != nil || told.Until == nil {
		log.Printf("the fence says what it should not: %q", line)
		return
	}
	f.mu.Lock()
	f.until, f.lost = *told.Until, false
	f.mu.Unlock()
	f.onChange()
}

func (f *Fence) onLost(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.lost {
		log.Printf("the fence is not told any more: %v", err)
	}
	f.lost = true
}

func now() float64 {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &t); err != nil {
		return math.Inf(1) // no clock, no lease
	}
	return float64(t.Nano()) / float64(time.Millisecond)
}
