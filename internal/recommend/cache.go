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

// of is the key under which a request waits for others. Who waits for an answer
// never waits for a batch line, which stands behind everybody, and who takes a
// degraded answer never gets the refusal of one who does not.
func (k cacheKey) of(req *Request) cacheKey {
	switch {
	case req.Patient:
		return keyOf("patient", k[:])
	case req.Batch != "":
		return keyOf("batch", k[:])
	}
	return k
}

func hashHex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// cache holds advice for a while, as the bytes that it is sent as: they take a
// third of the memory that they take when decoded, and are never changed.
type cache struct {
	entries *otter.Cache[cacheKey, kept] // nil: nothing is kept
}

// kept is advice with what it cost when it was new.
type kept struct {
	advice  advice
	costUSD string
	from    string // the record that its words were first given in; "": unknown
}

// entryBytes is about what an entry takes beside its members: the rest of the
// answer that it was first given in, among others.
const entryBytes = 1000

func newCache(ttl time.Duration, maxBytes uint64, now func() time.Time) (*cache, error) {
	if ttl < 0 {
		return &cache{}, nil
	}
	entries, err := otter.New(&otter.Options[cacheKey, kept]{
		MaximumWeight:    maxBytes,
		Weigher:          func(_ cacheKey, k kept) uint32 { return uint32(len(k.advice.members)) + entryBytes },
		ExpiryCalculator: otter.ExpiryWriting[cacheKey, kept](ttl),
		Clock:            clock{now, now()},
		Executor:         func(task func()) { task() },
	})
	return &cache{entries: entries}, err
}

func (c *cache) get(k cacheKey) (kept, bool) {
	if c.entries == nil {
		return kept{}, false
	}
	return c.entries.GetIfPresent(k)
}

func (c *cache) put(k cacheKey, v kept) {
	if c.entries != nil {
		c.entries.Set(k, v)
	}
}

// clock lets the cache expire by the service's own time. It does not tick, so
// that the cache needs no goroutine: expired entries are never returned and go
// when room is needed. It counts from its start, because what has passed since
// then stays so when the machine's clock is set.
type clock struct {
	now   func() time.Time
	start time.Time
}

func (c clock) NowNano() int64                      { return int64(c.now().Sub(c.start)) }
func (c clock) Tick(time.Duration) <-chan time.Time { return nil }

// flight is work that several callers may wait for. Its result is set before
// done is closed and not changed after.
type flight struct {
	done  chan struct{}
	given given
	reply Reply // instead, to a question
	err   error
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

// join returns the flight of k and whether the caller has to run it, or what is
// kept by now and no flight. It looks under the lock, because the work may have
// ended between the caller's look into the cache and this call.
func (f *flights) join(k cacheKey, look func() (kept, bool)) (fl *flight, found kept, leader bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil, kept{}, false, ErrClosed
	}
	if fl, ok := f.byKey[k]; ok {
		return fl, kept{}, false, nil
	}
	if found, ok := look(); ok {
		return nil, found, false, nil
	}
	fl = &flight{done: make(chan struct{})}
	f.byKey[k] = fl
	f.wg.Add(1)
	return fl, kept{}, true, nil
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
