package ship_test

import (
	"bytes"
	"math/rand/v2"
	"os"
)

// damage is a store with something wrong in it.
type damage struct {
	what string
	do   func(rnd *rand.Rand, path string, raw []byte, others []string) error
}

var damages = []damage{
	{"a flipped bit", func(rnd *rand.Rand, path string, raw []byte, _ []string) error {
		raw[rnd.IntN(len(raw))] ^= 1 << rnd.IntN(8)
		return os.WriteFile(path, raw, 0o644)
	}},
	{"a truncated object", func(rnd *rand.Rand, path string, raw []byte, _ []string) error {
		return os.WriteFile(path, raw[:rnd.IntN(len(raw))], 0o644)
	}},
	{"an object with a tail", func(rnd *rand.Rand, path string, raw []byte, _ []string) error {
		return os.WriteFile(path, append(raw, make([]byte, 1+rnd.IntN(40))...), 0o644)
	}},
	{"zeros inside", func(rnd *rand.Rand, path string, raw []byte, _ []string) error {
		at := rnd.IntN(len(raw))
		n := min(1+rnd.IntN(64), len(raw)-at)
		if bytes.Equal(raw[at:at+n], make([]byte, n)) {
			raw[at] = 1
		} else {
			clear(raw[at : at+n])
		}
		return os.WriteFile(path, raw, 0o644)
	}},
	{"another object's content", func(rnd *rand.Rand, path string, raw []byte, others []string) error {
		for {
			other, err := os.ReadFile(others[rnd.IntN(len(others))])
			if err != nil {
				return err
			}
			if !bytes.Equal(other, raw) { // a level can hold the same object as the one below
				return os.WriteFile(path, other, 0o644)
			}
		}
	}},
	{"a foreign file", func(rnd *rand.Rand, path string, _ []byte, _ []string) error {
		raw := make([]byte, rnd.IntN(5000))
		for i := range raw {
			raw[i] = byte(rnd.UintN(256))
		}
		return os.WriteFile(path, raw, 0o644)
	}},
	{"a missing object", func(_ *rand.Rand, path string, _ []byte, _ []string) error { return os.Remove(path) }},
}
