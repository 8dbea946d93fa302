// Package secret keeps passwords, keys and tokens out of what the program says: logs, Events, records. Errors come from a
// dozen libraries, and from servers that may repeat what they were sent; so what is said is looked through at the end.
package secret

import (
	"log/slog"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Hidden stands in the place of a secret.
const Hidden = "xxxxx"

// shortest is the shortest text, in bytes, that is looked for: a shorter one would be found in every other word.
const shortest = 4

var (
	mu    sync.RWMutex
	known []string // the longest first: one may be a part of another
)

// Add makes texts known as secrets, as they are and as they stand in a URL.
func Add(secrets ...string) {
	mu.Lock()
	defer mu.Unlock()
	for _, s := range secrets {
		for _, form := range []string{s, url.QueryEscape(s), Escape(s)} {
			if len(form) >= shortest && !slices.Contains(known, form) {
				known = append(known, form)
			}
		}
	}
	slices.SortFunc(known, func(a, b string) int { return len(b) - len(a) })
}

// Escape encodes a text so that it is itself in any part of a URL.
func Escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

// secretName is what environment variables are called that have secrets in them.
var secretName = regexp.MustCompile(`(SECRET|TOKEN|PASSWORD|PASSWD|CREDENTIALS?|_KEY)$|_KEY_|ACCESS_KEY$`)

// AddEnvironment makes the secrets in the environment known.
func AddEnvironment() {
	for _, entry := range os.Environ() {
		if name, value, _ := strings.Cut(entry, "="); secretName.MatchString(name) {
			Add(value)
		}
	}
}

// Where secrets stand in URLs, whether they are known or not. A variable in the place of a secret is none.
var (
	inUserinfo = regexp.MustCompile(`(://[^/\s:@"]*:)([^/\s@"]+)(@)`)
	inQuery    = regexp.MustCompile(`(?i)([?&](?:sig|[\w.-]*(?:signature|token|secret|passw|credential|customer-?key)[\w.-]*)=)([^&\s"#]+)()`)
	variable   = regexp.MustCompile(`^\$\(\w+\)$`)
)

// Hide replaces all secrets in a text.
func Hide(text string) string {
	mu.RLock()
	for _, s := range known {
		text = strings.ReplaceAll(text, s, Hidden)
	}
	mu.RUnlock()
	return HideInURLs(text)
}

// HideInURLs replaces the secrets that stand where URLs have them.
func HideInURLs(text string) string {
	for _, place := range []*regexp.Regexp{inUserinfo, inQuery} {
		text = place.ReplaceAllStringFunc(text, func(found string) string {
			part := place.FindStringSubmatch(found)
			if variable.MatchString(part[2]) {
				return found
			}
			return part[1] + Hidden + part[3]
		})
	}
	return text
}

// Attr hides the secrets in an attribute of a log, or in its message.
func Attr(_ []string, a slog.Attr) slog.Attr {
	switch v := a.Value.Any().(type) {
	case string:
		a.Value = slog.StringValue(Hide(v))
	case error:
		a.Value = slog.StringValue(Hide(v.Error()))
	}
	return a
}
