package livetest

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// S3 starts an S3 server with one bucket, and returns its address.
func S3(t testing.TB) string {
	t.Helper()
	addr, root := s3(t)
	if err := os.Mkdir(filepath.Join(root, "bucket"), 0o755); err != nil {
		t.Fatal(err)
	}
	return addr
}

// LockedS3 starts an S3 server whose bucket has Object Lock: for a day, nobody can delete a version of an object.
func LockedS3(t testing.TB) string {
	t.Helper()
	addr, _ := s3(t, "--versioning-dir", t.TempDir())
	c := awss3.New(awss3.Options{Region: "us-east-1", BaseEndpoint: aws.String("http://" + addr), UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(key, secret, "")})
	_, err := c.CreateBucket(t.Context(), &awss3.CreateBucketInput{Bucket: aws.String("bucket"), ObjectLockEnabledForBucket: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.PutObjectLockConfiguration(t.Context(), &awss3.PutObjectLockConfigurationInput{Bucket: aws.String("bucket"), ObjectLockConfiguration: &types.ObjectLockConfiguration{
		ObjectLockEnabled: types.ObjectLockEnabledEnabled,
		Rule:              &types.ObjectLockRule{DefaultRetention: &types.DefaultRetention{Days: aws.Int32(1), Mode: types.ObjectLockRetentionModeCompliance}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return addr
}

func s3(t testing.TB, options ...string) (addr, root string) {
	t.Helper()
	bin, root := Tool(t, "versitygw"), t.TempDir()
	setCredentials()
	addr = fmt.Sprintf("127.0.0.1:%d", FreePort(t))
	// A sidecar for the metadata: the folder may be on a file system without extended attributes.
	args := append([]string{"--access", key, "--secret", secret, "--port", addr, "posix", "--sidecar", t.TempDir()}, options...)
	Process(t, bin, append(args, root)...)
	Eventually(t, "versitygw answers", func() bool {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	return addr, root
}

// S3URL is the address of a store on a server, or on a proxy before it.
func S3URL(addr, place string) string {
	return "s3://bucket/" + place + "?endpoint=http://" + addr + "&region=us-east-1"
}

// What S3's clients need, the same for all tests.
const key, secret = "test", "secretsecret"

// setCredentials puts them into the environment.
var setCredentials = sync.OnceFunc(func() {
	os.Unsetenv("AWS_CA_BUNDLE") // Litestream's client cannot start with one
	os.Setenv("AWS_ACCESS_KEY_ID", key)
	os.Setenv("AWS_SECRET_ACCESS_KEY", secret)
})
