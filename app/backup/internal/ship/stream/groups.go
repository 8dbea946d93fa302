package stream

import (
	"os"

	"github.com/liteset/liteset/app/backup/internal/ltxv1"
)

// groupBytes bounds what is merged into one object, since a merge happens in memory.
const groupBytes = 32 << 20

// groups splits consecutive files into at most n groups of about equal length; a group larger than groupBytes is split
// again, so that n can be exceeded by large transactions.
func groups(files []ltxv1.Info, n int) (all [][]ltxv1.Info) {
	per := max(1, (len(files)+n-1)/n)
	var group []ltxv1.Info
	var bytes int64
	for _, f := range files {
		var size int64
		if st, err := os.Stat(f.Path); err == nil {
			size = st.Size()
		}
		if len(group) == per || len(group) > 0 && bytes+size > groupBytes {
			all = append(all, group)
			group, bytes = nil, 0
		}
		group = append(group, f)
		bytes += size
	}
	if len(group) > 0 {
		all = append(all, group)
	}
	return all
}
