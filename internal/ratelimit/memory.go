package ratelimit

import (
	"container/list"
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Memory keeps buckets in this process, over x/time/rate.
//
// Its memory is bounded: of each limit it keeps at most so many keys, and when
// one more comes, the key that was idle longest goes. A bucket that has
// refilled is forgotten without a trace. One that has not comes back full, so
// that a key gains one burst by it and never more; who can afford so many keys
// gains more by using them. The keys of one limit never displace those of
// another.
type Memory struct {
	maxKeys int
	now     func() time.Time

	mu     sync.Mutex
	last   time.Time // time never runs backwards in here
	limits map[string]*keyed
	held   map[place]map[string]struct{} // the holders of slots, while there are any
	turns  map[place]turns
}

// place is where slots are: one limit of one key.
type place struct{ limit, key string }

// keyed are the buckets of one limit, the most recently used first.
type keyed struct {
	byKey map[string]*list.Element // of *entry
	order *list.List
}

type entry struct {
	key     string
	rate    Rate
	limiter *rate.Limiter
}

// NewMemory keeps at most maxKeys keys of each limit.
func NewMemory(maxKeys int, now func() time.Time) *Memory {
	return &Memory{maxKeys: max(1, maxKeys), now: now, limits: make(map[string]*keyed), held: make(map[place]map[string]struct{}), turns: make(map[place]turns)}
}

// Take implements Store. It never fails.
func (m *Memory) Take(_ context.Context, claims ...Claim) (Decision, error) {
	claims = limited(claims)
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.clockLocked()
	entries := make([]*entry, len(claims)) // nil: slots
	buckets := make([]bucket, len(claims))
	for i, c := range claims {
		if c.isTurn() {
			buckets[i] = bucket{claim: c, full: m.turns[place{c.Limit, c.Key}].before(c.Turn, now)}
			continue
		}
		if !c.Slots.Unlimited() {
			free := c.Slots.Max - len(m.held[place{c.Limit, c.Key}])
			buckets[i] = bucket{claim: c, left: float64(free), full: free <= 0}
			continue
		}
		entries[i] = m.entryLocked(c, now)
		left := entries[i].limiter.TokensAt(now) - float64(c.Keep)
		buckets[i] = bucket{claim: c, left: left, wait: c.Rate.refill(float64(c.Cost) - left)}
	}
	d := decide(buckets)
	m.turnLocked(claims, d.Allowed, now)
	if d.Allowed {
		m.holdLocked(claims)
		for i, c := range claims {
			if entries[i] != nil {
				entries[i].limiter.ReserveN(now, c.Cost)
			}
		}
	}
	return d, nil
}

// turnLocked gives up the turns of who need not wait, and keeps those of who must.
func (m *Memory) turnLocked(claims []Claim, over bool, now time.Time) {
	for _, c := range claims {
		p := place{c.Limit, c.Key}
		switch {
		case !c.isTurn():
		case over:
			delete(m.turns[p], c.Turn.Holder)
		default:
			if m.turns[p] == nil {
				m.turns[p] = turns{}
			}
			m.turns[p].keep(c.Turn, now)
		}
	}
}

// hold notes who holds the slots of the claims, whether or not one is free.
func (m *Memory) hold(claims []Claim) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.holdLocked(claims)
}

func (m *Memory) holdLocked(claims []Claim) {
	for _, c := range slotsOf(claims) {
		p := place{c.Limit, c.Key}
		if m.held[p] == nil {
			m.held[p] = make(map[string]struct{})
		}
		m.held[p][c.Slots.Holder] = struct{}{}
	}
}

// Leave implements Store. It never fails. A holder that dies takes the process
// with it, so that nothing lapses.
func (m *Memory) Leave(_ context.Context, claims ...Claim) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turnLocked(claims, true, m.last)
	for _, c := range slotsOf(claims) {
		p := place{c.Limit, c.Key}
		delete(m.held[p], c.Slots.Holder)
		if len(m.held[p]) == 0 {
			delete(m.held, p)
		}
	}
	return nil
}

// Correct implements Store. It never fails.
func (m *Memory) Correct(_ context.Context, claim Claim, units int) error {
	if !claim.Slots.Unlimited() {
		return nil
	}
	for _, c := range limited([]Claim{claim}) {
		m.mu.Lock()
		now := m.clockLocked()
		shift(m.entryLocked(c, now).limiter, now, units)
		m.mu.Unlock()
	}
	return nil
}

// shift takes units from a limiter, into debt if need be, or gives them back.
// The limiter refuses more than a burst at once.
func shift(l *rate.Limiter, now time.Time, units int) {
	for units > 0 {
		n := min(units, max(1, l.Burst()))
		l.ReserveN(now, n)
		units -= n
	}
	if units < 0 {
		l.ReserveN(now, units)
	}
}

func (m *Memory) clockLocked() time.Time {
	if now := m.now(); now.After(m.last) {
		m.last = now
	}
	return m.last
}

// entryLocked finds or makes the bucket of a claim, and drops what is idle.
func (m *Memory) entryLocked(c Claim, now time.Time) *entry {
	k := m.limits[c.Limit]
	if k == nil {
		k = &keyed{byKey: make(map[string]*list.Element), order: list.New()}
		m.limits[c.Limit] = k
	}
	if el, ok := k.byKey[c.Key]; ok {
		k.order.MoveToFront(el)
		e := el.Value.(*entry)
		e.follow(c.Rate, now)
		return e
	}
	k.dropIdle(now)
	for len(k.byKey) >= m.maxKeys {
		k.drop(k.order.Back())
	}
	e := &entry{key: c.Key, rate: c.Rate, limiter: rate.NewLimiter(rate.Limit(c.Rate.perSecond()), c.Rate.Burst)}
	k.byKey[c.Key] = k.order.PushFront(e)
	return e
}

// follow changes the rate of a bucket after a change of the configuration. A
// larger burst is earned, not given.
func (e *entry) follow(r Rate, now time.Time) {
	if e.rate == r {
		return
	}
	e.rate = r
	e.limiter.SetLimitAt(now, rate.Limit(r.perSecond()))
	e.limiter.SetBurstAt(now, r.Burst)
}

// dropIdle drops full buckets from the idle end: two for each new key, so that
// the number of idle keys shrinks.
func (k *keyed) dropIdle(now time.Time) {
	for range 2 {
		el := k.order.Back()
		if el == nil {
			return
		}
		if e := el.Value.(*entry); e.limiter.TokensAt(now) < float64(e.rate.Burst) {
			return
		}
		k.drop(el)
	}
}

func (k *keyed) drop(el *list.Element) {
	delete(k.byKey, el.Value.(*entry).key)
	k.order.Remove(el)
}
