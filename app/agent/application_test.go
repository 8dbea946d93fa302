package main_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// application is the program that tests have the agent run. It notes what it does in $OUT/notes.
func application(args []string) int {
	if args[0] == "writer" || args[0] == "reader" {
		return settleProcess(args)
	}
	signal.Notify(terms, syscall.SIGTERM)
	note("start " + args[0])
	switch args[0] {
	case "run": // until SIGTERM
		status()
		awaitTerm()
		note("term run")
		return 0
	case "deaf": // to SIGTERM
		signal.Ignore(syscall.SIGTERM)
		time.Sleep(10 * time.Minute) // the test is over
		return 0
	case "parent": // of a child and a grandchild that do not listen, and outlive it
		child := exec.Command(os.Args[0], "app", "orphan")
		child.Env = os.Environ()
		if err := child.Run(); err != nil {
			note(err.Error())
		}
		awaitTerm()
		return 0
	case "orphan": // leaves a process that has left its group, and ends
		deaf := exec.Command(os.Args[0], "app", "deaf")
		deaf.Env = os.Environ()
		deaf.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := deaf.Start(); err != nil {
			note(err.Error())
		}
		return 0
	case "exit":
		code, _ := strconv.Atoi(args[1])
		return code
	case "die": // by a signal
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case "worker":
		note("worker has " + os.Getenv("COLOUR"))
		awaitTerm()
		note("term worker")
		return 0
	case "try": // to read what is not the application's
		for _, path := range args[1:] {
			_, err := os.ReadDir(path)
			if strings.HasSuffix(path, ".sock") {
				_, err = net.Dial("unix", path)
			}
			if err == nil || os.IsNotExist(err) {
				note("read " + path)
			}
		}
		note("done try")
		awaitTerm()
		return 0
	case "walk": // through the mount, so that LiteFS has always something to answer
		for range 16 {
			go func() {
				for {
					_, _ = os.ReadDir(os.Getenv("LITEFS_DIR"))
				}
			}()
		}
		note("walked")
		awaitTerm()
		return 0
	case "environment":
		for _, name := range []string{"LITESET_ROLE", "LITESET_ROLE_FILE", "LITEFS_DIR", "LITESET_RELEASE", "HOME"} {
			note(name + "=" + os.Getenv(name))
		}
		role, err := os.ReadFile(os.Getenv("LITESET_ROLE_FILE"))
		note(fmt.Sprintf("role %q %v", role, err))
		awaitTerm()
		return 0
	case "write": // as an application does, to the path that it has
		if err := writeRow(args[1]); err != nil {
			note(err.Error())
			return 1
		}
		note("written")
		awaitTerm()
		return 0
	case "say":
		fmt.Println(strings.Join(args[1:], " "), os.Getuid())
		return 3
	}
	return 127
}

var terms = make(chan os.Signal, 1)

func note(line string) {
	f, err := os.OpenFile(filepath.Join(os.Getenv("OUT"), "notes"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer f.Close()
	fmt.Fprintln(f, line)
}

func status() {
	text, err := os.ReadFile("/proc/self/status")
	if err == nil {
		err = os.WriteFile(filepath.Join(os.Getenv("OUT"), "status"), text, 0o666)
	}
	if err != nil {
		note(err.Error())
	}
}

func awaitTerm() {
	select {
	case <-terms:
	case <-time.After(10 * time.Minute): // the test is over
	}
}
