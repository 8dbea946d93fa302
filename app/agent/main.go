// Command liteset is process 1 in the container of an application: it runs LiteFS, and the application where that is the
// primary. It is static, since the image is anybody's.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"

	"github.com/liteset/liteset/app/agent/internal/account"
	"github.com/liteset/liteset/app/agent/internal/config"
	"github.com/liteset/liteset/app/agent/internal/confine"
	"github.com/liteset/liteset/app/agent/internal/fusermount"
	"github.com/liteset/liteset/app/agent/internal/install"
	"github.com/liteset/liteset/app/agent/internal/socket"
	"github.com/liteset/liteset/app/agent/internal/supervise"
)

// notStarted is the code of a program that is not there, or cannot be run, as a shell has it.
const notStarted = 127

const usage = `liteset install DIRECTORY
    copies this program, litefs and liteset-volume to where the user's container finds them
liteset start [-config FILE]
    runs LiteFS, and the application while this pod is the primary
liteset exec [-config FILE] -- COMMAND...
    runs a command as the application would, on the primary: for kubectl exec
liteset ready [-config FILE]
    is what LiteFS starts once it is in the cluster
`

func main() {
	log.SetFlags(0)
	log.SetPrefix("liteset: ")
	if filepath.Base(os.Args[0]) == install.Fusermount {
		log.SetPrefix("fusermount3: ")
		done(0, fusermount.Run(os.Args[1:]))
	}
	done(run(os.Args[1:]))
}

func done(code int, err error) {
	if err != nil {
		log.Print(err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func run(args []string) (int, error) {
	if len(args) == 0 {
		return wrongUse("what to do is missing")
	}
	switch args[0] {
	case "install":
		if len(args) != 2 {
			return wrongUse("the directory is missing")
		}
		return 0, install.Into(args[1])
	case "confine": // what start and exec run, and nobody else
		return become(args[1:])
	case "start", "exec", "ready":
		return configured(args[0], args[1:])
	}
	return wrongUse("what to do is unknown")
}

// configured runs what reads the configuration.
func configured(what string, args []string) (int, error) {
	flags := flag.NewFlagSet(what, flag.ContinueOnError)
	flags.Usage = func() { fmt.Fprint(flags.Output(), usage) }
	file := flags.String("config", "/etc/liteset/agent.json", "")
	if err := flags.Parse(args); err != nil {
		return 0, err
	}
	cfg, err := config.Read(*file)
	if err != nil {
		return 0, err
	}
	switch what {
	case "start":
		return start(cfg)
	case "exec":
		return command(cfg, flags.Args())
	}
	return 0, ready(cfg)
}

func wrongUse(what string) (int, error) {
	fmt.Fprint(os.Stderr, usage)
	return 0, errors.New(what)
}

func start(cfg *config.Config) (int, error) {
	user, err := account.Find(cfg.User, cfg.Group)
	if err != nil {
		return 0, err
	}
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	s, err := supervise.New(cfg, user, self)
	if err != nil {
		return 0, err
	}
	return s.Run()
}

// become takes `UID GID -- COMMAND...`.
func become(args []string) (int, error) {
	if len(args) < 4 || args[2] != "--" {
		return wrongUse("confine is for this program to call")
	}
	uid, err := strconv.Atoi(args[0])
	if err != nil {
		return 0, err
	}
	gid, err := strconv.Atoi(args[1])
	if err != nil {
		return 0, err
	}
	return notStarted, confine.Run(uid, gid, args[3:], os.Environ())
}

// command becomes a process of the application's.
func command(cfg *config.Config, argv []string) (int, error) {
	if len(argv) == 0 {
		return wrongUse("what to run after -- is missing")
	}
	user, err := account.Find(cfg.User, cfg.Group)
	if err != nil {
		return 0, err
	}
	answer, conn, err := socket.Ask(cfg.Socket, "exec")
	if err != nil {
		return 0, err
	}
	conn.Close()
	if answer["error"] != nil {
		return 0, fmt.Errorf("%v", answer["error"])
	}
	if answer["primary"] != true {
		return 0, fmt.Errorf("this pod is not the primary, which is %v: run it there", answer["primaryHostname"])
	}
	if answer["state"] != string(supervise.Running) {
		return 0, fmt.Errorf("the application does not run now, it is %v", answer["state"])
	}
	return notStarted, confine.Run(user.UID, user.GID, argv, supervise.Environment(cfg, user))
}

// ready says so, and waits until LiteFS or the agent ends it.
func ready(cfg *config.Config) error {
	_, conn, err := socket.Ask(cfg.Socket, "ready")
	if err != nil {
		return err
	}
	_, err = conn.Read(make([]byte, 1))
	for err == nil {
		_, err = conn.Read(make([]byte, 1))
	}
	return fmt.Errorf("the agent is gone: %w", err)
}
