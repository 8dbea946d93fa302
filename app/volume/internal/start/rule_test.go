package start

import (
	"testing"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/volume/internal/primary"
)

func TestOnlyAPrimaryWithACopyAsNewLetsADamagedDatabaseGo(t *testing.T) {
	at := func(txid ltx.TXID) *primary.Primary {
		return &primary.Primary{TXID: map[string]ltx.TXID{"test.db": txid, "other.db": 99}}
	}
	for _, c := range []struct {
		name  string
		txid  ltx.TXID
		other *primary.Primary
		want  string
	}{
		{"nobody is the primary", 5, nil, "no other pod is the primary now, so nobody is known to have a copy that is as new"},
		{"the primary is empty", 5, at(0), "the primary has no copy of it"},
		{"the primary is behind", 5, at(4), "the primary's copy ends at TXID 0000000000000004, this one at 0000000000000005"},
		{"the primary is level", 5, at(5), ""},
		{"the primary is ahead", 5, at(6), ""},
		{"nothing says how far this one was", 0, at(1), ""},
		{"nothing says it, and the primary is empty", 0, at(0), "the primary has no copy of it"},
	} {
		if got := WhyNot(c.txid, "test.db", c.other); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
