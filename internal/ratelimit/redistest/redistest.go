// Package redistest runs a real Redis server for tests, from the binary that is
// installed, in a temporary folder and on a Unix socket alone.
package redistest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Server is a Redis server that keeps nothing on disk.
type Server struct {
	path, dir, socket string
	cmd               *exec.Cmd
}

// ErrAbsent says that Redis is not installed.
var ErrAbsent = errors.New("no redis-server: install the package of that name to run this test")

// New creates and starts a server. The caller must Close it.
func New() (*Server, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, ErrAbsent
	}
	dir, err := os.MkdirTemp("", "ballast-redis-") // a test's own folder may be too long for a socket
	if err != nil {
		return nil, err
	}
	s := &Server{path: path, dir: dir, socket: filepath.Join(dir, "redis.sock")}
	if err := s.start(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Start runs a server for one test, or skips the test when there is none.
func Start(t testing.TB) *Server {
	t.Helper()
	s, err := New()
	if errors.Is(err, ErrAbsent) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Close ends the server and removes its folder.
func (s *Server) Close() error {
	s.Stop()
	return os.RemoveAll(s.dir)
}

// URL is the address of the server.
func (s *Server) URL() string { return "unix://" + s.socket }

// Client is a client that gives up when its context ends, as the program's own
// does. It is closed when the test ends.
func (s *Server) Client(t testing.TB) *redis.Client {
	c := redis.NewClient(&redis.Options{
		Network: "unix", Addr: s.socket, ContextTimeoutEnabled: true, MaxRetries: -1, DialerRetries: 1,
	})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// Start starts the server again after Stop, empty. It returns when the server
// accepts connections.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) start() error {
	s.cmd = exec.Command(s.path, "--port", "0", "--unixsocket", s.socket, "--save", "", "--appendonly", "no", "--dir", s.dir) //nolint:gosec // the server that was looked up
	if err := s.cmd.Start(); err != nil {
		return err
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		conn, err := net.Dial("unix", s.socket)
		if err == nil {
			return conn.Close()
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("redis-server does not start: %w", err)
		}
	}
}

// Freeze stops the server without closing a connection, as a host that hangs
// does, until Thaw.
func (s *Server) Freeze(t testing.TB) { s.signal(t, syscall.SIGSTOP) }

// Thaw ends a Freeze.
func (s *Server) Thaw(t testing.TB) { s.signal(t, syscall.SIGCONT) }

func (s *Server) signal(t testing.TB, sig os.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

// Stop kills the server; connections to it are refused from then on.
func (s *Server) Stop() {
	if s.cmd == nil || s.cmd.ProcessState != nil {
		return
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // it ends by the signal, which counts as an error
	_ = os.Remove(s.socket)
}
