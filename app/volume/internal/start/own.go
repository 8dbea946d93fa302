package start

import (
	"errors"
	"io/fs"
	"os"
)

// own lets only root change what is on the volume. Provisioners make volumes that anybody may write to, and then the
// application's user could rename LiteFS's folders.
func own(data string) error {
	st, err := os.Stat(data)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // who makes it, owns it
	} else if err != nil {
		return err
	}
	return os.Chmod(data, st.Mode()&^0o022)
}
