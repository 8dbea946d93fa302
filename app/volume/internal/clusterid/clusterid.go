// Package clusterid looks after the file in which LiteFS keeps the identity of its cluster. LiteFS does not start with a
// damaged one, and never joins a cluster whose identity differs in a single character.
package clusterid

import (
	"errors"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/liteset/liteset/app/volume/internal/aside"
)

var valid = regexp.MustCompile(`^LFSC[0-9A-F]{16}$`)

// alike is how many characters a damaged identity may differ in. Two that were made at random share one of 16 characters.
const alike = 2

// Mend moves an identity aside that is none, or that is the cluster's but for some characters: the pod then learns it anew.
// `cluster` tells the cluster's; empty if that is not known.
func Mend(data string, cluster func() string) error {
	path := filepath.Join(data, "clusterid")
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	id := strings.TrimSpace(string(raw))
	if valid.MatchString(id) && !isDamaged(id, cluster()) {
		return nil
	}
	to, err := aside.Move(data, path, time.Now())
	if err == nil {
		log.Printf("the identity of the cluster is damaged (%q): it is in %s now", id, to)
	}
	return err
}

func isDamaged(id, cluster string) bool {
	if !valid.MatchString(cluster) {
		return false
	}
	differ := 0
	for i := range id {
		if id[i] != cluster[i] {
			differ++
		}
	}
	return differ > 0 && differ <= alike
}
