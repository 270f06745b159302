package ratelimit

import (
	"math"
	"time"

	"golang.org/x/time/rate"
)

// meter is one of Bedrock's per-minute quotas. A nil meter limits nothing.
type meter struct {
	perMinute int // of this replica, at full pace
	limiter   *rate.Limiter
}

// burstPart is the part of a minute's quota that may go at once: a quarter.
const burstPart = 4

func newMeter(perMinute, replicas int) *meter {
	if perMinute <= 0 {
		return nil
	}
	perMinute = max(1, perMinute/replicas)
	return &meter{perMinute, rate.NewLimiter(perMinuteLimit(perMinute), max(1, perMinute/burstPart))}
}

func perMinuteLimit(n int) rate.Limit { return rate.Limit(float64(n) / 60) }

// wait is how long it takes at a pace until so many units may go after others
// before them, and leave what is not within percent hundredths of the bucket. A
// call that asks for more than the bucket holds goes when the bucket is full,
// and leaves it in debt.
func (m *meter) wait(now time.Time, p pace, before, units, percent int) time.Duration {
	if m == nil {
		return 0
	}
	burst := m.limiter.Burst()
	lacking := float64(before+min(units, burst)+kept(burst, units, percent)) - m.limiter.TokensAt(now)
	if lacking <= tolerance {
		return 0
	}
	seconds := p.stretch(lacking * 60 / float64(m.perMinute))
	return time.Duration(math.Ceil(seconds*1e6)) * time.Microsecond
}

// take takes units, into debt if need be, or gives them back (units < 0).
func (m *meter) take(now time.Time, units int) {
	if m != nil {
		shift(m.limiter, now, units)
	}
}

// drain empties the bucket.
func (m *meter) drain(now time.Time) {
	if m != nil {
		m.take(now, max(0, int(m.limiter.TokensAt(now))))
	}
}

// follow sets the pace: a share of the full rate.
func (m *meter) follow(now time.Time, share float64) {
	if m != nil {
		m.limiter.SetLimitAt(now, perMinuteLimit(m.perMinute)*rate.Limit(share))
	}
}

// pace is the share of the quota that may be used: additive increase,
// multiplicative decrease.
type pace struct {
	share float64 // now
	floor float64 // right after the last cut
	at    time.Time
}

const (
	leastShare = 1.0 / 16
	recovery   = time.Minute // from nothing to the full share
)

// grow raises the share with the time since the last cut.
func (p *pace) grow(now time.Time) {
	if p.share < 1 {
		p.share = min(1, p.floor+now.Sub(p.at).Seconds()/recovery.Seconds())
	}
}

// stretch is how long what takes so many seconds at the full pace takes from
// now on: the integral of the growing share is those seconds.
func (p *pace) stretch(seconds float64) float64 {
	r := recovery.Seconds()
	untilFull := (1 - p.share) * r
	growing := (1 - p.share*p.share) / 2 * r // seconds at full pace done by then
	if seconds >= growing {
		return untilFull + seconds - growing
	}
	return r * (math.Sqrt(p.share*p.share+2*seconds/r) - p.share)
}

// cut halves the share, once for all calls that were under way at the last
// cut: they say nothing about the new pace.
func (p *pace) cut(started, now time.Time) bool {
	if started.Before(p.at) {
		return false
	}
	p.grow(now)
	p.share = max(leastShare, p.share/2)
	p.floor, p.at = p.share, now
	return true
}

// holds remembers how long the last calls took.
type holds struct {
	last  [32]time.Duration
	count int
}

func (h *holds) add(d time.Duration) {
	h.last[h.count%len(h.last)] = d
	h.count++
}

// shortest of the last calls; 0 while there are none.
func (h *holds) shortest() time.Duration {
	n := min(h.count, len(h.last))
	if n == 0 {
		return 0
	}
	least := h.last[0]
	for _, d := range h.last[1:n] {
		least = min(least, d)
	}
	return least
}
