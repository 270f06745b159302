package ratelimit

import (
	"sync"
	"time"
)

// lease is one admitted call.
type lease struct {
	quota  *Quota
	tokens int
	since  time.Time // when it began
	once   sync.Once
}

// begin says that the call is made now, which may have waited for others since it
// was admitted: a throttle that cut the pace meanwhile was not meant for it.
func (l *lease) begin() {
	l.quota.mu.Lock()
	defer l.quota.mu.Unlock()
	l.since = l.quota.cfg.Now()
}

// Done implements recommend.Lease. A second call does nothing.
func (l *lease) Done(used int, throttled bool) {
	l.once.Do(func() {
		l.quota.mu.Lock()
		defer l.quota.mu.Unlock()
		l.quota.endLocked(l, used, throttled, l.quota.cfg.Now())
	})
}

// cancel gives everything back: the call was not made after all.
func (l *lease) cancel() {
	l.once.Do(func() {
		l.quota.mu.Lock()
		defer l.quota.mu.Unlock()
		now := l.quota.cfg.Now()
		l.quota.requests.take(now, -1)
		l.quota.endLocked(l, 0, false, now)
	})
}

// endLocked corrects the tokens, frees the slot and serves the queue.
func (q *Quota) endLocked(l *lease, used int, throttled bool, now time.Time) {
	q.inFlight--
	if used >= 0 {
		q.tokens.take(now, used-l.tokens)
	}
	if throttled && q.pace.cut(l.since, now) {
		q.requests.drain(now)
		q.tokens.drain(now)
	}
	if used > 0 {
		q.holds.add(now.Sub(l.since))
	}
	q.serveLocked(now)
}
