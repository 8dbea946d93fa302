package check

import (
	"github.com/liteset/liteset/app/volume/internal/ltxfiles"
)

// chain is the newest transaction files that follow one another without a gap.
type chain struct {
	files []ltxfiles.File
	last  ltxfiles.Info
	// largest is how many pages the database had at the most, as they say.
	largest uint32
	// broken says why there is none: the newest file cannot be read.
	broken     error
	unreadable []ltxfiles.File
}

// readChain reads all files. One that cannot be read ends the chain before it, and so does one that is missing, or that is
// of another history: the next one does not begin with the checksum that it ends with.
func readChain(files []ltxfiles.File) chain {
	var c chain
	for _, file := range files {
		info, err := file.Verify()
		c.broken = err
		if err != nil {
			c.files, c.unreadable = nil, append(c.unreadable, file)
			continue
		}
		h := info.Header
		if len(c.files) > 0 && (c.last.Header.MaxTXID+1 != h.MinTXID || c.last.Post != h.PreApplyChecksum) {
			c.files = nil
		}
		if len(c.files) == 0 {
			c.largest = 0
		}
		c.files, c.last, c.largest = append(c.files, file), info, max(c.largest, h.Commit)
	}
	return c
}
