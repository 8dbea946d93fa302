package process

import (
	"os"
	"slices"
	"strconv"
	"strings"
)

// ID is a process that this one has not started. Its number may be another's later, its time of start is not.
type ID struct {
	PID   int
	began string
}

// Identify names a running process.
func Identify(pid int) (ID, bool) {
	s, ok := read(pid)
	return ID{pid, s.began}, ok
}

// Ended reports whether it has ended.
func (i ID) Ended() bool {
	now, ok := Identify(i.PID)
	return !ok || now != i
}

type stat struct {
	parent int
	isDead bool
	began  string
}

// Below lists what runs below this process and below the others named, but for one process and what is below that.
func Below(spared int, others []ID) []int {
	children := map[int][]int{}
	dead := map[int]bool{}
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if s, ok := read(pid); ok {
			children[s.parent] = append(children[s.parent], pid)
			dead[pid] = s.isDead
		}
	}
	all := slices.Clone(children[os.Getpid()])
	for _, o := range others {
		if !o.Ended() {
			all = append(all, o.PID)
		}
	}
	for i := 0; i < len(all); i++ { // all grows meanwhile
		if all[i] != spared {
			all = append(all, children[all[i]]...)
		}
	}
	return slices.DeleteFunc(all, func(pid int) bool { return pid == spared || dead[pid] })
}

func read(pid int) (stat, bool) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return stat{}, false
	}
	// 1 (a name with ) in it) S 0 …: the state is the third field, the number of threads the twentieth, the time of the start the
	// twenty-second.
	_, after, _ := strings.Cut(string(text[strings.LastIndexByte(string(text), ')')+1:]), " ")
	fields := strings.Fields(after)
	if len(fields) < 20 {
		return stat{}, false
	}
	parent, err := strconv.Atoi(fields[1])
	// The first thread may have ended while another waits for a file system that hangs.
	isDead := (fields[0] == "Z" || fields[0] == "X") && (fields[17] == "0" || fields[17] == "1")
	return stat{parent, isDead, fields[19]}, err == nil
}
