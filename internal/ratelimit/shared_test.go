package ratelimit

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ballast.internal/ballast/internal/outage"
	"ballast.internal/ballast/internal/ratelimit/redistest"
)

// fakeStore is a store that can be told to fail, before or after it decides.
type fakeStore struct {
	Store
	fail  error
	late  bool // it decides, and its answer is lost
	calls int
}

func (f *fakeStore) Take(ctx context.Context, claims ...Claim) (Decision, error) {
	f.calls++
	if f.late {
		_, err := f.Store.Take(ctx, claims...)
		return Decision{}, errors.Join(f.fail, err)
	}
	if f.fail != nil {
		return Decision{}, f.fail
	}
	return f.Store.Take(ctx, claims...)
}

func (f *fakeStore) Leave(ctx context.Context, claims ...Claim) error {
	if f.fail != nil {
		return f.fail
	}
	return f.Store.Leave(ctx, claims...)
}

func newShared(c *clock, common Store, replicas int, changes *[]bool) *Shared {
	watch := outage.NewWatch(0, c.Now, func(degraded bool) { *changes = append(*changes, degraded) })
	return NewShared(common, NewMemory(100, c.Now), replicas, watch)
}

var perSecond = Claim{Limit: "l", Key: "k", Rate: Rate{Count: 40, Per: time.Second, Burst: 40}, Cost: 1}

func allowedOf(t *testing.T, s Store, n int, claim Claim) int {
	t.Helper()
	allowed := 0
	for range n {
		if take(t, s, claim).Allowed {
			allowed++
		}
	}
	return allowed
}

// Without the common store each of four replicas has a quarter of the limit,
// and one request in a second looks whether it is back.
func TestFallbackToTheOwnShare(t *testing.T) {
	c := newClock()
	common := &fakeStore{Store: NewMemory(100, c.Now)}
	var changes []bool
	s := newShared(c, common, 4, &changes)
	if !take(t, s, perSecond).Allowed || s.watch.Down() {
		t.Fatal("the common store is not used")
	}
	common.fail = errors.New("gone")
	common.calls = 0
	if got := allowedOf(t, s, 100, perSecond); got != 10 {
		t.Errorf("%d at once without the common store, want a quarter of 40", got)
	}
	if common.calls != 1 || !s.watch.Down() {
		t.Errorf("the common store was asked %d times, want once (degraded %v)", common.calls, s.watch.Down())
	}
	c.advance(500 * time.Millisecond)
	if got := allowedOf(t, s, 100, perSecond); got != 5 {
		t.Errorf("%d in half a second, want a quarter of 20", got)
	}
	c.advance(500 * time.Millisecond)
	allowedOf(t, s, 10, perSecond)
	if common.calls != 2 {
		t.Errorf("the common store was asked %d times after a second, want twice", common.calls)
	}
	common.fail = nil
	c.advance(time.Second)
	take(t, s, perSecond)
	if s.watch.Down() || !slices.Equal(changes, []bool{true, false}) {
		t.Errorf("it has not returned: degraded %v, changes %v", s.watch.Down(), changes)
	}
}

// A claim that the whole limit would meet is not refused for good because the
// own share is smaller.
func TestLargeClaimOnASmallShare(t *testing.T) {
	c := newClock()
	var changes []bool
	s := newShared(c, &fakeStore{fail: errors.New("gone")}, 8, &changes)
	claim := Claim{Limit: "tokens", Key: "k", Rate: Rate{Count: 80, Per: time.Second, Burst: 80}, Cost: 50}
	if d := take(t, s, claim); !d.Allowed {
		t.Fatalf("decision %+v", d)
	}
	if d := take(t, s, claim); d.Allowed || d.RetryAfter != 5*time.Second {
		t.Errorf("the second: %+v, want 50 units at 10 per second", d)
	}
	claim.Cost = 81
	if d := take(t, s, claim); !d.Never {
		t.Errorf("more than the whole limit: %+v", d)
	}
}

// A caller that leaves says nothing about the common store.
func TestCallerThatLeaves(t *testing.T) {
	c := newClock()
	var changes []bool
	s := newShared(c, &fakeStore{fail: context.Canceled}, 2, &changes)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Take(ctx, perSecond); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	if s.watch.Down() {
		t.Error("the common store counts as gone")
	}
}

