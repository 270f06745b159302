package ratelimit

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Three requests per second with a burst of five, step by step.
func TestBucket(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		c := newClock()
		s := open(c)
		claim := Claim{Limit: "client_requests", Key: "app", Rate: Rate{Count: 4, Per: time.Second, Burst: 5}, Cost: 1}
		for left := 4; left >= 0; left-- {
			want := Decision{Allowed: true, Limit: "client_requests", States: []State{{
				Limit: "client_requests", Quota: 5, Window: 1250 * time.Millisecond,
				Remaining: left, ResetAfter: time.Duration(5-left) * 250 * time.Millisecond,
			}}}
			if diff := cmp.Diff(want, take(t, s, claim)); diff != "" {
				t.Fatalf("with %d left (-want +got):\n%s", left, diff)
			}
		}
		refused := take(t, s, claim)
		want := Decision{Limit: "client_requests", RetryAfter: 250 * time.Millisecond, States: []State{{
			Limit: "client_requests", Quota: 5, Window: 1250 * time.Millisecond, ResetAfter: 1250 * time.Millisecond,
		}}}
		if diff := cmp.Diff(want, refused); diff != "" {
			t.Fatalf("when empty (-want +got):\n%s", diff)
		}
		c.advance(249 * time.Millisecond)
		if take(t, s, claim).Allowed {
			t.Error("allowed 1 ms early")
		}
		c.advance(time.Millisecond)
		if !take(t, s, claim).Allowed {
			t.Error("refused after RetryAfter")
		}
		c.advance(time.Hour)
		for i := range 5 {
			if !take(t, s, claim).Allowed {
				t.Errorf("after an hour, request %d is refused", i+1)
			}
		}
		if take(t, s, claim).Allowed {
			t.Error("an idle hour gave more than the burst")
		}
	})
}

// A rate that no whole number of microseconds divides still gives its burst,
// and not one more.
func TestBurstOfAnOddRate(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		for _, count := range []int{3, 7, 13, 60_001} {
			s := open(newClock())
			claim := Claim{Limit: "l", Key: "k", Rate: Rate{Count: count, Per: time.Second, Burst: 30}, Cost: 1}
			allowed := 0
			for range 100 {
				if take(t, s, claim).Allowed {
					allowed++
				}
			}
			if allowed != 30 {
				t.Errorf("%d per second: %d at once, want 30", count, allowed)
			}
		}
	})
}

// A request refused by one bucket takes nothing from the others.
func TestAllOrNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		s := open(newClock())
		perHour := func(limit string, burst, cost int) Claim {
			return Claim{Limit: limit, Key: "app", Rate: Rate{Count: 1, Per: time.Hour, Burst: burst}, Cost: cost}
		}
		wide, narrow := perHour("wide", 100, 10), perHour("narrow", 1, 1)
		if d := take(t, s, wide, narrow); !d.Allowed || d.Limit != "narrow" {
			t.Fatalf("the first: %+v", d)
		}
		for range 3 {
			d := take(t, s, wide, narrow)
			if d.Allowed || d.Limit != "narrow" || d.RetryAfter != time.Hour {
				t.Errorf("refused by the narrow one: %+v", d)
			}
			if d.States[0].Remaining != 90 {
				t.Errorf("the refusal took from the wide bucket: %+v", d.States[0])
			}
		}
	})
}

// A claim above the quota is refused for good.
func TestNever(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		s := open(newClock())
		d := take(t, s,
			Claim{Limit: "requests", Key: "a", Rate: Rate{Count: 1, Per: time.Hour, Burst: 1}, Cost: 1},
			Claim{Limit: "tokens", Key: "a", Rate: Rate{Count: 1000, Per: time.Minute, Burst: 1000}, Cost: 1001})
		if d.Allowed || !d.Never || d.Limit != "tokens" || d.RetryAfter != 0 || d.States[0].Remaining != 1 {
			t.Errorf("decision %+v", d)
		}
	})
}

func TestUnlimited(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		s := open(newClock())
		for range 3 {
			if d := take(t, s, Claim{Limit: "l", Key: "k", Cost: 1 << 40}); !d.Allowed || len(d.States) != 0 {
				t.Errorf("decision %+v", d)
			}
		}
	})
}

func TestCorrect(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		c := newClock()
		s := open(c)
		claim := Claim{Limit: "tokens", Key: "app", Rate: Rate{Count: 60, Per: time.Minute, Burst: 60}, Cost: 50}
		look := claim
		look.Cost = 0
		correct := func(units int) {
			t.Helper()
			if err := s.Correct(t.Context(), claim, units); err != nil {
				t.Fatal(err)
			}
		}
		left := func(want int) {
			t.Helper()
			if got := take(t, s, look).States[0].Remaining; got != want {
				t.Errorf("%d left, want %d", got, want)
			}
		}
		take(t, s, claim)
		left(10)
		correct(-30) // gives back
		left(40)
		correct(-1000) // never above the burst
		left(60)
		take(t, s, claim)
		correct(80) // into debt: 10 - 80
		left(0)
		if d := take(t, s, claim); d.Allowed || d.RetryAfter != 120*time.Second {
			t.Errorf("in debt: %+v, want 120 s (70 of debt and 50 of cost)", d)
		}
		c.advance(70 * time.Second)
		left(0)
		c.advance(time.Second)
		left(1)
	})
}

// The largest bursts and rates that may be configured are kept like small ones.
func TestMostUnits(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		for name, r := range map[string]Rate{
			"a burst":        {Count: 1, Per: time.Second, Burst: MostUnits},
			"a rate":         {Count: MostUnits, Per: time.Second, Burst: MostUnits},
			"of a minute":    ClientTokenRate(MostUnits),
			"of the account": accountRate(MostUnits, 0),
		} {
			s := open(newClock())
			half := Claim{Limit: "l", Key: "k", Rate: r, Cost: r.Burst/2 + 1}
			for i, want := range []bool{true, false} {
				if d := take(t, s, half); d.Allowed != want || d.Never || d.States[0].ResetAfter <= 0 || d.States[0].Window <= 0 {
					t.Errorf("%s, half of it, taken %d times: %+v", name, i+1, d)
				}
			}
		}
	})
}
