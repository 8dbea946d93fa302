package store

import (
	"net/url"
	"os"
	"regexp"
	"strings"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/secret"
)

// variable is a reference to an environment variable, as the kubelet writes it.
var variable = regexp.MustCompile(`\$\(([A-Za-z_]\w*)\)`)

// address is the URL of a store: as it was given, and with what its variables stand for.
type address struct{ base, query string }

// in returns the address of a place below the store.
func (a address) in(place string) string {
	u := a.base + "/" + place
	if a.query != "" {
		u += "?" + a.query
	}
	return u
}

func split(raw string) address {
	base, query, _ := strings.Cut(raw, "?")
	return address{strings.TrimRight(base, "/"), query}
}

const urlHint = "for example file:///backup/invoices or s3://bucket/invoices?endpoint=http://minio:9000; " +
	"a password is written as $(NAME), a variable of the environment, and needs no encoding there"

// parse reads the URL of a store. shown is what may be printed of it. Nothing of the URL is in an error: a password with a
// sign that has a meaning in URLs makes it one that cannot be read.
func parse(raw string) (real, shown address, err error) {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok || scheme == "nats" {
		return real, shown, fault.New(fault.Usage, "this is not the URL of a store").WithHint(urlHint)
	}
	shown = split(secret.HideInURLs(raw))
	real, err = expand(raw)
	if err != nil {
		return real, shown, err
	}
	if strings.HasPrefix(rest, "arn:") {
		return real, shown, nil
	}
	u, err := url.Parse(real.in(""))
	if err != nil {
		return real, shown, fault.New(fault.Usage, "the URL of the store cannot be read").WithHint(urlHint)
	}
	if (scheme == "sftp" || strings.HasPrefix(scheme, "webdav")) && u.User == nil && strings.Contains(rest, "@") {
		return real, shown, fault.New(fault.Usage, "the password in the URL of the store has a sign that must be encoded").WithHint(urlHint)
	}
	if password, ok := u.User.Password(); ok {
		secret.Add(password)
	}
	return real, shown, nil
}

// expand puts in what variables stand for, encoded where a URL has signs with a meaning: before the host, and after "?".
func expand(raw string) (address, error) {
	a := split(raw)
	at := strings.LastIndex(a.base, "@")
	var err error
	put := func(text string, encode func(string) string) string {
		return variable.ReplaceAllStringFunc(text, func(ref string) string {
			name := variable.FindStringSubmatch(ref)[1]
			value, ok := os.LookupEnv(name)
			if !ok {
				err = fault.New(fault.Usage, "the URL of the store names %s, and the environment has no such variable", ref).
					WithHint("add it to the Secret of backup.existingSecret, or to backup.extraEnv")
			}
			return encode(value)
		})
	}
	encoded := func(value string) string { secret.Add(value); return secret.Escape(value) }
	login, rest := a.base[:at+1], a.base[at+1:]
	a.base = put(login, encoded) + put(rest, func(value string) string { return value })
	a.query = put(a.query, encoded)
	return a, err
}
