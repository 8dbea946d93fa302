package account

import "testing"

// The names are those that each Linux has.
func TestAUserIsANumberOrAName(t *testing.T) {
	for _, it := range []struct {
		user, group string
		want        Account
	}{
		{"70001", "", Account{UID: 70001, GID: 70001}},
		{"70001", "70002", Account{UID: 70001, GID: 70002}},
		{"0", "", Account{Home: "/root"}},
		{"root", "70002", Account{GID: 70002, Home: "/root"}},
		{"70001", "root", Account{UID: 70001}},
	} {
		if got, err := Find(it.user, it.group); err != nil || got != it.want {
			t.Errorf("%s:%s: %+v, not %+v: %v", it.user, it.group, got, it.want, err)
		}
	}
}

func TestANameThatTheImageDoesNotHaveIsRefused(t *testing.T) {
	for _, it := range [][2]string{{"nobody-has-this", ""}, {"-1", ""}, {"1000", "nobody-has-this"}} {
		if got, err := Find(it[0], it[1]); err == nil {
			t.Errorf("%v: %+v", it, got)
		}
	}
}
