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
	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"
	"pgregory.net/rapid"
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

// Three requests per second with a burst of five, step by step.
func TestBucket(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		c := newClock()
		s := open(c)
		claim := Claim{Limit: "client_requests", Key: "app", Rate: Rate{Count: 4, Per: time.Second, Burst: 5}, Cost: 1}
		for left := 4; left >= 0; left-- {
			want := Decision{Allowed: true, Limit: "client_requests", States: []State{{
				Limit: "client_requests", Quota: 5, Window: 1250 * time.Millisecond,
				Remaining: left, ResetAfter: time.Duration(5-left) * 250 * time.Millisecond,
			}}}
			if diff := cmp.Diff(want, take(t, s, claim)); diff != "" {
				t.Fatalf("with %d left (-want +got):\n%s", left, diff)
			}
		}
		refused := take(t, s, claim)
		want := Decision{Limit: "client_requests", RetryAfter: 250 * time.Millisecond, States: []State{{
			Limit: "client_requests", Quota: 5, Window: 1250 * time.Millisecond, ResetAfter: 1250 * time.Millisecond,
		}}}
		if diff := cmp.Diff(want, refused); diff != "" {
			t.Fatalf("when empty (-want +got):\n%s", diff)
		}
		c.advance(249 * time.Millisecond)
		if take(t, s, claim).Allowed {
			t.Error("allowed 1 ms early")
		}
		c.advance(time.Millisecond)
		if !take(t, s, claim).Allowed {
			t.Error("refused after RetryAfter")
		}
		c.advance(time.Hour)
		for i := range 5 {
			if !take(t, s, claim).Allowed {
				t.Errorf("after an hour, request %d is refused", i+1)
			}
		}
		if take(t, s, claim).Allowed {
			t.Error("an idle hour gave more than the burst")
		}
	})
}

// A rate that no whole number of microseconds divides still gives its burst,
// and not one more.
func TestBurstOfAnOddRate(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		for _, count := range []int{3, 7, 13, 60_001} {
			s := open(newClock())
			claim := Claim{Limit: "l", Key: "k", Rate: Rate{Count: count, Per: time.Second, Burst: 30}, Cost: 1}
			allowed := 0
			for range 100 {
				if take(t, s, claim).Allowed {
					allowed++
				}
			}
			if allowed != 30 {
				t.Errorf("%d per second: %d at once, want 30", count, allowed)
			}
		}
	})
}

// A request refused by one bucket takes nothing from the others.
func TestAllOrNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		s := open(newClock())
		perHour := func(limit string, burst, cost int) Claim {
			return Claim{Limit: limit, Key: "app", Rate: Rate{Count: 1, Per: time.Hour, Burst: burst}, Cost: cost}
		}
		wide, narrow := perHour("wide", 100, 10), perHour("narrow", 1, 1)
		if d := take(t, s, wide, narrow); !d.Allowed || d.Limit != "narrow" {
			t.Fatalf("the first: %+v", d)
		}
		for range 3 {
			d := take(t, s, wide, narrow)
			if d.Allowed || d.Limit != "narrow" || d.RetryAfter != time.Hour {
				t.Errorf("refused by the narrow one: %+v", d)
			}
			if d.States[0].Remaining != 90 {
				t.Errorf("the refusal took from the wide bucket: %+v", d.States[0])
			}
		}
	})
}

// A claim above the quota is refused for good.
func TestNever(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		s := open(newClock())
		d := take(t, s,
			Claim{Limit: "requests", Key: "a", Rate: Rate{Count: 1, Per: time.Hour, Burst: 1}, Cost: 1},
			Claim{Limit: "tokens", Key: "a", Rate: Rate{Count: 1000, Per: time.Minute, Burst: 1000}, Cost: 1001})
		if d.Allowed || !d.Never || d.Limit != "tokens" || d.RetryAfter != 0 || d.States[0].Remaining != 1 {
			t.Errorf("decision %+v", d)
		}
	})
}

func TestUnlimited(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		s := open(newClock())
		for range 3 {
			if d := take(t, s, Claim{Limit: "l", Key: "k", Cost: 1 << 40}); !d.Allowed || len(d.States) != 0 {
				t.Errorf("decision %+v", d)
			}
		}
	})
}

