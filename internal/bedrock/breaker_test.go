package bedrock

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"ballast.internal/ballast/internal/recommend"
)

// refusing is a Bedrock that does not know one access key.
func refusing(key string, used *[]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
		id, _, _ := strings.Cut(credential, "/")
		*used = append(*used, id)
		if id == key {
			w.Header().Set("x-amzn-ErrorType", "UnrecognizedClientException")
			w.WriteHeader(http.StatusForbidden)
			return
		}
		answering(goodAnswer)(w, r)
	}
}

func failingWith(kind recommend.ErrorKind, calls *int) func() (recommend.ModelAnswer, error) {
	return func() (recommend.ModelAnswer, error) {
		*calls++
		return recommend.ModelAnswer{}, &recommend.ModelError{Kind: kind, Sent: true, Billable: true}
	}
}

func TestBreakerOpensOnOutages(t *testing.T) {
	for _, kind := range []recommend.ErrorKind{recommend.KindUnavailable, recommend.KindModelTimeout, recommend.KindNetwork} {
		synctest.Test(t, func(t *testing.T) {
			m := newMetrics(prometheus.NewRegistry())
			b := newBreaker(BreakerConfig{}.withDefaults(), time.Now, m)
			calls := 0
			for range 20 {
				b.do(failingWith(kind, &calls))
			}
			if calls != 5 {
				t.Fatalf("%s: %d calls got through, want 5", kind, calls)
			}
			time.Sleep(4 * time.Second)
			_, err := b.do(failingWith(kind, &calls))
			e := asModelError(t, err)
			if e.Kind != recommend.KindUnavailable || e.Sent || e.Billable || e.RetryAfter != 6*time.Second {
				t.Errorf("%s: while open: %+v, want unsent, unbilled, retry after 6 s", kind, e)
			}
			if got := testutil.ToFloat64(m.breakerOpen); got != 1 {
				t.Errorf("%s: gauge is %v", kind, got)
			}
			time.Sleep(7 * time.Second)
			if _, err := b.do(func() (recommend.ModelAnswer, error) { return recommend.ModelAnswer{Text: "x"}, nil }); err != nil {
				t.Errorf("%s: the test call was held back: %v", kind, err)
			}
			if got := testutil.ToFloat64(m.breakerOpen); got != 0 {
				t.Errorf("%s: gauge is %v after the test call", kind, got)
			}
		})
	}
}

// Nobody is told to wait for longer than calls are held back because the clock
// was set back meanwhile.
func TestBreakerWhenTheClockIsSetBack(t *testing.T) {
	at := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	b := newBreaker(BreakerConfig{}.withDefaults(), func() time.Time { return at }, newMetrics(prometheus.NewRegistry()))
	calls := 0
	for range 5 {
		b.do(failingWith(recommend.KindUnavailable, &calls))
	}
	at = at.Add(-time.Hour)
	if held := b.held(); held == nil || held.RetryAfter != 10*time.Second {
		t.Errorf("%+v, want retry after 10 s", held)
	}
}

// What says that Bedrock is there never opens the breaker.
func TestBreakerIgnoresRefusals(t *testing.T) {
	for _, kind := range []recommend.ErrorKind{
		recommend.KindThrottled, recommend.KindDenied, recommend.KindInvalid, recommend.KindRetired,
		recommend.KindCredentials, recommend.KindBadAnswer, recommend.KindNotReady, recommend.KindTimeout,
	} {
		b := newBreaker(BreakerConfig{}.withDefaults(), time.Now, newMetrics(prometheus.NewRegistry()))
		calls := 0
		for range 50 {
			b.do(failingWith(kind, &calls))
		}
		if calls != 50 {
			t.Errorf("%s: %d of 50 calls got through", kind, calls)
		}
	}
}

// While the test call is under way all others are held back, and told so before
// they reserve money. A refusal ends it as an answer does: Bedrock is there. A
// caller who leaves says nothing, and the next call is the test.
func TestBreakerTestsWithOneCall(t *testing.T) {
	for name, tt := range map[string]struct {
		err    *recommend.ModelError
		closes bool
	}{
		"answered":           {nil, true},
		"throttled":          {&recommend.ModelError{Kind: recommend.KindThrottled, Sent: true}, true},
		"denied":             {&recommend.ModelError{Kind: recommend.KindDenied, Sent: true}, true},
		"given up by caller": {&recommend.ModelError{Kind: recommend.KindTimeout, Sent: true, Billable: true}, false},
		"no keys to ask by":  {&recommend.ModelError{Kind: recommend.KindCredentials}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMetrics(prometheus.NewRegistry())
				b := newBreaker(BreakerConfig{}.withDefaults(), time.Now, m)
				calls := 0
				for range 5 {
					b.do(failingWith(recommend.KindUnavailable, &calls))
				}
				if b.held() == nil {
					t.Error("nothing is held back after five failures")
				}
				time.Sleep(11 * time.Second)
				if held := b.held(); held != nil {
					t.Errorf("the test is held back: %v", held)
				}
				b.do(func() (recommend.ModelAnswer, error) {
					if b.held() == nil || testutil.ToFloat64(m.breakerOpen) != 1 {
						t.Error("others are let through beside the test")
					}
					if tt.err == nil {
						return recommend.ModelAnswer{}, nil
					}
					return recommend.ModelAnswer{}, tt.err
				})
				if open := testutil.ToFloat64(m.breakerOpen) == 1; b.held() != nil || open == tt.closes {
					t.Errorf("after the test: held %v, gauge %v", b.held(), open)
				}
			})
		})
	}
}

// An answer between failures starts the count again.
func TestBreakerCountsInARow(t *testing.T) {
	b := newBreaker(BreakerConfig{Failures: 2, Open: time.Second}, time.Now, newMetrics(prometheus.NewRegistry()))
	calls := 0
	for range 10 {
		b.do(failingWith(recommend.KindUnavailable, &calls))
		b.do(func() (recommend.ModelAnswer, error) { return recommend.ModelAnswer{}, nil })
	}
	if calls != 10 {
		t.Errorf("%d of 10 calls got through", calls)
	}
}
