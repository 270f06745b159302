package ratelimit

import (
	"testing"
	"time"
)

// A clock of Redis that is set back gives nothing, and keeps nobody waiting until
// it has caught up: not at once, and not when its hour ahead was the mistake.
func TestRedisClockSetBack(t *testing.T) {
	for name, open := range stores(t) {
		if name == "memory" { // of which the machine's clock never runs backwards
			continue
		}
		t.Run(name, func(t *testing.T) {
			c := newClock()
			s := open(c)
			claim := Claim{Limit: "l", Key: "k", Rate: Rate{Count: 1, Per: time.Second, Burst: 2}, Cost: 2}
			slot := Claim{Limit: "slots", Key: "k", Slots: Slots{Max: 1, Holder: "dead", Lapse: time.Minute}}
			take(t, s, claim, slot)
			for _, step := range []time.Duration{-time.Hour, time.Hour, -30 * 24 * time.Hour} {
				c.advance(step)
				if d := take(t, s, claim); step < 0 && (d.Allowed || d.RetryAfter > 2*time.Second) {
					t.Errorf("clock moved by %s: %+v, want a refusal for 2 s at the most", step, d)
				}
				c.advance(2 * time.Second)
				if d := take(t, s, claim); !d.Allowed {
					t.Errorf("2 s after the clock moved by %s: %+v", step, d)
				}
			}
			c.advance(time.Minute)
			slot.Slots.Holder = "next"
			if !take(t, s, slot).Allowed {
				t.Error("a holder that died keeps its place until the clock has caught up")
			}
		})
	}
}
