package main

import (
	"context"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"ballast.internal/ballast/internal/httpapi/apikey"
	"ballast.internal/ballast/internal/ratelimit"
)

// growthOfKeys measures how a key is found and a request admitted among many.
func growthOfKeys(ctx context.Context, b *bench) (table, error) {
	t := table{
		title: "Growth with client keys",
		note: "Finding and checking one key, and admitting one request of its client by the limiter in memory, among so many. Memory is what the heap holds " +
			"after a collection, divided by the keys.",
		head: []string{"keys", "key found ns", "key bytes", "request admitted ns", "limiter bytes"},
	}
	for _, n := range []int{1000, b.keys} {
		ring, keys, ringBytes, err := newRing(n)
		if err != nil {
			return t, err
		}
		found := each(b.rounds, keys, func(key string) { ring.Lookup(key, time.Now()) })
		limiter := ratelimit.NewMemory(n, time.Now)
		rate := ratelimit.Rate{Count: 1, Per: time.Hour, Burst: 1 << 20}
		take := func(key string) {
			_, _ = limiter.Take(ctx, ratelimit.Claim{Limit: "requests", Key: key, Rate: rate, Cost: 1}) // it never fails
		}
		limiterBytes := heldBy(func() {
			for _, key := range keys {
				take(key)
			}
		})
		admitted := each(b.rounds, keys, take)
		t.row(fmt.Sprint(n), spread(found, "%.0f"), perKey(ringBytes, n), spread(admitted, "%.0f"), perKey(limiterBytes, n))
		runtime.KeepAlive(ring)
		runtime.KeepAlive(limiter)
	}
	return t, nil
}

func perKey(bytes int64, n int) string { return fmt.Sprintf("%.0f", float64(bytes)/float64(n)) }

// newRing makes a ring of n clients with a key each.
func newRing(n int) (ring *apikey.Ring, keys []string, bytes int64, err error) {
	pepper := make([]byte, 32)
	keys = make([]string, n)
	bytes = heldBy(func() {
		clients := make([]apikey.Client, n)
		for i := range clients {
			keys[i] = keyOf(i)
			var stored apikey.Stored
			if stored, err = apikey.Hash(pepper, keys[i]); err != nil {
				return
			}
			clients[i] = apikey.Client{Name: fmt.Sprintf("c%d", i), Role: apikey.RoleClient, Keys: []apikey.Key{{Stored: stored}}}
		}
		ring, err = apikey.NewRing(pepper, clients, time.Now())
	})
	return ring, keys, bytes, err
}

// keyOf is the key number i, which apikey.Generate might have made: at random
// two of a million would share a prefix.
func keyOf(i int) string {
	text := strings.ToLower(base32.StdEncoding.EncodeToString(binary.BigEndian.AppendUint64(nil, uint64(i)<<24)))
	return "blk_" + text[:8] + "_" + strings.Repeat("a", 52)
}

// heldBy is how much more the heap holds after f.
func heldBy(f func()) int64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

// each is the median time of f over a thousand keys that lie far apart, others
// in each round, in nanoseconds.
func each(rounds int, keys []string, f func(key string)) []float64 {
	const times = 1000
	var out []float64
	for r := range rounds {
		took := make([]time.Duration, times)
		for i := range took {
			key := keys[(r*times+i)*7919%len(keys)]
			start := time.Now()
			f(key)
			took[i] = time.Since(start)
		}
		slices.Sort(took)
		out = append(out, float64(took[times/2]))
	}
	return out
}
