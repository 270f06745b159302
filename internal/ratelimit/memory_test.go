package ratelimit

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A million addresses leave as many keys as are allowed, and no trace of
// another limit's keys is lost.
func TestMemoryIsBounded(t *testing.T) {
	c := newClock()
	m := NewMemory(1000, c.Now)
	perHour := Rate{Count: 1, Per: time.Hour, Burst: 1}
	client := Claim{Limit: "client", Key: "app", Rate: perHour, Cost: 1}
	if !take(t, m, client).Allowed {
		t.Fatal("the first request is refused")
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range 1_000_000 {
		take(t, m, Claim{Limit: "address", Key: fmt.Sprint(i), Rate: perHour, Cost: 1})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if got := m.Keys(); got != 1001 {
		t.Errorf("%d keys are kept, want 1001", got)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 4<<20 {
		t.Errorf("the heap has grown by %d bytes", grown)
	}
	if take(t, m, client).Allowed {
		t.Error("other keys gave the client a fresh bucket")
	}
}

// A key that is forced out gains one burst and no more.
func TestEvictedKeyGainsOneBurst(t *testing.T) {
	c := newClock()
	m := NewMemory(2, c.Now)
	claim := func(key string) Claim {
		return Claim{Limit: "l", Key: key, Rate: Rate{Count: 1, Per: time.Hour, Burst: 3}, Cost: 1}
	}
	allowed := 0
	spend := func() {
		for range 10 {
			if take(t, m, claim("a")).Allowed {
				allowed++
			}
		}
	}
	spend()
	take(t, m, claim("b"))
	take(t, m, claim("c")) // forces a out
	spend()
	if allowed != 6 {
		t.Errorf("%d requests with one eviction, want two bursts of 3", allowed)
	}
}

// Buckets that have refilled are forgotten although there is room.
func TestIdleKeysAreForgotten(t *testing.T) {
	c := newClock()
	m := NewMemory(1_000_000, c.Now)
	claim := func(i int) Claim {
		return Claim{Limit: "l", Key: fmt.Sprint(i), Rate: Rate{Count: 1, Per: time.Second, Burst: 5}, Cost: 1}
	}
	for i := range 1000 {
		take(t, m, claim(i))
	}
	c.advance(time.Minute)
	for i := range 600 {
		take(t, m, claim(10_000+i))
	}
	if got := m.Keys(); got != 600 {
		t.Errorf("%d keys are kept, want the 600 in use", got)
	}
}

// A clock that is set back gives nothing.
func TestClockSetBack(t *testing.T) {
	c := newClock()
	m := NewMemory(10, c.Now)
	claim := Claim{Limit: "l", Key: "k", Rate: Rate{Count: 1, Per: time.Second, Burst: 1}, Cost: 1}
	take(t, m, claim)
	c.advance(-time.Hour)
	if take(t, m, claim).Allowed {
		t.Error("allowed after the clock was set back")
	}
	c.advance(time.Hour + 500*time.Millisecond)
	if take(t, m, claim).Allowed {
		t.Error("the hour that was set back counts twice")
	}
}

// A changed rate holds from the next request on, and gives no new burst.
func TestChangedRate(t *testing.T) {
	c := newClock()
	m := NewMemory(10, c.Now)
	claim := Claim{Limit: "l", Key: "k", Rate: Rate{Count: 1, Per: time.Second, Burst: 1}, Cost: 1}
	take(t, m, claim)
	claim.Rate = Rate{Count: 10, Per: time.Second, Burst: 10}
	if take(t, m, claim).Allowed {
		t.Error("the change gave a fresh bucket")
	}
	c.advance(100 * time.Millisecond)
	if !take(t, m, claim).Allowed {
		t.Error("the new rate does not hold")
	}
}

// Requests at the same time take no more than there is.
func TestConcurrentTakes(t *testing.T) {
	m := NewMemory(10, newClock().Now)
	var allowed atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 100 {
				if take(t, m, Claim{Limit: "l", Key: "k", Rate: Rate{Count: 1, Per: time.Hour, Burst: 123}, Cost: 1}).Allowed {
					allowed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if allowed.Load() != 123 {
		t.Errorf("%d allowed, want 123", allowed.Load())
	}
}

func BenchmarkMemoryTake(b *testing.B) {
	m := NewMemory(10_000, time.Now)
	claims := []Claim{
		{Limit: "client_requests", Key: "app", Rate: Rate{Count: 1e6, Per: time.Second, Burst: 1e6}, Cost: 1},
		{Limit: "client_tokens", Key: "app", Rate: Rate{Count: 1e9, Per: time.Minute, Burst: 1e9}, Cost: 10},
		{Limit: "address", Key: "192.0.2.1", Rate: Rate{Count: 1e6, Per: time.Second, Burst: 1e6}, Cost: 1},
	}
	b.ReportAllocs()
	for b.Loop() {
		m.Take(b.Context(), claims...)
	}
}
