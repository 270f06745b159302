package budget

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// TestWindowAt states starts and ends in UTC, so that they do not depend on
// the code under test.
func TestWindowAt(t *testing.T) {
	cases := []struct {
		name, zone, at string
		kind           Kind
		start, end     string
	}{
		{"plain day", "UTC", "2026-11-20T15:04:05Z", Day, "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"},
		{"first instant", "UTC", "2026-11-20T00:00:00Z", Day, "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"},
		{"last instant", "UTC", "2026-11-20T23:59:59.999999999Z", Day, "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"},
		{"west of UTC", "America/New_York", "2026-11-21T04:59:59Z", Day, "2026-11-20T05:00:00Z", "2026-11-21T05:00:00Z"},
		{"east of UTC", "Asia/Tokyo", "2026-11-20T15:00:00Z", Day, "2026-11-20T15:00:00Z", "2026-11-21T15:00:00Z"},
		{"spring forward: 23 hours", "Europe/Berlin", "2026-03-29T12:00:00Z", Day, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		{"fall back: 25 hours", "America/New_York", "2026-11-01T12:00:00Z", Day, "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"},
		{"midnight skipped", "Africa/Cairo", "2024-04-26T08:00:00Z", Day, "2024-04-25T22:00:00Z", "2024-04-26T21:00:00Z"},
		{"before skipped midnight", "Africa/Cairo", "2024-04-25T21:59:59Z", Day, "2024-04-24T22:00:00Z", "2024-04-25T22:00:00Z"},
		{"last hour twice", "Africa/Cairo", "2024-10-31T21:30:00Z", Day, "2024-10-30T21:00:00Z", "2024-10-31T22:00:00Z"},
		{"first hour twice", "America/Havana", "2024-11-03T05:30:00Z", Day, "2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z"},
		{"put back over midnight", "America/St_Johns", "2010-11-07T03:00:00Z", Day, "2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z"},
		{"before a day that never was", "Pacific/Apia", "2011-12-30T09:59:59Z", Day, "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"},
		{"after a day that never was", "Pacific/Apia", "2011-12-30T10:00:00Z", Day, "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"},
		{"month", "UTC", "2026-11-20T15:04:05Z", Month, "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"},
		{"December", "UTC", "2026-12-31T23:59:59Z", Month, "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"},
		{"leap February", "UTC", "2028-02-29T12:00:00Z", Month, "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"},
		{"31st before a short month", "UTC", "2026-01-31T12:00:00Z", Month, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"},
		{"month of a clock change", "America/New_York", "2026-11-20T00:00:00Z", Month, "2026-11-01T04:00:00Z", "2026-12-01T05:00:00Z"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := WindowAt(c.kind, instant(t, c.at), zone(t, c.zone))
			if !w.Start.Equal(instant(t, c.start)) || !w.End.Equal(instant(t, c.end)) || w.Kind != c.kind {
				t.Errorf("window of %s in %s = %s .. %s, want %s .. %s", c.at, c.zone, w.Start.UTC(), w.End.UTC(), c.start, c.end)
			}
			if !w.ResetsAt().Equal(w.End) {
				t.Errorf("resets at %s, want the end", w.ResetsAt())
			}
		})
	}
}

func instant(t *testing.T, s string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestWindowsPartitionTime proves that each instant has one window, and that
// the window's other instants have the same.
func TestWindowsPartitionTime(t *testing.T) {
	zones := []string{"UTC", "Europe/Berlin", "America/New_York", "Africa/Cairo", "America/Havana", "America/St_Johns",
		"Pacific/Apia", "Asia/Kathmandu", "Asia/Beirut", "Pacific/Kwajalein", "Africa/Casablanca", "Australia/Lord_Howe"}
	rapid.Check(t, func(t *rapid.T) {
		loc := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		kind := rapid.SampledFrom(Kinds[:]).Draw(t, "kind")
		at := time.Unix(rapid.Int64Range(0, 2_000_000_000).Draw(t, "at"), 0)
		w := WindowAt(kind, at, loc)
		if at.Before(w.Start) || !at.Before(w.End) {
			t.Fatalf("%s is not in its window %s .. %s", at.In(loc), w.Start, w.End)
		}
		for _, same := range []time.Time{w.Start, w.End.Add(-1)} {
			if got := WindowAt(kind, same, loc); !got.Start.Equal(w.Start) || !got.End.Equal(w.End) {
				t.Fatalf("window of %s is %v, want %v", same, got, w)
			}
		}
		if next := WindowAt(kind, w.End, loc); !next.Start.Equal(w.End) {
			t.Fatalf("a window ends at %s, the next starts at %s", w.End, next.Start)
		}
	})
}

func TestDaysNestInMonths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := zone(t, rapid.SampledFrom([]string{"UTC", "Africa/Cairo", "America/St_Johns"}).Draw(t, "zone"))
		at := time.Unix(rapid.Int64Range(0, 2_000_000_000).Draw(t, "at"), 0)
		day, month := WindowAt(Day, at, loc), WindowAt(Month, at, loc)
		if day.Start.Before(month.Start) || day.End.After(month.End) {
			t.Fatalf("day %v leaves month %v", day, month)
		}
	})
}
