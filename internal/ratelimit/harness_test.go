package ratelimit

import (
	"context"
	"fmt"
	"os/exec"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"ballast.internal/ballast/internal/ratelimit/redistest"
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
			client := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr(), ReadTimeout: patient})
			t.Cleanup(func() { client.Close() })
			return redisAt(client, c)
		},
	}
	if _, err := exec.LookPath("redis-server"); err == nil {
		client := redistest.Start(t).Client(t)
		all["redis"] = func(c *clock) Store { return redisAt(client, c) }
	} else {
		t.Log("redis-server is not installed: the real Redis is left out")
	}
	return all
}

var prefixes int

// patient is for tests of what is decided, not how soon: a busy machine is no
// outage.
const patient = 10 * time.Second

// redisAt is an empty store in a Redis: each has its own prefix.
func redisAt(client *redis.Client, c *clock) *Redis {
	prefixes++
	r := NewRedis(client, fmt.Sprintf("test%d", prefixes), patient)
	r.now = c.Now
	return r
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
