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

// before reports whether somebody stands before the claim, and forgets who has gone.
func (ts turns) before(t Turn, now time.Time) bool {
	own, waits := ts[t.Holder]
	if !waits {
		own.order = t.order(now)
	}
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
	own, waits := ts[t.Holder]
	if !waits {
		own.order = t.order(now)
	}
	own.lapses = now.Add(t.Lapse).UnixMicro()
	ts[t.Holder] = own
}
