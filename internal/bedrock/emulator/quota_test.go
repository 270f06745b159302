package emulator

import (
	"testing"
	"time"
)

func TestQuotaRefillsEvenlyAndRefusalsTakeNothing(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	q := newQuota(Quota{RequestsPerMinute: 3, TokensPerMinute: 6000}, now)
	step := func(after time.Duration, tokens int, want *wireError) {
		t.Helper()
		now = now.Add(after)
		if got := q.admit(tokens, now); got != want {
			t.Errorf("at %s: got %v, want %v", now.Format(time.TimeOnly), got, want)
		}
	}
	step(0, 4000, nil)
	step(0, 2001, errTooManyTokens)
	step(0, 2000, nil)
	step(0, 1, errTooManyTokens)
	step(time.Second, 101, errTooManyTokens) // 100 tokens came back
	step(0, 100, nil)                        // the refusals took no request
	step(0, 0, errTooManyRequests)
	step(19*time.Second-time.Nanosecond, 0, errTooManyRequests)
	step(time.Nanosecond, 0, nil)
}

func TestQuotaSettlesWhatWasNotUsed(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	q := newQuota(Quota{TokensPerMinute: 1000}, now)
	if err := q.admit(1000, now); err != nil {
		t.Fatal(err)
	}
	q.settle(1000, 300, now)
	if err := q.admit(701, now); err != errTooManyTokens {
		t.Errorf("got %v", err)
	}
	if err := q.admit(700, now); err != nil {
		t.Errorf("got %v", err)
	}
	q.settle(700, 0, now.Add(time.Hour))
	if err := q.admit(1001, now.Add(time.Hour)); err != errTooManyTokens {
		t.Error("the bucket holds more than its limit")
	}
}

func TestLargestQuota(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	q := newQuota(Quota{TokensPerMinute: mostQuota}, now)
	for range 3 {
		if err := q.admit(mostQuota, now); err != nil {
			t.Error(err)
		}
		if err := q.admit(1, now); err != errTooManyTokens {
			t.Errorf("beyond it: %v", err)
		}
		now = now.Add(time.Hour)
	}
}

func TestNoQuotaIsNoLimit(t *testing.T) {
	q := newQuota(Quota{}, time.Now())
	for range 10_000 {
		if err := q.admit(1<<30, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
}
