package election

import (
	"strconv"
	"strings"
)

// IsOrdinal reports whether a pod of a StatefulSet has an ordinal. What follows "_" in an identity is not of the name.
func IsOrdinal(identity string, ordinal int) bool {
	pod, _, _ := strings.Cut(identity, "_")
	return strings.HasSuffix(pod, "-"+strconv.Itoa(ordinal))
}
