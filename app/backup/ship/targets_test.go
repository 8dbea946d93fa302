package ship_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
	"liteset/backup/lineage"
	"liteset/backup/restore"
	"liteset/backup/store"
	"liteset/backup/verify"
)

// onTarget ships, compacts, restores, diverges and verifies on a store.
func onTarget(t *testing.T, url string) {
	t.Helper()
	r := newRig(t, 4096, 41)
	var err error
	if r.st, err = store.Open(url, r.cfg.Log); err != nil {
		t.Fatal(err)
	}
	r.cfg.Store = r.st
	ctx := context.Background()
	for round := range 3 {
		r.random(3)
		r.restart()
		r.sync()
		for level := 1; level <= round; level++ {
			if err := r.s.Compact(ctx, level); err != nil {
				t.Fatal(err)
			}
		}
	}
	for txid, state := range r.db.States {
		r.restores(restore.Options{TXID: txid}, state)
	}
	middle := r.db.Clock.Add(-4 * time.Millisecond) // before the fourth from the end
	r.restores(restore.Options{Timestamp: middle}, r.db.States[r.db.TXID-4])
	r.db.Rewind(r.db.TXID - 1)
	r.random(3)
	r.sync()
	r.restores(restore.Options{}, r.db.States[r.db.TXID])
	_, reasons := r.lineages()
	wantReasons(t, reasons, lineage.First, lineage.Diverged)
	if err := r.s.Retain(ctx); err != nil {
		t.Fatal(err)
	}
	_, err = verify.Run(ctx, r.st, verify.Options{Scratch: t.TempDir(), Log: r.cfg.Log})
	if err == nil {
		t.Fatal("random pages are no SQLite database, and verify did not say so")
	}
}

func TestShipsToSFTP(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	config := &ssh.ServerConfig{PasswordCallback: func(c ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
		if c.User() != "backup" || string(password) != "secret" {
			return nil, fmt.Errorf("wrong password")
		}
		return nil, nil
	}}
	config.AddHostKey(signer)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go serveSFTP(conn, config)
		}
	}()
	dir := t.TempDir()
	// Litestream's client drops the first slash of the path; the server is started where the path begins.
	t.Chdir(dir)
	onTarget(t, fmt.Sprintf("sftp://backup:secret@%s/store", ln.Addr()))
	if _, err := os.Stat(filepath.Join(dir, "store", "lineages")); err != nil {
		t.Fatal(err)
	}
}

func serveSFTP(conn net.Conn, config *ssh.ServerConfig) {
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for wanted := range channels {
		ch, requests, err := wanted.Accept()
		if err != nil {
			return
		}
		go func() {
			for req := range requests {
				_ = req.Reply(req.Type == "subsystem", nil)
			}
		}()
		server, err := sftp.NewServer(ch)
		if err != nil {
			return
		}
		go func() { _ = server.Serve(); server.Close() }()
	}
}

// TestShipsToS3 runs versitygw, an S3 server on files; VERSITYGW names it.
func TestShipsToS3(t *testing.T) {
	bin := os.Getenv("VERSITYGW")
	if bin == "" {
		bin = "../../../hack/.bin/versitygw"
	}
	if _, err := os.Stat(bin); err != nil {
		if os.Getenv("LITESET_TOOLS") != "" {
			t.Fatal(err)
		}
		t.Skip("versitygw is not in hack/.bin; set VERSITYGW")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	ln.Close()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "bucket"), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bin, "--access", "test", "--secret", "secretsecret", "--port", addr, "posix", "--sidecar", t.TempDir(), root)
	cmd.Stdout, cmd.Stderr = io.Discard, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			break
		} else if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	t.Setenv("AWS_CA_BUNDLE", "") // Litestream's client cannot start with one
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secretsecret")
	onTarget(t, "s3://bucket/invoices?endpoint=http://"+addr+"&region=us-east-1")
}
