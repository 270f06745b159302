package ratelimit

import "time"

// Turn is a place among those who wait under one limit and key, in the order in
// which they first asked: who asks for little, or more often, does not go before
// who waits already. The zero Turn is none.
type Turn struct {
	Holder string        // who waits, unique under the limit and key
	Last   bool          // behind all who do not say so
	Lapse  time.Duration // after which who has not asked again counts as gone
}

// isTurn reports whether the claim asks for a turn.
func (c Claim) isTurn() bool { return c.Turn.Holder != "" }

// behind is what is added to the order of those who come last: microseconds,
// more than any time has, and exact in a float64 with it.
const behind = 4_000_000_000_000_000

// order is where a claim stands that first asks now.
func (t Turn) order(now time.Time) int64 {
	if t.Last {
		return now.UnixMicro() + behind
	}
	return now.UnixMicro()
}

// stand is where somebody waits, and until when without asking again.
type stand struct{ order, lapses int64 }

// turns are those who wait, by their names.
type turns map[string]stand

// own is where the claim stands, or would when it asks now, and whether it waits.
func (ts turns) own(t Turn, now time.Time) (s stand, waits bool) {
	if s, waits = ts[t.Holder]; !waits {
		s.order = t.order(now)
	}
	return s, waits
}

// before reports whether somebody stands before the claim, and forgets who has gone.
func (ts turns) before(t Turn, now time.Time) bool {
	own, waits := ts.own(t, now)
	found := false
	for holder, s := range ts {
		switch {
		case s.lapses <= now.UnixMicro():
			delete(ts, holder)
		case holder != t.Holder && (s.order < own.order || s.order == own.order && (!waits || holder < t.Holder)):
			found = true
		}
	}
	return found
}

// keep keeps a place, or takes the last.
func (ts turns) keep(t Turn, now time.Time) {
	own, _ := ts.own(t, now)
	own.lapses = now.Add(t.Lapse).UnixMicro()
	ts[t.Holder] = own
}
