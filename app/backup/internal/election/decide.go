package election

import (
	"context"
	"time"

	"github.com/liteset/liteset/app/backup/internal/kube"
)

// decision is what a standby does about the lease.
type decision int

const (
	standBy     decision = iota
	takeLease            // nobody has it, or this pod
	takeExpired          // its holder has not been heard of for too long
	offerSelf            // its holder wishes for another pod
)

// decide looks at a lease that this pod has seen unchanged for some time. A lease that is free or has expired is left to
// pods that are fit for a whole duration, and one that was replaced to nobody: the pod that had it may still be active.
func (c candidate) decide(ctx context.Context, lease *kube.Lease, age time.Duration, replaced bool) decision {
	fit := func() bool { return c.Fit(ctx, false) == nil }
	expiry := max(c.Duration, time.Duration(lease.Spec.LeaseDurationSeconds)*time.Second)
	switch holder := lease.Spec.HolderIdentity; {
	case holder == c.Identity: // handed over to this pod, or its container was restarted
		return takeLease
	case holder == "":
		if age >= c.Duration || !replaced && fit() {
			return takeLease
		}
	case age >= expiry:
		if age >= expiry+c.Duration || fit() {
			return takeExpired
		}
	case lease.Annotation(wish) != "" && lease.Annotation(offer) == "" && fit():
		return offerSelf
	}
	return standBy
}
