package start

import (
	"fmt"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/volume/internal/primary"
)

// WhyNot says why a damaged database that ends at a TXID must not be given up: it may be the only copy of a write that a client
// was told of. Empty if another pod, which is the primary, has a copy that is at least as new. docs/explanation/guarantees.md,
// "A volume that is damaged", gives the reasons.
func WhyNot(has ltx.TXID, database string, other *primary.Primary) string {
	if other == nil {
		return "no other pod is the primary now, so nobody is known to have a copy that is as new"
	}
	txid := other.TXID[database]
	if txid == 0 {
		return "the primary has no copy of it"
	}
	if txid < has {
		return fmt.Sprintf("the primary's copy ends at TXID %s, this one at %s", txid, has)
	}
	return ""
}
