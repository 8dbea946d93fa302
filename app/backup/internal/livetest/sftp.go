package livetest

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"net"
	"os/exec"
	"testing"

	"golang.org/x/crypto/ssh"
)

// SFTP starts OpenSSH's own SFTP server behind an SSH server, and returns its address and the folder that it shows.
func SFTP(t testing.TB) (addr, dir string) { return SFTPWith(t, "secret") }

// SFTPWith does the same with a password of one's own.
func SFTPWith(t testing.TB, wanted string) (addr, dir string) {
	t.Helper()
	bin, dir := Tool(t, "sftp-server"), t.TempDir()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	config := &ssh.ServerConfig{PasswordCallback: func(c ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
		if c.User() != "backup" || string(password) != wanted {
			return nil, errors.New("wrong password")
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
			go serve(conn, config, bin, dir)
		}
	}()
	return ln.Addr().String(), dir
}

// SFTPURL is the address of a store on a server, or on a proxy before it.
func SFTPURL(addr string) string { return "sftp://backup:secret@" + addr + "/store" }

func serve(conn net.Conn, config *ssh.ServerConfig, bin, dir string) {
	defer conn.Close()
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
		// Litestream's client drops the first slash of the path: the server starts in the folder.
		cmd := exec.Command(bin, "-d", dir)
		cmd.Stdin, cmd.Stdout = ch, ch
		go func() {
			_ = cmd.Run()
			ch.Close()
		}()
	}
}
