package store

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/benbjohnson/litestream"
	"github.com/benbjohnson/litestream/s3"
)

// tune sets what Litestream's factory leaves out.
func tune(client litestream.ReplicaClient, query string) {
	c, ok := client.(*s3.ReplicaClient)
	if !ok {
		return
	}
	// Keys from AWS's own variables are left to AWS's library, which reads the token that goes with temporary ones, too.
	if c.AccessKeyID == os.Getenv("AWS_ACCESS_KEY_ID") && c.SecretAccessKey == os.Getenv("AWS_SECRET_ACCESS_KEY") {
		c.AccessKeyID, c.SecretAccessKey = "", ""
	}
	// A bucket with Object Lock takes no object without a checksum. With an endpoint, Litestream sends none of its own accord.
	values, _ := url.ParseQuery(query)
	if _, said := litestream.BoolQueryValue(values, "putObjectContentMD5", "put-object-content-md5"); !said && !litestream.IsTigrisEndpoint(c.Endpoint) {
		c.PutObjectContentMD5 = true
	}
}

// isDenied reports whether S3 does not take the client's credentials. A new client reads them again, from files that may
// have been replaced.
func isDenied(err error) bool {
	var answer interface{ HTTPStatusCode() int }
	if errors.As(err, &answer) && (answer.HTTPStatusCode() == http.StatusForbidden || answer.HTTPStatusCode() == http.StatusUnauthorized) {
		return true
	}
	var named interface{ ErrorCode() string }
	return errors.As(err, &named) && strings.Contains(named.ErrorCode(), "Token") // ExpiredToken and InvalidToken come with 400
}
