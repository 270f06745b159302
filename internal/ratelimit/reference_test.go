package ratelimit

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// reference is the plainest bucket: levels in whole microseconds times count,
// so that nothing is ever rounded.
type reference struct {
	levels map[string]int64 // of limit and key
	seen   map[string]time.Time
	held   map[string]bool // who holds a slot
}

// slots are the same for everyone, and never lapse here.
const referenceSlots = 2

func (r *reference) level(c Claim, now time.Time) int64 {
	id := c.Limit + "/" + c.Key
	per := c.Rate.Per.Microseconds()
	full := int64(c.Rate.Burst) * per
	last, ok := r.seen[id]
	if !ok {
		return full
	}
	return min(full, r.levels[id]+int64(c.Rate.Count)*now.Sub(last).Microseconds())
}

func (r *reference) set(c Claim, level int64, now time.Time) {
	id := c.Limit + "/" + c.Key
	r.levels[id], r.seen[id] = level, now
}

// Every store decides as the reference does, over any sequence of claims on
// several buckets, corrections and pauses.
func TestStoresFollowTheReference(t *testing.T) {
	rates := []Rate{
		{Count: 5, Per: time.Second, Burst: 8},
		{Count: 2000, Per: time.Minute, Burst: 500},
		{Count: 1, Per: time.Hour, Burst: 2},
	}
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		rapid.Check(t, func(rt *rapid.T) {
			c := newClock()
			s := open(c)
			ref := &reference{map[string]int64{}, map[string]time.Time{}, map[string]bool{}}
			for range rapid.IntRange(1, 40).Draw(rt, "steps") {
				c.advance(time.Duration(rapid.IntRange(0, 3_000_000).Draw(rt, "pause")) * time.Microsecond)
				var claims []Claim
				for i, rate := range rates {
					if rapid.Bool().Draw(rt, "claimed") {
						claims = append(claims, Claim{
							Limit: fmt.Sprint("limit", i), Key: rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "key"),
							Rate: rate, Cost: rapid.IntRange(0, rate.Burst+1).Draw(rt, "cost"),
						})
					}
				}
				holder := rapid.SampledFrom([]string{"", "h1", "h2", "h3", "h4"}).Draw(rt, "holder")
				if ref.held[holder] {
					if err := s.Leave(context.Background(), referenceSlot(holder)); err != nil {
						rt.Fatal(err)
					}
					delete(ref.held, holder)
				}
				follow(rt, s, ref, c.now, claims, holder)
				if len(claims) > 0 && rapid.Bool().Draw(rt, "correct") {
					claim := claims[0]
					units := rapid.IntRange(-claim.Rate.Burst, claim.Rate.Burst).Draw(rt, "units")
					if err := s.Correct(context.Background(), claim, units); err != nil {
						rt.Fatal(err)
					}
					per := claim.Rate.Per.Microseconds()
					ref.set(claim, min(ref.level(claim, c.now)-int64(units)*per, int64(claim.Rate.Burst)*per), c.now)
				}
			}
		})
	})
}

func referenceSlot(holder string) Claim {
	return Claim{Limit: "slots", Key: "k", Slots: Slots{Max: referenceSlots, Holder: holder, Lapse: 24 * time.Hour}}
}

// follow makes one request of both, with a slot for a holder that is named, and
// compares.
func follow(t *rapid.T, s Store, ref *reference, now time.Time, claims []Claim, holder string) {
	asked := claims
	if holder != "" {
		asked = append(slices.Clone(claims), referenceSlot(holder))
	}
	d := take(t, s, asked...)
	allowed, never := holder == "" || len(ref.held) < referenceSlots, false
	for _, c := range claims {
		allowed = allowed && ref.level(c, now) >= int64(c.Cost)*c.Rate.Per.Microseconds()
		never = never || c.Cost > c.Rate.Burst
	}
	if d.Allowed != allowed || d.Never != never {
		t.Fatalf("%v: %+v, want allowed %v, never %v", claims, d, allowed, never)
	}
	if allowed && holder != "" {
		ref.held[holder] = true
	}
	if last := len(asked) - 1; holder != "" && d.States[last].Remaining != referenceSlots-len(ref.held) {
		t.Fatalf("%d slots left, %d held", d.States[last].Remaining, len(ref.held))
	}
	var wait time.Duration
	for i, c := range claims {
		per := c.Rate.Per.Microseconds()
		level := ref.level(c, now)
		lacking := int64(c.Cost)*per - level
		if lacking > 0 {
			count := int64(c.Rate.Count)
			wait = max(wait, time.Duration((lacking+count-1)/count)*time.Microsecond)
		}
		if allowed {
			level -= int64(c.Cost) * per
			ref.set(c, level, now)
		}
		if got, want := d.States[i].Remaining, max(0, int(level/per)); got != want {
			t.Fatalf("%s: %d left, want %d", c.Limit, got, want)
		}
	}
	if diff := d.RetryAfter - wait; !never && (diff < 0 || diff > 2*time.Microsecond) {
		t.Fatalf("%v: RetryAfter %s, want %s", claims, d.RetryAfter, wait)
	}
}
