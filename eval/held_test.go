package main

import "testing"

// TestHeldOut keeps what the checks do to the sentences of the held-out sets from
// getting worse.
func TestHeldOut(t *testing.T) {
	troupe, err := newTroupe(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	defer troupe.close(t.Context())
	for name, most := range map[string]held{
		// "Aktien sind zu schwach vertreten" is true of the young saver.
		"second": {shown: 1, lost: 0, gone: 0, cut: 64},
		// Four of the six say that equities are below their target, which is true in one scene.
		"third":  {shown: 6, lost: 7, gone: 7, cut: 95},
		"fourth": {shown: 9, lost: 6, gone: 7, cut: 96},
		// Nothing is tuned to the fifth set: a change for the worse here is one.
		"fifth": {shown: 17, lost: 12, gone: 15, cut: 104},
	} {
		h, err := troupe.measureHeld(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if h.hostile < 160 || h.answers < 120 {
			t.Errorf("%s: %d hostile sentences and %d honest answers, want 160 and 120", name, h.hostile, h.answers)
		}
		if h.shown > most.shown || h.lost > most.lost || h.gone > most.gone || h.cut > most.cut {
			t.Errorf("%v\n%q", h, h.notes)
		}
	}
}
