package outage

import (
	"slices"
	"testing"
	"time"
)

func TestWatch(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var changes []bool
	w := NewWatch(0, func() time.Time { return now }, func(down bool) { changes = append(changes, down) })
	tries := func(want int) {
		t.Helper()
		got := 0
		for range 10 {
			if w.Try() {
				got++
			}
		}
		if got != want {
			t.Errorf("%d of 10 may ask, want %d", got, want)
		}
	}
	tries(10)
	w.Note(true)
	w.Note(false)
	w.Note(false) // of those who had asked before
	if !w.Down() {
		t.Error("it counts as there")
	}
	tries(0)
	now = now.Add(time.Second)
	tries(1)
	w.Untried()
	tries(1)
	w.Note(false)
	now = now.Add(999 * time.Millisecond)
	tries(0)
	now = now.Add(time.Millisecond)
	tries(1)
	w.Note(true)
	tries(10)
	if w.Down() || !slices.Equal(changes, []bool{true, false}) {
		t.Errorf("down %v, changes %v", w.Down(), changes)
	}
}
