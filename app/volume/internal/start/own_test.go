package start

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

func TestNobodyButItsOwnerMayChangeTheVolume(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(data, 0o755); err != nil {
		t.Fatal(err)
	} else if err := os.Chmod(data, 0o777|os.ModeSetgid); err != nil { // as provisioners do, whatever the umask
		t.Fatal(err)
	}
	if err := Run(context.Background(), Options{Data: data}); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(data)
	if err != nil {
		t.Fatal(err)
	} else if want := 0o755 | os.ModeDir | os.ModeSetgid; st.Mode() != want {
		t.Errorf("%s, not %s", st.Mode(), want)
	}
}
