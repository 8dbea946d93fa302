package start

import (
	"os"
	"path/filepath"
)

// GiveUp lets a pod that waits go on without what only its volume has.
func GiveUp(data string) error { return os.WriteFile(giveUpFile(data), nil, 0o600) }

func giveUpFile(data string) string { return filepath.Join(data, "give-up") }

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
