package main

import (
	"errors"
	"flag"
	"math"
	"regexp"
	"strconv"

	"github.com/liteset/liteset/app/backup/internal/fault"
)

var quantity = regexp.MustCompile(`^([0-9.]+(?:[eE][+-]?[0-9]+)?)(?:([kKMGTPE])(i?))?$`)

// parseSize reads an amount of storage as Kubernetes writes it, such as 1.5Gi, 10G or 1e9, in whole bytes; 0 for "".
func parseSize(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	refused := fault.New(fault.Usage, "%q is not a size", s).WithHint("for example 10Gi")
	parts := quantity.FindStringSubmatch(s)
	if parts == nil {
		return 0, refused
	}
	size, err := strconv.ParseFloat(parts[1], 64)
	for range map[string]int{"k": 1, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}[parts[2]] {
		if size *= 1000; parts[3] != "" {
			size *= 1.024
		}
	}
	if err != nil && !errors.Is(err, strconv.ErrRange) || size <= 0 {
		return 0, refused
	}
	return int64(min(math.Ceil(size), 1<<62)), nil
}

// scratchSizeFlag adds the flag that bounds what is written to -scratch. What it returns keeps a sixteenth back: for what
// else is in the volume, and since the kubelet counts whole blocks.
func scratchSizeFlag(flags *flag.FlagSet) func() (int64, error) {
	size := flags.String("scratch-size", "", "most that -scratch may take, a `size` such as 10Gi; bounded by the disk alone if empty")
	return func() (int64, error) {
		bytes, err := parseSize(*size)
		return bytes - bytes/16, err
	}
}
