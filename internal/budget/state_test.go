package budget

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func TestApply(t *testing.T) {
	open := Hold{State: Reserved, Amount: 100}
	cases := []struct {
		name   string
		hold   Hold
		event  Event
		billed Nano
		want   Hold
		post   Posting
	}{
		{"settle below", open, Settle, 60, Hold{Settled, 100, 60}, Posting{-100, 60}},
		{"settle above", open, Settle, 130, Hold{Settled, 100, 130}, Posting{-100, 130}},
		{"settle at nothing", open, Settle, 0, Hold{Settled, 100, 0}, Posting{-100, 0}},
		{"release", open, Release, 0, Hold{Released, 100, 0}, Posting{-100, 0}},
		{"forfeit", open, Forfeit, 0, Hold{Forfeited, 100, 100}, Posting{-100, 100}},
		{"expire", open, Expire, 0, Hold{Expired, 100, 100}, Posting{-100, 100}},
		{"settle again", Hold{Settled, 100, 60}, Settle, 70, Hold{Settled, 100, 60}, Posting{}},
		{"forfeit what is settled", Hold{Settled, 100, 60}, Forfeit, 0, Hold{Settled, 100, 60}, Posting{}},
		{"expire what is settled", Hold{Settled, 100, 60}, Expire, 0, Hold{Settled, 100, 60}, Posting{}},
		{"release what is settled", Hold{Settled, 100, 60}, Release, 0, Hold{Settled, 100, 60}, Posting{}},
		{"late bill after expiry", Hold{Expired, 100, 100}, Settle, 60, Hold{Settled, 100, 60}, Posting{0, -40}},
		{"late bill above the reservation", Hold{Forfeited, 100, 100}, Settle, 130, Hold{Settled, 100, 130}, Posting{0, 30}},
		{"bill after release", Hold{Released, 100, 0}, Settle, 5, Hold{Settled, 100, 5}, Posting{0, 5}},
		{"release after expiry", Hold{Expired, 100, 100}, Release, 0, Hold{Released, 100, 0}, Posting{0, -100}},
		{"forfeit after expiry", Hold{Expired, 100, 100}, Forfeit, 0, Hold{Expired, 100, 100}, Posting{}},
		{"release after forfeit", Hold{Forfeited, 100, 100}, Release, 0, Hold{Forfeited, 100, 100}, Posting{}},
		{"forfeit after release", Hold{Released, 100, 0}, Forfeit, 0, Hold{Released, 100, 0}, Posting{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, post, err := Apply(c.hold, c.event, c.billed)
			if got != c.want || post != c.post || err != nil {
				t.Errorf("Apply(%+v, %s, %d) = %+v, %+v, %v, want %+v, %+v", c.hold, c.event, c.billed, got, post, err, c.want, c.post)
			}
		})
	}
}

func TestApplyRefuses(t *testing.T) {
	cases := []struct {
		name   string
		hold   Hold
		event  Event
		billed Nano
		want   error
	}{
		{"negative bill", Hold{State: Reserved, Amount: 1}, Settle, -1, ErrNegative},
		{"negative reservation", Hold{State: Reserved, Amount: -1}, Forfeit, 0, ErrNegative},
		{"negative charge", Hold{State: Expired, Amount: 1, Charged: -1}, Settle, 0, ErrNegative},
		{"unknown event", Hold{State: Reserved}, "cancel", 0, ErrEvent},
		{"unknown state", Hold{State: "lost"}, Settle, 0, ErrEvent},
	}
	for _, c := range cases {
		got, post, err := Apply(c.hold, c.event, c.billed)
		if !errors.Is(err, c.want) || got != c.hold || !post.IsZero() {
			t.Errorf("%s: Apply = %+v, %+v, %v, want no change and %v", c.name, got, post, err, c.want)
		}
	}
}

// TestLifeOfAReservation applies any events in any order and checks that the
// postings add up to what the hold says, and that repetition changes nothing.
func TestLifeOfAReservation(t *testing.T) {
	events := []Event{Settle, Release, Forfeit, Expire}
	rapid.Check(t, func(t *rapid.T) {
		h := Hold{State: Reserved, Amount: Nano(rapid.Int64Range(0, 1e12).Draw(t, "amount"))}
		reserved, spent := h.Amount, Nano(0)
		var lastBill *Nano
		for range rapid.IntRange(1, 6).Draw(t, "events") {
			e := rapid.SampledFrom(events).Draw(t, "event")
			billed := Nano(rapid.Int64Range(0, 1e12).Draw(t, "billed"))
			after, p, err := Apply(h, e, billed)
			if err != nil {
				t.Fatal(err)
			}
			if e == Settle && h.State != Settled {
				lastBill = &billed
			}
			if _, again, _ := Apply(after, e, billed); !again.IsZero() {
				t.Fatalf("%s twice posts %+v", e, again)
			}
			h, reserved, spent = after, reserved+p.Reserved, spent+p.Spent
			checkHold(t, h, reserved, spent, lastBill)
		}
	})
}

func checkHold(t *rapid.T, h Hold, reserved, spent Nano, bill *Nano) {
	if h.State != Reserved && reserved != 0 {
		t.Fatalf("%s still holds %d", h.State, reserved)
	}
	if spent != h.Charged || spent < 0 {
		t.Fatalf("postings sum to %d, charged %d", spent, h.Charged)
	}
	if bill != nil && (h.State != Settled || spent != *bill) {
		t.Fatalf("billed %d, but %s at %d", *bill, h.State, spent)
	}
}
