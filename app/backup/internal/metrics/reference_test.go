package metrics

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Also those that no event of the test that writes the page brings about.
func TestEveryMetricIsOnTheReferencePage(t *testing.T) {
	page, err := os.ReadFile("../../../../docs/reference/backup.md")
	if err != nil {
		t.Fatal(err)
	}
	m := New()
	m.VerifyFailed(false)
	m.Verified(1, time.Unix(1, 0))
	described := make(chan *prometheus.Desc)
	go func() {
		m.registry.Describe(described)
		close(described)
	}()
	named := regexp.MustCompile(`fqName: "(\S+)"`)
	for desc := range described {
		if name := named.FindStringSubmatch(desc.String())[1]; !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("%s is not on the page: run `npm run docs`", name)
		}
	}
}
