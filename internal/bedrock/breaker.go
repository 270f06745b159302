package bedrock

import (
	"cmp"
	"errors"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"ballast.internal/ballast/internal/recommend"
)

// BreakerConfig says when calls are held back. Zero fields take the defaults.
type BreakerConfig struct {
	Failures uint32        // 5 failures in a row open the breaker
	Open     time.Duration // 10 s until one call is let through as a test
}

func (c BreakerConfig) withDefaults() BreakerConfig {
	c.Failures = cmp.Or(c.Failures, 5)
	c.Open = cmp.Or(c.Open, 10*time.Second)
	return c
}

// breaker holds calls back while Bedrock keeps failing, so that callers get
// their rules answer at once. Only outages count: what Bedrock refuses for
// cause, throttling above all, says that it is there, as an answer does.
type breaker struct {
	circuit *gobreaker.CircuitBreaker[recommend.ModelAnswer]
	now     func() time.Time
	open    time.Duration
	until   atomic.Int64 // when the breaker lets a test through, Unix nanoseconds
}

func newBreaker(cfg BreakerConfig, now func() time.Time, m *metrics) *breaker {
	b := &breaker{now: now, open: cfg.Open}
	b.circuit = gobreaker.NewCircuitBreaker[recommend.ModelAnswer](gobreaker.Settings{
		Name:         "bedrock",
		Timeout:      cfg.Open,
		ReadyToTrip:  func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= cfg.Failures },
		IsExcluded:   func(err error) bool { return err != nil && !isOutage(err) && !heard(err) },
		IsSuccessful: func(err error) bool { return !isOutage(err) },
		OnStateChange: func(_ string, _, to gobreaker.State) {
			b.until.Store(now().Add(cfg.Open).UnixNano())
			m.breakerOpen.Set(1) // half open too: all calls but one are held back
			if to == gobreaker.StateClosed {
				m.breakerOpen.Set(0)
			}
		},
	})
	return b
}

// isOutage reports whether a failure says that Bedrock is not there. A caller
// that gives up early says nothing about Bedrock.
func isOutage(err error) bool {
	var e *recommend.ModelError
	if !errors.As(err, &e) {
		return false
	}
	switch e.Kind {
	case recommend.KindUnavailable, recommend.KindModelTimeout, recommend.KindNetwork:
		return true
	case recommend.KindTimeout:
		return errors.Is(e.Err, recommend.ErrAttemptTimeout)
	}
	return false
}

// heard reports whether a failure is an answer of something that was asked.
func heard(err error) bool {
	var e *recommend.ModelError
	return errors.As(err, &e) && e.Sent && e.Kind != recommend.KindTimeout
}

// do runs one attempt, or fails at once while the breaker is open.
func (b *breaker) do(attempt func() (recommend.ModelAnswer, error)) (recommend.ModelAnswer, error) {
	answer, err := b.circuit.Execute(attempt)
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return recommend.ModelAnswer{}, b.holding(err)
	}
	return answer, err
}

// held is what do would fail with at once, or nil.
func (b *breaker) held() *recommend.ModelError {
	state, counts := b.circuit.State(), b.circuit.Counts()
	switch {
	case state == gobreaker.StateOpen:
		return b.holding(gobreaker.ErrOpenState)
	case state == gobreaker.StateHalfOpen && counts.Requests > counts.TotalExclusions:
		return b.holding(gobreaker.ErrTooManyRequests)
	}
	return nil
}

func (b *breaker) holding(err error) *recommend.ModelError {
	left := time.Unix(0, b.until.Load()).Sub(b.now())
	return &recommend.ModelError{
		Kind:       recommend.KindUnavailable,
		Held:       true,
		RetryAfter: max(time.Second, min(left, b.open)), // not longer when the clock was set back
		Diagnosis:  "Bedrock failed several times in a row; calls are held back for a few seconds",
		Err:        err,
	}
}
