package store

import (
	"crypto/tls"
	"errors"
)

// reach is the hint of a fault that says that the store does not answer.
const reach = "check the URL, the credentials and the network"

// hints are what to do about an answer of S3's.
var hints = map[string]string{
	"NoSuchBucket":                 "the bucket is not there: check its name; nothing is removed, and a new bucket gets a whole backup",
	"RequestTimeTooSkewed":         "the clock of this node is wrong, or that of the store",
	"RequestExpired":               "the clock of this node is wrong, or that of the store",
	"PermanentRedirect":            region,
	"TemporaryRedirect":            region,
	"AuthorizationHeaderMalformed": region,
	"IncorrectEndpoint":            region,
	"SlowDown":                     "the store takes fewer requests: lower backup.restorePoints, or raise backup.syncInterval",
}

const region = "the bucket is in another region, or behind another endpoint: set region= and endpoint= in the URL"

// hint says what to do about an error of a client's.
func hint(err error) string {
	var answer interface{ ErrorCode() string }
	if errors.As(err, &answer) && hints[answer.ErrorCode()] != "" {
		return hints[answer.ErrorCode()]
	}
	var certificate *tls.CertificateVerificationError
	if errors.As(err, &certificate) {
		return "the certificate of the server must come from a public CA, and be for this name and time"
	}
	if isDenied(err) {
		return "the store refuses the credentials, or they lack a right: to list, read, write and delete objects"
	}
	return reach
}
