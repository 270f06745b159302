package portfolio

import (
	"errors"
	"time"
)

// Date is a civil day without a time zone. The zero Date is no day at all.
type Date struct{ t time.Time }

// NewDate returns the given civil day, normalised as time.Date does.
func NewDate(year int, month time.Month, day int) Date {
	return Date{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// errDate is the one fault of ParseDate; it does not repeat the input.
var errDate = errors.New("not a calendar date of the form YYYY-MM-DD from 1900 to 2199")

// ParseDate reads an ISO 8601 calendar date, such as 2026-11-20. Years outside
// 1900 to 2199 are slips of the pen, and are refused.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1900 || t.Year() > 2199 {
		return Date{}, errDate
	}
	return Date{t}, nil
}

// IsZero reports whether d is no day.
func (d Date) IsZero() bool { return d.t.IsZero() }

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.t.Before(e.t) }

// After reports whether d is later than e.
func (d Date) After(e Date) bool { return d.t.After(e.t) }

// AddDays returns the day n days later, or earlier if n is negative.
func (d Date) AddDays(n int) Date { return Date{d.t.AddDate(0, 0, n)} }

// AddYears returns the same calendar day n years later; 29 February becomes
// 1 March in a common year.
func (d Date) AddYears(n int) Date { return Date{d.t.AddDate(n, 0, 0)} }

// DaysSince counts the days from e to d; negative when d is earlier.
func (d Date) DaysSince(e Date) int { return int((d.t.Unix() - e.t.Unix()) / secondsPerDay) }

const secondsPerDay = 24 * 60 * 60

// String formats d as YYYY-MM-DD, and the zero Date as "".
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.t.Format(time.DateOnly)
}

// BusinessDaysUntil counts the weekdays after d up to and including e, and 0
// if e is not later. Holidays are not known and count as business days.
func (d Date) BusinessDaysUntil(e Date) int {
	n := e.DaysSince(d)
	if n <= 0 {
		return 0
	}
	weekdays := n / 7 * 5
	for i := n / 7 * 7; i < n; i++ {
		if wd := d.AddDays(i + 1).t.Weekday(); wd != time.Saturday && wd != time.Sunday {
			weekdays++
		}
	}
	return weekdays
}
