// Package account finds the user as whom the application runs.
package account

import (
	"fmt"
	"os/user"
	"strconv"
)

// Account is a user. He has no supplementary groups: one of them could be that of the agent's socket.
type Account struct {
	UID, GID int
	// Home is empty if the image does not say it.
	Home string
}

// Find takes numbers, and names in the image's /etc/passwd and /etc/group. A number need not be there. Without a group it is
// the user's, and of a number that is not there, the same number.
func Find(name, group string) (Account, error) {
	a, err := byUser(name)
	if err != nil || group == "" {
		return a, err
	}
	a.GID, err = number(group)
	if err != nil {
		found, err := user.LookupGroup(group)
		if err != nil {
			return a, fmt.Errorf("group %s: %w", group, err)
		}
		a.GID, err = number(found.Gid)
		return a, err
	}
	return a, nil
}

func byUser(name string) (Account, error) {
	if id, err := number(name); err == nil {
		found, err := user.LookupId(name)
		if err != nil {
			return Account{UID: id, GID: id}, nil
		}
		return from(found)
	}
	found, err := user.Lookup(name)
	if err != nil {
		return Account{}, fmt.Errorf("user %s: %w", name, err)
	}
	return from(found)
}

func from(u *user.User) (a Account, err error) {
	a.Home = u.HomeDir
	if a.UID, err = number(u.Uid); err == nil {
		a.GID, err = number(u.Gid)
	}
	return a, err
}

func number(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 31)
	return int(n), err
}
