package budget

import "time"

// Kind is the length of a window.
type Kind string

// The kinds of window.
const (
	Day   Kind = "day"
	Month Kind = "month"
)

// Kinds lists every kind, the shorter first.
var Kinds = [...]Kind{Day, Month}

// Window is one calendar day or month in some time zone: Start belongs to it,
// End does not.
type Window struct {
	Kind       Kind
	Start, End time.Time
}

// WindowAt returns the window of t by the calendar of loc. Windows of a kind
// follow one another without gap or overlap, whatever the clocks of loc do: a
// day has 23 or 25 hours when they change, and begins at 01:00 where midnight
// is skipped.
func WindowAt(kind Kind, t time.Time, loc *time.Location) Window {
	y, m, d := t.In(loc).Date()
	if kind == Month {
		d = 1
	}
	w := Window{Kind: kind, Start: startOfDay(y, m, d, loc)}
	for {
		if kind == Month {
			m++
		} else {
			d++
		}
		w.End = startOfDay(y, m, d, loc)
		if t.Before(w.End) {
			return w
		}
		// The clocks were put back across midnight: the new day has begun
		// already although the calendar shows the old one again.
		w.Start = w.End
	}
}

// ResetsAt is when the window's budget starts afresh.
func (w Window) ResetsAt() time.Time { return w.End }

// startOfDay returns the first instant at which the calendar of loc shows the
// given date or a later one. time.Date does not promise that: it may answer
// with 23:00 of the day before when midnight is skipped.
func startOfDay(y int, m time.Month, d int, loc *time.Location) time.Time {
	const furthestEast = 26 * time.Hour // more than any offset from UTC
	midnight := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	t := midnight.Add(-furthestEast).In(loc)
	for {
		_, offset := t.Zone()
		_, change := t.ZoneBounds()
		first := midnight.Add(-time.Duration(offset) * time.Second).In(loc)
		if first.Before(t) {
			first = t
		}
		if change.IsZero() || first.Before(change) {
			return first
		}
		t = change
	}
}
