package recommend

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"
)

// cacheKey identifies everything that shapes an answer's words.
type cacheKey [sha256.Size]byte

// String is the key in hexadecimal.
func (k cacheKey) String() string { return hex.EncodeToString(k[:]) }

// keyOf hashes the parts with their lengths, so that no two lists of parts run
// together. The client comes first: clients never share answers.
func keyOf(client string, canonical []byte, parts ...string) cacheKey {
	h := sha256.New()
	write := func(b []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	write([]byte(client))
	write(canonical)
	for _, p := range parts {
		write([]byte(p))
	}
	return cacheKey(h.Sum(nil))
}

func hashHex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// cache holds answers for a while. They are shared and never changed.
type cache struct {
	entries *otter.Cache[cacheKey, kept] // nil: nothing is kept
}

// kept is an answer with the size of its JSON, which estimates its memory.
type kept struct {
	answer *Answer
	size   uint32
}

func newCache(ttl time.Duration, maxBytes uint64, now func() time.Time) (*cache, error) {
	if ttl < 0 {
		return &cache{}, nil
	}
	entries, err := otter.New(&otter.Options[cacheKey, kept]{
		MaximumWeight:    maxBytes,
		Weigher:          func(_ cacheKey, k kept) uint32 { return k.size },
		ExpiryCalculator: otter.ExpiryWriting[cacheKey, kept](ttl),
		Clock:            clock(now),
		Executor:         func(task func()) { task() },
	})
	return &cache{entries: entries}, err
}

func (c *cache) get(k cacheKey) (*Answer, bool) {
	if c.entries == nil {
		return nil, false
	}
	found, ok := c.entries.GetIfPresent(k)
	return found.answer, ok
}

func (c *cache) put(k cacheKey, r Result) {
	if c.entries != nil {
		answer := r.Answer // alone: the body need not stay
		c.entries.Set(k, kept{&answer, uint32(len(r.Body))})
	}
}

// clock lets the cache expire by the service's own time. It does not tick, so
// that the cache needs no goroutine: expired entries are never returned and go
// when room is needed.
type clock func() time.Time

func (c clock) NowNano() int64                      { return c().UnixNano() }
func (c clock) Tick(time.Duration) <-chan time.Time { return nil }

// flight is work that several callers may wait for. Its result is set before
// done is closed and not changed after.
type flight struct {
	done   chan struct{}
	result Result
	reply  Reply // instead, to a question
	err    error
	// modelTime is what the calls took, for the overhead.
	modelTime time.Duration
	track     track
}

// flights holds the work under way by key, and counts it so that a shutdown
// can wait.
type flights struct {
	mu     sync.Mutex
	byKey  map[cacheKey]*flight
	closed bool
	wg     sync.WaitGroup
}

// join returns the flight of k and whether the caller has to run it. look is
// asked under the lock, because the work may have ended between the caller's
// look into the cache and this call.
func (f *flights) join(k cacheKey, look func() (*Answer, bool)) (fl *flight, kept *Answer, leader bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil, nil, false, ErrClosed
	}
	if fl, ok := f.byKey[k]; ok {
		return fl, nil, false, nil
	}
	if kept, ok := look(); ok {
		return nil, kept, false, nil
	}
	fl = &flight{done: make(chan struct{})}
	f.byKey[k] = fl
	f.wg.Add(1)
	return fl, nil, true, nil
}

// land publishes the result of a flight that join gave to run.
func (f *flights) land(k cacheKey, fl *flight) {
	f.mu.Lock()
	delete(f.byKey, k)
	f.mu.Unlock()
	close(fl.done)
	f.wg.Done()
}

// ended reports whether close was called.
func (f *flights) ended() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.closed
}

// close lets no new flight start and returns a channel that is closed when the
// last one has landed.
func (f *flights) close() <-chan struct{} {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	landed := make(chan struct{})
	go func() {
		f.wg.Wait()
		close(landed)
	}()
	return landed
}
