package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/liteset/liteset/app/backup/internal/metrics"
)

const referencePage = "../../docs/reference/backup.md"

var writeReference = flag.Bool("write-reference", false, "write docs/reference/backup.md anew")

// The page is made from what the program itself says of its commands, faults and metrics.
func TestReferencePageIsWhatTheProgramSays(t *testing.T) {
	t.Setenv("TMPDIR", "/tmp") // a default
	want := strings.Join([]string{
		"# The backup program",
		"<!-- Written by `npm run docs`. Change the program, app/backup. -->",
		"This page lists the commands, flags, fault codes and metrics of the backup program. How it works is on the page of its\n" +
			"[store](../../app/backup/README.md); how to use it: [Back up](../how-to/backup.md), [Restore](../how-to/restore.md).",
		"The image starts it as `/program`. Results are JSON on stdout, logs are JSON lines on stderr. Exit codes: 0 done,\n" +
			"1 a fault, 2 a command line that cannot be carried out.",
		"## Commands", commandsPart(),
		"## Fault codes",
		"The log of an error has its code, and `liteset_backup_errors_total` counts by code. What to do:\n" +
			"[runbook](../how-to/runbooks/backup.md).",
		faultsPart(t),
		"## Metrics", metricsPart(),
	}, "\n\n") + "\n"
	if *writeReference {
		if err := os.WriteFile(referencePage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(referencePage); err != nil || string(got) != want {
		t.Errorf("%s is not what the program says: run `npm run docs` (%v)", referencePage, err)
	}
}

func commandsPart() string {
	var parts []string
	for _, c := range commands {
		var help bytes.Buffer
		run(context.Background(), []string{c.name, "-h"}, &help, &help)
		text := strings.ReplaceAll(help.String(), "    \t", "      ")
		parts = append(parts, fmt.Sprintf("### %s\nIts purpose: %s.\n\n```\n%s```", c.name, c.summary, text))
	}
	return strings.Join(parts, "\n\n")
}

// faultsPart reads the codes with their comments.
func faultsPart(t *testing.T) string {
	file, err := parser.ParseFile(token.NewFileSet(), "internal/fault/fault.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{"| Code | Meaning |", "|---|---|"}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			text := strings.Join(strings.Fields(spec.Doc.Text()), " ")
			_, meaning, _ := strings.Cut(text, " is ")
			code := strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`)
			lines = append(lines, fmt.Sprintf("| `%s` | %s |", code, strings.ToUpper(meaning[:1])+meaning[1:]))
		}
		return true
	})
	return strings.Join(lines, "\n")
}

// metricsPart reads what Prometheus would, after one event of each kind: a metric with labels is not there before.
func metricsPart() string {
	m := metrics.New()
	m.Failed("code")
	m.Lineage("reason")
	m.VerifyFailed(false)
	m.Verified(1, time.Unix(1, 0))
	answer := httptest.NewRecorder()
	m.Handler().ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	lines := []string{"| Metric | Kind | Labels | Meaning |", "|---|---|---|---|"}
	each := regexp.MustCompile(`# HELP (\S+) (.*)\n# TYPE \S+ (\S+)\n\S+?(?:\{(\w+)=\S*)? `)
	for _, it := range each.FindAllStringSubmatch(answer.Body.String(), -1) {
		label := it[4]
		if label != "" {
			label = "`" + label + "`"
		}
		lines = append(lines, fmt.Sprintf("| `%s` | %s | %s | %s |", it[1], it[3], label, it[2]))
	}
	return strings.Join(lines, "\n")
}