func TestCorrectionGoesWhereTheUnitsCameFrom(t *testing.T) {
	c := newClock()
	common := &fakeStore{Store: NewMemory(100, c.Now)}
	var changes []bool
	s := newShared(c, common, 4, &changes)
	for _, gone := range []error{nil, errors.New("gone")} {
		common.fail = gone
		claim := perSecond
		claim.Own = take(t, s, claim).Own
		allowedOf(t, s, 40, claim)
		if take(t, s, claim).Allowed {
			t.Fatalf("gone %v: the bucket is not empty", gone)
		}
		if err := s.Correct(t.Context(), claim, -3); err != nil {
			t.Fatal(err)
		}
		if got := allowedOf(t, s, 40, perSecond); got != 3 {
			t.Errorf("gone %v: %d after 3 were given back", gone, got)
		}
	}
}

// What no limit counts is not given back either, whether or not there is a common store.
func TestNoCorrectionWithoutALimit(t *testing.T) {
	none := Claim{Limit: LimitClientTokens, Key: "demo", Cost: 1000, Rate: ClientTokenRate(0)}
	for name, s := range map[string]*Shared{
		"alone":    NewShared(nil, NewMemory(100, time.Now), 1, nil),
		"replicas": NewShared(&fakeStore{fail: errGone}, NewMemory(100, time.Now), 2, outage.NewWatch(0, time.Now, nil)),
	} {
		none.Own = take(t, s, none).Own
		if err := s.Correct(t.Context(), none, -3); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A call that began on one side of an outage and ends on the other gives nothing
// back where it took nothing: others would get what they have used again.
func TestCorrectionAfterAnOutage(t *testing.T) {
	tokens := Claim{Limit: LimitBedrockTokens, Key: "all", Rate: accountRate(4000, 0)}
	left := func(s Store, replicas int) int { return take(t, s, tokens.share(replicas)).States[0].Remaining }
	for name, c := range map[string]struct {
		before, after error
		common, own   int // left at the end
	}{
		"it goes":    {nil, errGone, 500, 250},
		"it returns": {errGone, nil, 500, 200},
		"it stays":   {nil, nil, 950, 250},
		"it is away": {errGone, errGone, 200, 200},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newClock()
			common := &fakeStore{Store: NewMemory(100, clock.Now), fail: c.before}
			var changes []bool
			s := newShared(clock, common, 4, &changes)
			g := gate(s, QuotaConfig{TokensPerMinute: 4000}, 0)
			g.Own = NewQuota(QuotaConfig{})
			if c.before != nil { // others use it meanwhile
				claim := tokens
				claim.Cost = 500
				take(t, common.Store, claim)
			}
			call := pass(t, g, "app", 200)
			if c.after != nil {
				claim := tokens
				claim.Cost = 300
				take(t, common.Store, claim)
			}
			common.fail = c.after
			s.watch.Note(c.after == nil)
			call.Done(50, false)
			if got, own := left(common.Store, 1), left(s.local, 4); got != c.common || own != c.own {
				t.Errorf("%d of 1000 and %d of 250 are left, want %d and %d", got, own, c.common, c.own)
			}
		})
	}
}

// A slot that the common store was not told of, or was not heard to give, is free
// when it is back: a hiccup of 50 ms kept a client out until its slots lapsed.
func TestSlotsComeBackAfterAnOutage(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for name, hiccup := range map[string]func(s *Shared, common *fakeStore, held, other Claim){
		"left meanwhile": func(s *Shared, common *fakeStore, held, _ Claim) {
			common.fail = errGone
			s.watch.Note(false)
			leave(t, s, held)
		},
		"leaving fails": func(s *Shared, common *fakeStore, held, _ Claim) {
			common.fail = errGone
			if err := s.Leave(t.Context(), held); !errors.Is(err, errGone) {
				t.Error(err)
			}
		},
		"given unheard, and refused here": func(s *Shared, common *fakeStore, held, other Claim) {
			common.fail, common.late = errGone, true
			if take(t, s, other).Allowed {
				t.Error("more than the own share")
			}
			leave(t, s, held)
		},
		"given to who has gone": func(s *Shared, common *fakeStore, held, other Claim) {
			common.fail, common.late = context.Canceled, true
			if _, err := s.Take(gone, other); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			common.fail = nil
			leave(t, s, held)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			common := &fakeStore{Store: NewMemory(100, c.Now)}
			var changes []bool
			s := newShared(c, common, 2, &changes)
			held := slotClaim("a", 2)
			take(t, s, held)
			hiccup(s, common, held, slotClaim("b", 2))
			common.fail, common.late = nil, false
			c.advance(time.Second)
			for _, holder := range []string{"c", "d"} {
				if d := take(t, s, slotClaim(holder, 2)); !d.Allowed || d.Own {
					t.Errorf("%s: %+v", holder, d)
				}
			}
		})
	}
}

