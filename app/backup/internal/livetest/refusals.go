package livetest

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// Refusals are answers that trying again does not mend, by what has happened.
var Refusals = map[string]Fault{
	"the rights are taken away":    Status(http.StatusForbidden, "AccessDenied"),
	"the clocks differ":            Status(http.StatusForbidden, "RequestTimeTooSkewed"),
	"the bucket is deleted":        Status(http.StatusNotFound, "NoSuchBucket"),
	"the bucket has moved":         Status(http.StatusMovedPermanently, "PermanentRedirect"),
	"the region is another one":    Status(http.StatusBadRequest, "AuthorizationHeaderMalformed"),
	"a proxy leads in a circle":    redirect,
	"a portal answers":             portal,
	"nothing is said":              func(http.ResponseWriter, *http.Request, http.Handler) {},
	"no right to write or delete":  only(http.MethodGet),
	"a list that does not end":     endless(1000),
	"a list of nothing, for ever":  endless(0),
	"a list that is not XML":       list("<ListBucketResult><Contents><Key>"),
	"a list with an absurd object": list(absurd),
}

func redirect(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	http.Redirect(w, r, r.URL.String(), http.StatusTemporaryRedirect)
}

func portal(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	_, _ = io.WriteString(w, "<html><body>Please log in</body></html>")
}

// only lets requests of one method through.
func only(method string) Fault {
	return func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		if r.Method == method {
			server.ServeHTTP(w, r)
			return
		}
		Status(http.StatusForbidden, "AccessDenied")(w, r, server)
	}
}

// list answers each list with a text.
func list(text string) Fault {
	return func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		if r.Method == http.MethodGet && r.URL.Query().Has("list-type") {
			_, _ = io.WriteString(w, text)
			return
		}
		server.ServeHTTP(w, r)
	}
}

const absurd = `<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>x/fffffffffffffffe-0000000000000001.ltx</Key>` +
	`<Size>-9223372036854775808</Size><LastModified>9999-12-31T23:59:59.999Z</LastModified></Contents></ListBucketResult>`

// endless answers each list with so many objects, and says that there are more.
func endless(n int) Fault {
	return func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		if r.Method != http.MethodGet || !r.URL.Query().Has("list-type") {
			server.ServeHTTP(w, r)
			return
		}
		from, _ := strconv.Atoi(r.URL.Query().Get("continuation-token"))
		_, _ = fmt.Fprintf(w, "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>%d</NextContinuationToken>", from+n+1)
		for i := range n {
			fmt.Fprintf(w, "<Contents><Key>")
			_ = xml.EscapeText(w, fmt.Appendf(nil, "%s%016x-%016x.ltx", r.URL.Query().Get("prefix"), from+i, from+i))
			fmt.Fprintf(w, "</Key><Size>1</Size></Contents>")
		}
		fmt.Fprint(w, "</ListBucketResult>")
	}
}
