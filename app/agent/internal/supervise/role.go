package supervise

import (
	"cmp"
	"log"
	"os"
	"slices"
	"strings"

	"github.com/liteset/liteset/app/agent/internal/account"
	"github.com/liteset/liteset/app/agent/internal/config"
)

// role is what the role file says: whether this pod is the primary, and who is if it is not.
type role struct {
	name, primary string
}

func (s *Supervisor) tellRole() {
	now := role{"replica", s.word.hostname}
	if s.isPrimary() && s.fence.Left() > 0 {
		now = role{name: "primary"}
	}
	if s.cfg.RoleFile == "" || now == s.told {
		return
	}
	if err := replace(s.cfg.RoleFile, now.name+"\n"+now.primary+"\n"); err != nil {
		log.Printf("the role file: %v", err)
		return
	}
	s.told = now
}

// replace writes a file such that nobody reads half of it.
func replace(path, text string) error {
	part := path + ".part"
	if err := os.WriteFile(part, []byte(text), 0o644); err != nil {
		return err
	}
	if err := os.Chmod(part, 0o644); err != nil { // whatever the umask is
		return err
	}
	return os.Rename(part, path)
}

// Environment is that of the application: the container's, and where it is.
func Environment(cfg *config.Config, user account.Account) []string {
	own := map[string]string{"LITESET_ROLE": "primary", "LITEFS_DIR": cfg.Mount, "LITESET_ROLE_FILE": cfg.RoleFile, "LITESET_RELEASE": cfg.Release}
	// The runtime gives root's, since the container starts as root.
	if home := os.Getenv("HOME"); user.UID != 0 && (home == "" || home == "/" || home == "/root") {
		own["HOME"] = cmp.Or(user.Home, "/")
	}
	env := without(os.Environ(), func(name string) bool { return own[name] != "" })
	for name, value := range own {
		env = append(env, name+"="+value)
	}
	return env
}

// litefsEnvironment is the container's without what is meant for the application, and would change LiteFS.
func litefsEnvironment(path string) []string {
	return append(without(os.Environ(), func(name string) bool {
		switch strings.ToUpper(name) {
		case "PATH", "GODEBUG", "GOGC", "GOMAXPROCS", "GOMEMLIMIT", "GOTRACEBACK", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY":
			return true
		}
		return false
	}), "PATH="+path)
}

func without(env []string, drop func(name string) bool) []string {
	return slices.DeleteFunc(env, func(e string) bool {
		name, _, _ := strings.Cut(e, "=")
		return drop(name)
	})
}
