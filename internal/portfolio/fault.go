package portfolio

import "strings"

// Fault is one thing wrong with the caller's data. It names the field and the
// rule, never the value.
type Fault struct {
	Pointer string // RFC 6901, from the root of the request: /portfolio/positions/0/price
	Code    string // stable, snake_case: missing_fx_rate, bad_check_digit, …
	Detail  string // one English sentence without the value
}

// Faults is every fault found; it is an error when not empty.
type Faults []Fault

// Error lists the pointers and details. What is wrong with the whole has no pointer.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, x := range f {
		lines[i] = x.Detail
		if x.Pointer != "" {
			lines[i] = x.Pointer + ": " + x.Detail
		}
	}
	return strings.Join(lines, "\n")
}