// A real Redis that refuses, hangs and returns. No decision waits for it.
func TestRedisGoesAndReturns(t *testing.T) {
	server := redistest.Start(t)
	client, err := NewRedisClient(server.URL(), 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var degraded atomic.Bool
	watch := outage.NewWatch(50*time.Millisecond, time.Now, degraded.Store)
	s := NewShared(NewRedis(client, "t", 50*time.Millisecond), NewMemory(100, time.Now), 2, watch)
	quick := func(when string) {
		t.Helper()
		start := time.Now()
		take(t, s, perSecond)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s: the decision took %s", when, took)
		}
	}
	waitFor := func(when string, want bool) {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); degraded.Load() != want; {
			if time.Now().After(deadline) {
				t.Fatalf("%s: degraded is still %v", when, !want)
			}
			quick(when)
			time.Sleep(10 * time.Millisecond)
		}
	}
	take(t, s, perSecond) // loads the script and opens a connection
	if degraded.Load() {
		t.Fatal("Redis does not answer from the start")
	}

	server.Freeze(t)
	quick("hung")
	if !degraded.Load() {
		t.Error("hung: the common store still counts as there")
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { quick("hung, many at once") })
	}
	wg.Wait()
	server.Thaw(t)
	waitFor("back from hanging", false)

	server.Stop()
	quick("refused")
	if !degraded.Load() {
		t.Error("refused: the common store still counts as there")
	}
	server.Start(t)
	waitFor("back from the dead", false)
}

// Replicas on one Redis share one limit: together they get it once.
func TestReplicasShareOneLimit(t *testing.T) {
	server := redistest.Start(t)
	var allowed atomic.Int64
	var wg sync.WaitGroup
	for range 4 {
		replica := NewRedis(server.Client(t), "shared", patient) // on the server's clock
		wg.Go(func() {
			for range 100 {
				if take(t, replica, Claim{Limit: "l", Key: "k", Rate: Rate{Count: 1, Per: time.Hour, Burst: 77}, Cost: 1}).Allowed {
					allowed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if allowed.Load() != 77 {
		t.Errorf("four replicas got %d, want 77", allowed.Load())
	}
	keys, err := server.Client(t).Keys(t.Context(), "*").Result()
	slices.Sort(keys)
	if err != nil || !slices.Equal(keys, []string{"{shared}:clock", "{shared}:l:k"}) {
		t.Errorf("keys %v, %v: want the bucket and the clock, in the hash tag of the prefix", keys, err)
	}
}

func TestRedisURLFaultHidesThePassword(t *testing.T) {
	for url, want := range map[string]string{
		"redis://user:secret@host:port:1/x":  "redis: the URL cannot be read",
		"redis://user:secret@a:6379,b:6379/": "redis: the URL names several servers, and one is used: its primary's address, or a proxy's",
	} {
		if _, err := NewRedisClient(url, patient); err == nil || err.Error() != want {
			t.Errorf("%s: error is %v", url, err)
		}
	}
}

// A Redis without memory answers and takes nothing: the own share decides, and
// nothing is half taken. One that is emptied forgets, and goes on.
func TestRedisWithoutMemory(t *testing.T) {
	client := redistest.Start(t).Client(t)
	clock := newClock()
	var changes []bool
	s := newShared(clock, NewRedis(client, "t", time.Minute), 2, &changes)
	two := []Claim{perSecond, {Limit: "tokens", Key: "k", Rate: Rate{Count: 40, Per: time.Minute, Burst: 40}, Cost: 30}}
	for _, step := range []struct {
		name, maxMemory string
		flush, own      bool
	}{{"there is room", "0", false, false}, {"full", "1", true, true}, {"room again", "0", false, false}, {"emptied", "0", true, false}} {
		clock.advance(time.Second)
		if step.flush {
			wantNil(t, client.FlushAll(t.Context()).Err())
		}
		wantNil(t, client.ConfigSet(t.Context(), "maxmemory", step.maxMemory).Err())
		if d := take(t, s, two...); !d.Allowed || d.Own != step.own {
			t.Errorf("%s: %+v", step.name, d)
		}
		if step.own && client.DBSize(t.Context()).Val() != 0 {
			t.Errorf("%s: something was taken all the same", step.name)
		}
	}
}

func wantNil(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
