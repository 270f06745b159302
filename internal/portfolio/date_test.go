package portfolio

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseDate(t *testing.T) {
	d, err := ParseDate("2024-02-29")
	if err != nil || d != NewDate(2024, time.February, 29) {
		t.Fatalf("leap day: %v, %v", d, err)
	}
	for _, s := range []string{"", "2026-02-29", "2026-11-31", "2026-1-2", "20261120", "2026-11-20T00:00:00Z", "0001-01-01",
		"1899-12-31", "2200-01-01", " 2026-11-20"} {
		if d, err := ParseDate(s); err == nil || !d.IsZero() {
			t.Errorf("%q: %v, %v; want an error and no day", s, d, err)
		}
	}
}

func TestDaysSince(t *testing.T) {
	first, last := NewDate(1900, time.January, 1), NewDate(2199, time.December, 31)
	if n := last.DaysSince(first); n != 109572 {
		t.Errorf("three centuries: %d days, want 109572", n)
	}
	if n := first.DaysSince(last); n != -109572 {
		t.Errorf("backwards: %d days", n)
	}
}

func TestAddYearsFromLeapDay(t *testing.T) {
	if got := NewDate(2024, time.February, 29).AddYears(1); got != NewDate(2025, time.March, 1) {
		t.Errorf("got %v", got)
	}
}

func TestBusinessDaysUntilCountsWeekdays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := NewDate(2026, time.January, 1).AddDays(rapid.IntRange(0, 2000).Draw(t, "from"))
		to := from.AddDays(rapid.IntRange(-5, 60).Draw(t, "span"))
		want := 0
		for d := from.AddDays(1); !d.After(to); d = d.AddDays(1) {
			if wd := d.t.Weekday(); wd != time.Saturday && wd != time.Sunday {
				want++
			}
		}
		if got := from.BusinessDaysUntil(to); got != want {
			t.Fatalf("%v to %v: %d, want %d", from, to, got, want)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-11-20", "2024-02-29", "0000-00-00", "+2026-11-20", "2026-11-20\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err == nil && d.String() != s {
			t.Errorf("%q is read as %v", s, d)
		}
		if (err == nil) == d.IsZero() {
			t.Errorf("%q: %v with error %v", s, d, err)
		}
	})
}
