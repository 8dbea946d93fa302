package main_test

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestTheApplicationHasNoPrivileges(t *testing.T) {
	t.Parallel()
	for name, uid := range map[string]int{"a user": nobody, "root": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPod(t, nil).set("user", fmt.Sprint(uid))
			cmd := p.command()
			// Some runtimes have given containers inheritable capabilities.
			cmd.SysProcAttr = &syscall.SysProcAttr{AmbientCaps: []uintptr{unix.CAP_NET_RAW}}
			p.run(cmd)
			p.said("start run", 1)
			var status string
			eventually(t, "the application tells its status", func() bool {
				text, _ := os.ReadFile(p.path("out/status"))
				status = string(text)
				return strings.Contains(status, "NoNewPrivs")
			})
			for _, want := range []string{
				"CapInh:\t0000000000000000", "CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000",
				"CapAmb:\t0000000000000000", "NoNewPrivs:\t1", "Groups:\t \n",
				fmt.Sprintf("Uid:\t%[1]d\t%[1]d\t%[1]d\t%[1]d\n", uid), fmt.Sprintf("Gid:\t%[1]d\t%[1]d\t%[1]d\t%[1]d\n", uid),
			} {
				if !strings.Contains(status, want) {
					t.Errorf("no %q in\n%s", want, status)
				}
			}
		})
	}
}

func TestTheApplicationReachesNothingOfLiteFS(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil)
	p.set("app", program(5, "try", p.path("data"), p.path("data/dbs"), p.path("run/agent.sock"), p.path("run"), p.path("mount"))).start()
	p.said("done try", 1)
	want := []string{"start try", "read " + p.path("run"), "read " + p.path("mount"), "done try"}
	if got := strings.Join(p.notes(), "\n"); got != strings.Join(want, "\n") {
		t.Errorf("the application has done\n%s", got)
	}
}

func TestTheApplicationIsNotInTheGroupOfTheSidecars(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).set("sidecars", nobody)
	p.start()
	if code := p.code(); code != 1 || !strings.Contains(p.log(), "the application's group, 65532, is that of Liteset's own containers") {
		t.Errorf("code %d", code)
	}
}

func TestTheSidecarsHaveTheSocketAndTheVolume(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).set("sidecars", 4711)
	must(t, os.Chmod(p.path("run"), 0o777)) // as kubelet makes it
	p.start()
	p.said("start run", 1)
	for name, want := range map[string]string{
		"run": "drwxr-xr-x 0", "run/agent.sock": "Srw-rw---- 4711", "run/role": "-rw-r--r-- 0", "data": "drwxr-x--- 4711",
	} {
		if got := access(t, p.path(name)); got != want {
			t.Errorf("%s has %s, not %s", name, got, want)
		}
	}
}

func TestTheApplicationIsToldWhereItIs(t *testing.T) {
	t.Parallel()
	p := newPod(t, nil).set("app", program(5, "environment"))
	p.start()
	p.said(`role "primary\n\n" <nil>`, 1)
	for _, want := range []string{
		"LITESET_ROLE=primary", "LITESET_ROLE_FILE=" + p.path("run/role"), "LITEFS_DIR=" + p.path("mount"), "LITESET_RELEASE=7", "HOME=/",
	} {
		if p.count(want) != 1 {
			t.Errorf("no %q in %q", want, p.notes())
		}
	}
}
