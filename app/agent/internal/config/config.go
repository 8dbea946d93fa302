// Package config reads the agent's configuration.
package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Config is the file. The chart writes it.
type Config struct {
	// Mount is where LiteFS shows the databases.
	Mount string `json:"mount"`
	// Socket is where the proxy finds the agent.
	Socket string `json:"socket"`
	// RoleFile says whether this pod is the primary; none if empty.
	RoleFile string `json:"roleFile"`
	// Litefs is how LiteFS is started, where it answers HTTP, and its data directory, which is closed to the application.
	Litefs struct {
		Command []string `json:"command"`
		URL     string   `json:"url"`
		Data    string   `json:"data"`
	} `json:"litefs"`
	// Sidecars is the group of the pod's other containers that belong to Liteset. Beside root only they may use the socket, and read
	// LiteFS's volume.
	Sidecars int `json:"sidecars"`
	// FenceURL tells until when this pod may act as the primary; if it is empty, LiteFS's word is enough.
	FenceURL string `json:"fenceUrl"`
	// User and Group are numbers, or names in the image. Without a group it is the user's.
	User  string `json:"user"`
	Group string `json:"group"`
	// Databases are those that the application uses.
	Databases []Database `json:"databases"`
	// Migrate runs at each promotion, before the application; none if nil.
	Migrate *Migration `json:"migrate"`
	// Release is told to the migration.
	Release string `json:"release"`
	// App is the application.
	App Program `json:"app"`
	// Workers run beside the application, and are started again when they end.
	Workers []Worker `json:"workers"`
}

// Database is one in the mount. Where the application has a fixed path for it, a link is made there.
type Database struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

// Migration is a program that has to end with 0 in time.
type Migration struct {
	Command        []string `json:"command"`
	TimeoutSeconds int      `json:"timeoutSeconds"`
}

// Program is a command line, and how many seconds it has between SIGTERM and SIGKILL.
type Program struct {
	Command     []string `json:"command"`
	StopSeconds int      `json:"stopSeconds"`
}

// Worker is a program with a name and variables of its own. Without stopSeconds it has as many as the application.
type Worker struct {
	Name string `json:"name"`
	Program
	Env []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"env"`
}

// Read reads a file, in which each key has to be known.
func Read(path string) (*Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var c Config
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: more than one object", path)
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &c, nil
}

func (c *Config) check() error {
	for _, it := range []struct {
		missing bool
		what    string
	}{
		{!filepath.IsAbs(c.Mount), "mount is not an absolute path"},
		{!filepath.IsAbs(c.Socket), "socket is not an absolute path"},
		{len(c.Litefs.Command) == 0, "litefs.command is missing"},
		{c.Litefs.URL == "", "litefs.url is missing"},
		{!filepath.IsAbs(c.Litefs.Data), "litefs.data is not an absolute path"},
		{c.User == "", "user is missing"},
		{len(c.App.Command) == 0, "app.command is missing"},
		{c.Migrate != nil && len(c.Migrate.Command) == 0, "migrate.command is missing"},
		{c.Migrate != nil && c.Migrate.TimeoutSeconds <= 0, "migrate.timeoutSeconds is missing"},
	} {
		if it.missing {
			return errors.New(it.what)
		}
	}
	for i, w := range c.Workers {
		if w.Name == "" || len(w.Command) == 0 {
			return errors.New("a worker has no name, or no command")
		}
		if w.StopSeconds == 0 {
			c.Workers[i].StopSeconds = c.App.StopSeconds
		}
	}
	for _, d := range c.Databases {
		if d.Name == "" || strings.Contains(d.Name, "/") {
			return fmt.Errorf("%q is no name of a database", d.Name)
		}
		if d.Path != "" && !filepath.IsAbs(d.Path) {
			return fmt.Errorf("the path of %s is not absolute", d.Name)
		}
	}
	return nil
}
