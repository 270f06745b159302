package ratelimit

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func slotClaim(holder string, most int) Claim {
	return Claim{Limit: "in_flight", Key: "app", Slots: Slots{Max: most, Holder: holder, Lapse: time.Minute}}
}

func leave(t *testing.T, s Store, claims ...Claim) {
	t.Helper()
	if err := s.Leave(t.Context(), claims...); err != nil {
		t.Fatal(err)
	}
}

// Two slots, taken and left, with a bucket beside them: all or nothing.
func TestSlots(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		s := open(newClock())
		bucket := Claim{Limit: "requests", Key: "app", Rate: Rate{Count: 1, Per: time.Hour, Burst: 10}, Cost: 1}
		a, b, third := slotClaim("a", 2), slotClaim("b", 2), slotClaim("c", 2)
		for left, c := range []Claim{b, a} {
			if d := take(t, s, c, bucket); !d.Allowed || d.States[0].Remaining != 1-left || d.States[0].Quota != 2 {
				t.Fatalf("%d: %+v", left, d)
			}
		}
		want := Decision{Limit: "in_flight", States: []State{
			{Limit: "in_flight", Quota: 2},
			{Limit: "requests", Quota: 10, Window: 10 * time.Hour, Remaining: 8, ResetAfter: 2 * time.Hour},
		}}
		if diff := cmp.Diff(want, take(t, s, third, bucket)); diff != "" {
			t.Errorf("a third of two (-want +got):\n%s", diff)
		}
		if other := slotClaim("c", 2); !take(t, s, func() Claim { other.Key = "other"; return other }()).Allowed {
			t.Error("another key is refused")
		}
		leave(t, s, a, bucket)
		leave(t, s, a) // once more does no harm
		if d := take(t, s, third, bucket); !d.Allowed || d.States[1].Remaining != 7 {
			t.Errorf("after one has left: %+v", d)
		}
		if take(t, s, a).Allowed {
			t.Error("leaving twice freed two slots")
		}
		if !take(t, s, slotClaim("d", 0)).Allowed {
			t.Error("no limit refuses")
		}
	})
}

// A refusal by a bucket takes no slot.
func TestRefusalTakesNoSlot(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		s := open(newClock())
		spent := Claim{Limit: "requests", Key: "app", Rate: Rate{Count: 1, Per: time.Hour, Burst: 1}, Cost: 1}
		take(t, s, spent)
		for i := range 3 {
			if d := take(t, s, slotClaim(fmt.Sprint(i), 2), spent); d.Allowed || d.Limit != "requests" || d.States[0].Remaining != 2 {
				t.Errorf("%+v", d)
			}
		}
	})
}

// A holder whose process died is forgotten when it lapses.
func TestDeadHolderLapses(t *testing.T) {
	for name, open := range stores(t) {
		if name == "memory" {
			continue // its holders die with it
		}
		t.Run(name, func(t *testing.T) {
			c := newClock()
			s := open(c)
			take(t, s, slotClaim("dead", 1))
			c.advance(time.Minute - time.Microsecond)
			if take(t, s, slotClaim("next", 1)).Allowed {
				t.Error("admitted before the dead one lapsed")
			}
			c.advance(time.Microsecond)
			if !take(t, s, slotClaim("next", 1)).Allowed {
				t.Error("the dead one holds its slot for ever")
			}
		})
	}
}

// What was admitted by the common store still counts when it goes.
func TestOwnShareKnowsWhoIsInFlight(t *testing.T) {
	c := newClock()
	common := &fakeStore{Store: NewMemory(100, c.Now)}
	var changes []bool
	s := newShared(c, common, 2, &changes)
	for i := range 3 {
		take(t, s, slotClaim(fmt.Sprint(i), 8))
	}
	common.fail = errGone
	if !take(t, s, slotClaim("3", 8)).Allowed {
		t.Error("the fourth of a share of four is refused")
	}
	if d := take(t, s, slotClaim("4", 8)); d.Allowed || d.Limit != "in_flight" {
		t.Errorf("the fifth of a share of four: %+v", d)
	}
	leave(t, s, slotClaim("0", 8))
	if !take(t, s, slotClaim("5", 8)).Allowed {
		t.Error("a slot that was left is not free")
	}
}
