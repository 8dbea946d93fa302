package keeper

import (
	"cmp"
	"slices"

	"github.com/superfly/ltx"
)

// chainEnd is where a chain of objects ends; more, if there are later ones.
type chainEnd struct {
	at   ltx.TXID
	more bool
}

// chain chooses the objects that lead on from a transaction, as a restore does: each time the one that leads farthest.
// Objects of one history may overlap, if two streams were active: what both hold is the same. After 0 it begins with the
// first one.
func chain(files []*ltx.FileInfo, after ltx.TXID) (chosen []*ltx.FileInfo, end chainEnd) {
	files = slices.SortedFunc(slices.Values(files), func(a, b *ltx.FileInfo) int { return cmp.Compare(a.MinTXID, b.MinTXID) })
	end.at = after
	if after == 0 && len(files) > 0 {
		end.at = files[0].MinTXID - 1
	}
	for i := 0; ; {
		var next *ltx.FileInfo
		for ; i < len(files) && files[i].MinTXID <= end.at+1; i++ {
			if f := files[i]; f.MaxTXID > end.at && (next == nil || f.MaxTXID > next.MaxTXID) {
				next = f
			}
		}
		if next == nil {
			end.more = i < len(files)
			return chosen, end
		}
		chosen = append(chosen, next)
		end.at = next.MaxTXID
	}
}
