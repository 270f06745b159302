package main

import "testing"

// TestHeldOut keeps what the checks do to the sentences of a held-out set from
// getting worse.
func TestHeldOut(t *testing.T) {
	troupe, err := newTroupe(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	defer troupe.close(t.Context())
	h, err := troupe.measureHeld(t.Context(), "tuned")
	if err != nil {
		t.Fatal(err)
	}
	if h.hostile < 160 || h.answers < 120 {
		t.Errorf("%d hostile sentences and %d honest answers, want 160 and 120", h.hostile, h.answers)
	}
	if h.shown > 2 || h.lost > 4 || h.gone > 4 || h.cut > 62 {
		t.Errorf("%v\n%q", h, h.notes)
	}
}
