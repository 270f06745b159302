package ratelimit

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// QuotaConfig is the part of the account's quota that the service may use.
type QuotaConfig struct {
	RequestsPerMinute int // 0: no limit
	TokensPerMinute   int // 0: no limit; input plus max_tokens, as Bedrock counts
	InFlight          int // 0: no limit
	MaxQueue          int // calls that may wait; 0: 1000
	Replicas          int // that share the quota evenly; 0: 1
	// BatchPercent tells what part of each limit batch calls may use now; nil or
	// 0: all.
	BatchPercent func() int
	Now          func() time.Time
}

// batchPercent is the part of batch calls in hundredths.
func (c QuotaConfig) batchPercent() int {
	percent := 0
	if c.BatchPercent != nil {
		percent = c.BatchPercent()
	}
	if percent <= 0 {
		return 100
	}
	return min(percent, 100)
}

func (c QuotaConfig) withDefaults() QuotaConfig {
	if c.MaxQueue <= 0 {
		c.MaxQueue = 1000
	}
	c.Replicas = max(1, c.Replicas)
	if c.InFlight > 0 {
		c.InFlight = max(1, c.InFlight/c.Replicas)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// Quota admits calls to Bedrock in the order in which they came, as fast as the
// quota allows. It takes input plus max_tokens when a call starts, as Bedrock
// does, and gives the unused part back when it ends.
//
// A quarter of a minute's quota may go at once, the rest follows evenly, so
// that Bedrock's own bucket, which holds a minute's quota, is never emptied by
// a burst. A throttled call says that someone else uses the account too: the
// rates are halved, and grow back evenly over a minute.
//
// Calls of batch jobs stand behind all others, and start only where their part
// of each limit is not in use, by whomever: the rest is left to those who wait.
type Quota struct {
	cfg QuotaConfig

	mu       sync.Mutex
	requests *meter // nil: no limit
	tokens   *meter // nil: no limit
	inFlight int
	queue    *list.List // of *waiter, the first to be served in front
	pace     pace
	holds    holds
	wake     *time.Timer // set while the head of the queue waits for a rate
}

// NewQuota makes a Quota with its buckets full.
func NewQuota(cfg QuotaConfig) *Quota {
	cfg = cfg.withDefaults()
	return &Quota{
		cfg:      cfg,
		requests: newMeter(cfg.RequestsPerMinute, cfg.Replicas),
		tokens:   newMeter(cfg.TokensPerMinute, cfg.Replicas),
		queue:    list.New(),
		pace:     pace{share: 1},
	}
}

// acquire waits until one call of so many tokens fits. A caller that gives up
// gets its context's error, any other refusal is a *recommend.QuotaError. While
// it waits, queued is told its place.
func (q *Quota) acquire(ctx context.Context, tokens int, batch bool, queued func(position int)) (*lease, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w := &waiter{tokens: max(0, tokens), batch: batch, admitted: make(chan struct{}), moved: make(chan struct{}, 1)}
	el, err := q.join(ctx, w)
	if err != nil {
		return nil, err
	}
	for {
		select {
		case <-w.admitted:
			return w.lease, nil
		case <-w.moved:
			if position := q.positionOf(w); position > 0 {
				queued(position)
			}
		case <-ctx.Done():
			return nil, q.giveUp(ctx, el, w)
		}
	}
}

// serveLocked admits from the head of the queue what fits now, and sets the
// alarm for what will fit later.
func (q *Quota) serveLocked(now time.Time) {
	q.paceLocked(now)
	served := false
	defer func() {
		if served {
			q.renumberLocked()
		}
	}()
	for el := q.queue.Front(); el != nil; el = q.queue.Front() {
		w := el.Value.(*waiter)
		if limit, wait := q.blockedLocked(now, backlog{}, w); limit != "" {
			if wait > 0 {
				q.alarmLocked(wait)
			}
			return
		}
		q.requests.take(now, 1)
		q.tokens.take(now, w.tokens)
		q.inFlight++
		w.lease = &lease{quota: q, tokens: w.tokens, since: now}
		close(w.admitted)
		served = true
		q.queue.Remove(el)
	}
}

// backlog is what stands before a call in the queue.
type backlog struct{ requests, tokens int }

// blockedLocked names the limit that keeps a call behind a backlog from
// starting, and how long it does at least; "" when none does. How long the
// calls in flight will take is not known: that wait is 0.
func (q *Quota) blockedLocked(now time.Time, b backlog, w *waiter) (limit string, wait time.Duration) {
	percent := q.percentFor(w.batch)
	if q.cfg.InFlight > 0 && q.inFlight+b.requests >= q.slotsLocked(percent) {
		limit = LimitBedrockInFlight
	}
	if d := q.requests.wait(now, q.pace, b.requests, 1, percent); d > wait {
		limit, wait = LimitBedrockRequests, d
	}
	if d := q.tokens.wait(now, q.pace, b.tokens, w.tokens, percent); d > wait {
		limit, wait = LimitBedrockTokens, d
	}
	return limit, wait
}

func (q *Quota) percentFor(batch bool) int {
	if batch {
		return q.cfg.batchPercent()
	}
	return 100
}

// outlookLocked names the limit that keeps the last of a kind waiting longest,
// and for how long: by the rates, and because no call ends sooner than the
// shortest lately.
func (q *Quota) outlookLocked(now time.Time, batch bool) (limit string, wait time.Duration) {
	var b backlog
	last := q.lastLocked(batch)
	for el := q.queue.Front(); el != last; el = el.Next() {
		b.requests++
		b.tokens += el.Value.(*waiter).tokens
	}
	limit, wait = q.blockedLocked(now, b, last.Value.(*waiter))
	if q.cfg.InFlight > 0 {
		rounds := (q.inFlight + b.requests) / q.slotsLocked(q.percentFor(batch))
		if d := time.Duration(rounds-1) * q.holds.shortest(); d > wait {
			limit, wait = LimitBedrockInFlight, d
		}
	}
	if limit == "" {
		limit = LimitBedrockInFlight // nothing but the queue itself
	}
	return limit, wait
}

// slotsLocked is how many calls may be in flight now: so many hundredths.
func (q *Quota) slotsLocked(percent int) int {
	return partOf(max(1, int(float64(q.cfg.InFlight)*q.pace.share)), percent)
}

// alarmLocked serves the queue again after a wait.
func (q *Quota) alarmLocked(wait time.Duration) {
	if q.wake == nil {
		q.wake = time.AfterFunc(wait, func() {
			q.mu.Lock()
			defer q.mu.Unlock()
			q.serveLocked(q.cfg.Now())
		})
		return
	}
	q.wake.Reset(wait)
}

// paceLocked lets the rates follow the pace.
func (q *Quota) paceLocked(now time.Time) {
	q.pace.grow(now)
	q.requests.follow(now, q.pace.share)
	q.tokens.follow(now, q.pace.share)
}
