package ratelimit

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// clock is a time that the test moves.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time          { return c.now }
func (c *clock) advance(d time.Duration) { c.now = c.now.Add(d) }

// stores are all implementations, on a clock of the test.
func stores(t *testing.T) map[string]func(*clock) Store {
	all := map[string]func(*clock) Store{
		"memory": func(c *clock) Store { return NewMemory(1000, c.Now) },
		"miniredis": func(c *clock) Store {
			server := miniredis.RunT(t)
			return redisAt(t, &redis.Options{Addr: server.Addr()}, c)
		},
	}
	if path, err := exec.LookPath("redis-server"); err == nil {
		opts := startRedis(t, path)
		all["redis"] = func(c *clock) Store { return redisAt(t, opts, c) }
	} else {
		t.Log("redis-server is not installed: the real Redis is left out")
	}
	return all
}

var prefixes int

// redisAt is an empty store in a Redis: each has its own prefix.
func redisAt(t *testing.T, opts *redis.Options, c *clock) *Redis {
	client := redis.NewClient(opts)
	t.Cleanup(func() { client.Close() })
	prefixes++
	r := NewRedis(client, fmt.Sprintf("test%d", prefixes))
	if c != nil {
		r.now = c.Now
	}
	return r
}

// redisServer is a private redis-server on a socket in a temporary folder.
type redisServer struct {
	path, dir, socket string
	cmd               *exec.Cmd
}

func launchRedis(t *testing.T, path string) *redisServer {
	t.Helper()
	dir := t.TempDir()
	s := &redisServer{path: path, dir: dir, socket: filepath.Join(dir, "redis.sock")}
	s.start(t)
	t.Cleanup(s.stop)
	return s
}

// start returns when the server accepts connections.
func (s *redisServer) start(t *testing.T) {
	t.Helper()
	s.cmd = exec.Command(s.path, "--port", "0", "--unixsocket", s.socket, "--save", "", "--appendonly", "no", "--dir", s.dir)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		conn, err := net.Dial("unix", s.socket)
		if err == nil {
			conn.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("redis-server did not start: %v", err)
		}
	}
}

func (s *redisServer) signal(t *testing.T, sig os.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

func (s *redisServer) stop() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
	os.Remove(s.socket)
}

func startRedis(t *testing.T, path string) *redis.Options {
	return &redis.Options{Network: "unix", Addr: launchRedis(t, path).socket}
}

func eachStore(t *testing.T, test func(t *testing.T, open func(*clock) Store)) {
	for name, open := range stores(t) {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

// failer is a test of the testing package or of rapid.
type failer interface {
	Helper()
	Fatal(args ...any)
}

func take(t failer, s Store, claims ...Claim) Decision {
	t.Helper()
	d, err := s.Take(context.Background(), claims...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
