package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const good = `{"mount": "/litefs", "socket": "/run/liteset/agent.sock", "roleFile": "/run/liteset/role", "fenceUrl": "http://127.0.0.1:8500/fence",
	"litefs": {"command": ["litefs"], "url": "http://127.0.0.1:20202", "data": "/var/lib/litefs"}, "user": "1000", "group": "", "sidecars": 10001, "release": "7",
	"databases": [{"name": "data.db", "path": "/pb_data/data.db"}], "migrate": {"command": ["migrate"], "timeoutSeconds": 300},
	"app": {"command": ["serve", "a b"], "stopSeconds": 20},
	"workers": [{"name": "jobs", "command": ["work"], "stopSeconds": 5, "env": [{"name": "A", "value": "b"}]}]}`

func read(t *testing.T, text string) (*Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "agent.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Read(path)
}

func TestAFileIsRead(t *testing.T) {
	c, err := read(t, good)
	if err != nil {
		t.Fatal(err)
	}
	if c.App.Command[1] != "a b" || c.Workers[0].Command[0] != "work" || c.Workers[0].StopSeconds != 5 || c.Workers[0].Env[0].Value != "b" {
		t.Errorf("%+v", c)
	}
}

func TestAWorkerHasTheApplicationsTimeToStop(t *testing.T) {
	c, err := read(t, strings.Replace(good, `"stopSeconds": 5, `, "", 1))
	if err != nil || c.Workers[0].StopSeconds != 20 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestAFileThatIsWrongIsRefused(t *testing.T) {
	for _, it := range []struct{ from, to, want string }{
		{`"group"`, `"groups"`, `unknown field "groups"`},
		{`"stopSeconds": 5`, `"stopsSeconds": 5`, `unknown field "stopsSeconds"`},
		{`"mount": "/litefs"`, `"mount": "litefs"`, "mount is not an absolute path"},
		{`"user": "1000"`, `"user": ""`, "user is missing"},
		{`["serve", "a b"]`, `[]`, "app.command is missing"},
		{`"name": "jobs"`, `"name": ""`, "a worker has no name"},
		{`"data.db"`, `"sub/data.db"`, `"sub/data.db" is no name of a database`},
		{`"/pb_data/data.db"`, `"data.db"`, "the path of data.db is not absolute"},
		{`"timeoutSeconds": 300`, `"timeoutSeconds": 0`, "migrate.timeoutSeconds is missing"},
		{`}]}]}`, `}]}]} {}`, "more than one object"},
	} {
		if _, err := read(t, strings.Replace(good, it.from, it.to, 1)); err == nil || !strings.Contains(err.Error(), it.want) {
			t.Errorf("%s: %v", it.to, err)
		}
	}
}
