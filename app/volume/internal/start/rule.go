package start

import (
	"fmt"

	"github.com/liteset/liteset/app/volume/internal/check"
	"github.com/liteset/liteset/app/volume/internal/primary"
)

// whyNot says why a damaged folder must not be moved aside: it may hold the only copy of a write that a client was told of.
// Empty if another pod, which is the primary, has a copy that is at least as new. docs/explanation/guarantees.md, "A volume
// that is damaged", gives the reasons.
func whyNot(found check.Finding, database string, other *primary.Primary) string {
	if other == nil {
		return "no other pod is the primary now, so nobody is known to have a copy that is as new"
	}
	txid := other.TXID[database]
	if txid == 0 {
		return "the primary has no copy of it"
	}
	if txid < found.TXID {
		return fmt.Sprintf("the primary's copy ends at TXID %s, this one at %s", txid, found.TXID)
	}
	return ""
}
