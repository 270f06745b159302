package client

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
)

// results follows a job and returns the lines that came.
func results(t *testing.T, s *script, opts ...Option) (lines []int, err error) {
	for r, err := range s.client(t, opts...).BatchResults(t.Context(), "bat_1", 0) {
		if err != nil {
			return lines, err
		}
		lines = append(lines, r.Line)
	}
	return lines, nil
}

// Results go on where they stopped, whatever stopped them for a while, and give up
// what does not pass or is later than the caller waits.
func TestResultsAreTakenUpAgain(t *testing.T) {
	first, second := scripted{status: 200, body: `{"line":1}` + "\n"}, scripted{status: 200, body: `{"line":2}` + "\n" + `{"li`}
	running, done, none := scripted{status: 200, body: `{"status":"running"}`}, scripted{status: 200, body: `{"status":"completed"}`}, scripted{status: 200}
	broken, away := scripted{err: errors.New("connection reset")}, problem(503, "unavailable", "1")
	for name, c := range map[string]struct {
		replies []scripted
		lines   []int
		code    string // of the refusal in the end
	}{
		"a server that is renewed": {[]scripted{first, away, away, broken, away, away, second, broken, none, done, none}, []int{1, 2}, ""},
		"a job that goes on":       {[]scripted{first, running, second, none, done, none}, []int{1, 2}, ""},
		"gone":                     {[]scripted{first, problem(404, "not_found", "")}, []int{1}, "not_found"},
		"too late":                 {[]scripted{first, problem(503, "unavailable", "31")}, []int{1}, "unavailable"},
		"away for good":            {append([]scripted{first}, slices.Repeat([]scripted{away}, 4*4)...), []int{1}, "unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{replies: c.replies}
				lines, err := results(t, s)
				code := ""
				if refused, ok := errors.AsType[*Error](err); ok {
					code, err = refused.Code, nil
				}
				if !slices.Equal(lines, c.lines) || code != c.code || err != nil || len(s.replies) != 0 {
					t.Errorf("lines %v, %q %v, %d replies left", lines, code, err, len(s.replies))
				}
			})
		})
	}
}
