package emulator

import (
	"sync"
	"time"
)

// mostQuota is what a bucket can count without an overflow, and more than AWS
// gives.
const mostQuota = 50_000_000

// bucket is a token bucket that refills evenly over a minute. Its level is in
// units times nanoseconds of a minute, so that refilling is exact.
type bucket struct {
	limit int64 // units for each minute; 0 for unlimited
	level int64
	at    time.Time
}

func newBucket(limit int, now time.Time) bucket {
	return bucket{limit: int64(limit), level: int64(limit) * int64(time.Minute), at: now}
}

// refill brings the level up to now.
func (b *bucket) refill(now time.Time) {
	gone := now.Sub(b.at)
	if gone <= 0 {
		return
	}
	b.at = now
	b.level = min(b.limit*int64(time.Minute), b.level+b.limit*int64(min(gone, time.Minute)))
}

func (b *bucket) has(units int64) bool { return b.limit == 0 || b.level >= units*int64(time.Minute) }

// take may leave the level negative when settling found more used than taken.
func (b *bucket) take(units int64) {
	if b.limit > 0 {
		b.level = min(b.limit*int64(time.Minute), b.level-units*int64(time.Minute))
	}
}

// quota guards one model's buckets.
type quota struct {
	mu               sync.Mutex
	requests, tokens bucket
}

func newQuota(q Quota, now time.Time) *quota {
	return &quota{requests: newBucket(q.RequestsPerMinute, now), tokens: newBucket(q.TokensPerMinute, now)}
}

// admit takes one request and its tokens, or nothing.
func (q *quota) admit(tokens int, now time.Time) *wireError {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.requests.refill(now)
	q.tokens.refill(now)
	switch {
	case !q.requests.has(1):
		return errTooManyRequests
	case !q.tokens.has(int64(tokens)):
		return errTooManyTokens
	}
	q.requests.take(1)
	q.tokens.take(int64(tokens))
	return nil
}

// settle gives back the tokens that were taken and not used.
func (q *quota) settle(taken, used int, now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.tokens.refill(now)
	q.tokens.take(int64(used - taken))
}