func TestCorrect(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		c := newClock()
		s := open(c)
		claim := Claim{Limit: "tokens", Key: "app", Rate: Rate{Count: 60, Per: time.Minute, Burst: 60}, Cost: 50}
		look := claim
		look.Cost = 0
		correct := func(units int) {
			t.Helper()
			if err := s.Correct(t.Context(), claim, units); err != nil {
				t.Fatal(err)
			}
		}
		left := func(want int) {
			t.Helper()
			if got := take(t, s, look).States[0].Remaining; got != want {
				t.Errorf("%d left, want %d", got, want)
			}
		}
		take(t, s, claim)
		left(10)
		correct(-30) // gives back
		left(40)
		correct(-1000) // never above the burst
		left(60)
		take(t, s, claim)
		correct(80) // into debt: 10 - 80
		left(0)
		if d := take(t, s, claim); d.Allowed || d.RetryAfter != 120*time.Second {
			t.Errorf("in debt: %+v, want 120 s (70 of debt and 50 of cost)", d)
		}
		c.advance(70 * time.Second)
		left(0)
		c.advance(time.Second)
		left(1)
	})
}

// reference is the plainest bucket: levels in whole microseconds times count,
// so that nothing is ever rounded.
type reference struct {
	levels map[string]int64 // of limit and key
	seen   map[string]time.Time
}

func (r *reference) level(c Claim, now time.Time) int64 {
	id := c.Limit + "/" + c.Key
	per := c.Rate.Per.Microseconds()
	full := int64(c.Rate.Burst) * per
	last, ok := r.seen[id]
	if !ok {
		return full
	}
	return min(full, r.levels[id]+int64(c.Rate.Count)*now.Sub(last).Microseconds())
}

func (r *reference) set(c Claim, level int64, now time.Time) {
	id := c.Limit + "/" + c.Key
	r.levels[id], r.seen[id] = level, now
}

// Every store decides as the reference does, over any sequence of claims on
// several buckets, corrections and pauses.
func TestStoresFollowTheReference(t *testing.T) {
	rates := []Rate{
		{Count: 5, Per: time.Second, Burst: 8},
		{Count: 2000, Per: time.Minute, Burst: 500},
		{Count: 1, Per: time.Hour, Burst: 2},
	}
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		rapid.Check(t, func(rt *rapid.T) {
			c := newClock()
			s := open(c)
			ref := &reference{map[string]int64{}, map[string]time.Time{}}
			for range rapid.IntRange(1, 40).Draw(rt, "steps") {
				c.advance(time.Duration(rapid.IntRange(0, 3_000_000).Draw(rt, "pause")) * time.Microsecond)
				var claims []Claim
				for i, rate := range rates {
					if rapid.Bool().Draw(rt, "claimed") {
						claims = append(claims, Claim{
							Limit: fmt.Sprint("limit", i), Key: rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "key"),
							Rate: rate, Cost: rapid.IntRange(0, rate.Burst+1).Draw(rt, "cost"),
						})
					}
				}
				follow(rt, s, ref, c.now, claims)
				if len(claims) > 0 && rapid.Bool().Draw(rt, "correct") {
					claim := claims[0]
					units := rapid.IntRange(-claim.Rate.Burst, claim.Rate.Burst).Draw(rt, "units")
					if err := s.Correct(context.Background(), claim, units); err != nil {
						rt.Fatal(err)
					}
					per := claim.Rate.Per.Microseconds()
					ref.set(claim, min(ref.level(claim, c.now)-int64(units)*per, int64(claim.Rate.Burst)*per), c.now)
				}
			}
		})
	})
}

// follow makes one request of both and compares.
func follow(t *rapid.T, s Store, ref *reference, now time.Time, claims []Claim) {
	d := take(t, s, claims...)
	allowed, never := true, false
	for _, c := range claims {
		allowed = allowed && ref.level(c, now) >= int64(c.Cost)*c.Rate.Per.Microseconds()
		never = never || c.Cost > c.Rate.Burst
	}
	if d.Allowed != allowed || d.Never != never {
		t.Fatalf("%v: %+v, want allowed %v, never %v", claims, d, allowed, never)
	}
	var wait time.Duration
	for i, c := range claims {
		per := c.Rate.Per.Microseconds()
		level := ref.level(c, now)
		lacking := int64(c.Cost)*per - level
		if lacking > 0 {
			count := int64(c.Rate.Count)
			wait = max(wait, time.Duration((lacking+count-1)/count)*time.Microsecond)
		}
		if allowed {
			level -= int64(c.Cost) * per
			ref.set(c, level, now)
		}
		if got, want := d.States[i].Remaining, max(0, int(level/per)); got != want {
			t.Fatalf("%s: %d left, want %d", c.Limit, got, want)
		}
	}
	if diff := d.RetryAfter - wait; !never && (diff < 0 || diff > 2*time.Microsecond) {
		t.Fatalf("%v: RetryAfter %s, want %s", claims, d.RetryAfter, wait)
	}
}
