// Package settle tells the positions of databases, such that each includes all that any process of the pod can have seen.
//
// In WAL mode SQLite shows a transaction to other processes, by the WAL index, just before it drops the WRITE lock. Only then
// LiteFS makes it its own. So a position that is read in between promises too little. With a rollback journal, readers are locked
// out until LiteFS has the transaction.
package settle

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// Settler knows the databases of a mount.
type Settler struct {
	mount string
	data  string
	mu    sync.Mutex
	known map[string]*database
}

// Unsettled says which database may have more than LiteFS has told.
type Unsettled struct {
	Database string
	Why      string
}

// Error says both.
func (u *Unsettled) Error() string { return u.Database + " is unsettled: " + u.Why }

// New makes one that knows the databases that the application will use. Data is LiteFS's data directory.
func New(mount, data string, names []string) *Settler {
	s := &Settler{mount: mount, data: data, known: map[string]*database{}}
	for _, name := range names {
		s.Add(name)
	}
	return s
}

// Add tells of a database that is in the mount, or will be.
func (s *Settler) Add(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[name] == nil {
		s.known[name] = s.database(name)
	}
}

func (s *Settler) database(name string) *database {
	return &database{path: s.mount + "/" + name, ltx: s.data + "/dbs/" + name + "/ltx", turn: make(chan struct{}, 1)}
}

// Look adds what is in the mount. Other processes' databases are told by LiteFS's events.
func (s *Settler) Look() error {
	entries, err := os.ReadDir(s.mount)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if name := e.Name(); !strings.HasPrefix(name, ".") && !isBeside(name) {
			s.Add(name)
		}
	}
	return nil
}

// isBeside reports whether a file belongs to a database and is none itself.
func isBeside(name string) bool {
	for _, end := range []string{"-journal", "-wal", "-shm", "-pos", "-lock"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// Names are the databases that are known.
func (s *Settler) Names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := make([]string, 0, len(s.known))
	for name := range s.known {
		names = append(names, name)
	}
	return names
}

// Positions settles all databases. One that does not exist yet is left out. It takes as long as it may, even if LiteFS hangs.
func (s *Settler) Positions(longest time.Duration) (map[string]string, error) {
	deadline := time.Now().Add(longest)
	positions := map[string]string{}
	for _, name := range s.Names() {
		s.mu.Lock()
		d := s.known[name]
		s.mu.Unlock()
		pos, err := d.ask(deadline)
		if err != nil {
			return nil, &Unsettled{name, err.Error()}
		}
		if pos != "" {
			positions[name] = pos
		}
	}
	return positions, nil
}

// Close closes all files: of a LiteFS that has ended, they show what was.
func (s *Settler) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, d := range s.known {
		s.known[name] = s.database(name)
		go d.close() // it waits for who still asks a LiteFS that hangs
	}
}

// ask waits for an answer no longer than until a deadline: whoever asks a LiteFS that hangs does so, too, and cannot be ended.
func (d *database) ask(deadline time.Time) (string, error) {
	type answer struct {
		pos string
		err error
	}
	late := time.NewTimer(time.Until(deadline))
	defer late.Stop()
	select {
	case d.turn <- struct{}{}:
	case <-late.C:
		return "", fmt.Errorf("LiteFS has not answered who asked before")
	}
	got := make(chan answer, 1)
	go func() {
		pos, err := d.settle(deadline)
		<-d.turn
		got <- answer{pos, err}
	}()
	select {
	case a := <-got:
		return a.pos, a.err
	case <-late.C:
		return "", fmt.Errorf("LiteFS does not answer")
	}
}

func (d *database) close() {
	d.turn <- struct{}{}
	d.forgetIndex()
	d.forgetPos()
}
