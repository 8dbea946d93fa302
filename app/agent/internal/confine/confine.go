// Package confine makes of a process one without privileges, and then the application.
package confine

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

// Run becomes a program as a user: no capability, none to come, no new privileges, no group but one. It does not return
// unless that fails. The program is looked up by the user, in his PATH.
func Run(uid, gid int, argv, env []string) error {
	runtime.LockOSThread() // capabilities are a thread's, and the one that calls exec has to have none
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no_new_privs: %w", err)
	}
	if err := emptyBoundingSet(); err != nil {
		return fmt.Errorf("bounding set: %w", err)
	}
	if err := unix.Setgroups(nil); err != nil {
		return fmt.Errorf("groups: %w", err)
	}
	if err := unix.Setresgid(gid, gid, gid); err != nil {
		return fmt.Errorf("group %d: %w", gid, err)
	}
	if err := unix.Setresuid(uid, uid, uid); err != nil {
		return fmt.Errorf("user %d: %w", uid, err)
	}
	// For the user 0, who keeps them, and for a runtime that gives inheritable ones.
	if err := unix.Capset(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &make([]unix.CapUserData, 2)[0]); err != nil {
		return fmt.Errorf("capabilities: %w", err)
	}
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return err
	}
	return &os.PathError{Op: "exec", Path: path, Err: unix.Exec(path, argv, env)}
}

func emptyBoundingSet() error {
	for c := uintptr(0); ; c++ {
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0); errors.Is(err, unix.EINVAL) && c > unix.CAP_SETPCAP {
			return nil // the kernel knows no more
		} else if err != nil {
			return err
		}
	}
}
