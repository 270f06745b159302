package emulator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Faults are what goes wrong on demand. The zero value is none.
type Faults struct{ rules []rule }

// rule is one fault and when it happens.
type rule struct {
	name  string
	delay time.Duration // of latency
	when  trigger
	text  string // as it was written
}

// trigger says which calls are hit; of its fields one is set.
type trigger struct {
	rate  float64 // of all calls, by chance
	every int     // every nth call
	first int     // the first n calls
}

// refusedCall is a call that a fault refuses.
type refusedCall struct{ principal, action, modelID, arn string }

// The faults that replace the answer by an error. Nothing is billed for them.
var errorFaults = map[string]func(c refusedCall) *wireError{
	"throttle":        always(errTooManyRequests),
	"throttle_tokens": always(errTooManyTokens),
	"throttle_day":    always(errTokensPerDay),
	"quota":           always(errQuota),
	"500":             always(errInternal),
	"503":             always(errUnavailable),
	"model_timeout":   always(errModelTimeout),
	"model_error":     func(c refusedCall) *wireError { return errModel(c.modelID) },
	"not_ready":       always(errNotReady),

	// What an account, its policy or its keys can be in the way with.
	"denied":        func(c refusedCall) *wireError { return errDenied(c.principal, c.action, c.arn, false) },
	"explicit_deny": func(c refusedCall) *wireError { return errDenied(c.principal, c.action, c.arn, true) },
	"no_access":     always(errNoAccess),
	"profile_only":  func(c refusedCall) *wireError { return errProfileOnly(c.modelID) },
	"invalid_model": always(errInvalidModel),
	"end_of_life":   always(errEndOfLife),
	"legacy":        always(errLegacy),
	"not_cleared":   always(errNotCleared),
	"unknown_key":   always(errUnknownKey),
	"expired_token": always(errExpiredToken),
}

func always(e *wireError) func(refusedCall) *wireError {
	return func(refusedCall) *wireError { return e }
}

// The faults that lose or damage the response of a call that is billed.
const (
	faultLatency       = "latency"        // thinks longer
	faultTimeout       = "timeout"        // never answers
	faultReset         = "reset"          // drops the connection within the body
	faultTruncated     = "truncated_json" // ends the body early, with a right Content-Length
	faultNoUsage       = "no_usage"
	faultNegativeUsage = "negative_usage"
)

var transportFaults = []string{faultTimeout, faultReset, faultTruncated, faultNoUsage, faultNegativeUsage}

// faultAliases are other names of faults.
var faultAliases = map[string]string{"truncate": faultTruncated, "hang": faultTimeout}

// FaultNames lists every fault that ParseFaults knows, sorted.
func FaultNames() []string {
	names := append([]string{faultLatency}, transportFaults...)
	for n := range errorFaults {
		names = append(names, n)
	}
	for n := range spoilers {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// ParseFaults reads a list such as "throttle=0.1,latency=800ms,reset=1/4".
// Each fault has a rate (0.1), a period (1/4: every fourth call) or a count
// (2x: the first two calls); latency has a duration that may be followed by
// @ and one of these. The first fault of the list that hits a call is the one
// that happens, latency apart.
func ParseFaults(list string) (Faults, error) {
	var f Faults
	for part := range strings.SplitSeq(list, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		r, err := parseRule(part)
		if err != nil {
			return Faults{}, fmt.Errorf("fault %q: %w", part, err)
		}
		f.rules = append(f.rules, r)
	}
	return f, nil
}

// String writes the list that ParseFaults reads.
func (f Faults) String() string {
	parts := make([]string, len(f.rules))
	for i, r := range f.rules {
		parts[i] = r.text
	}
	return strings.Join(parts, ",")
}

func parseRule(part string) (rule, error) {
	name, value, ok := strings.Cut(part, "=")
	if !ok {
		return rule{}, fmt.Errorf("has no value: it must be like throttle=0.1")
	}
	if other := faultAliases[name]; other != "" {
		name = other
	}
	if !slices.Contains(FaultNames(), name) {
		return rule{}, fmt.Errorf("is unknown; there are %s", strings.Join(FaultNames(), ", "))
	}
	r := rule{name: name, text: part, when: trigger{rate: 1}}
	if name == faultLatency {
		duration, when, limited := strings.Cut(value, "@")
		d, err := time.ParseDuration(duration)
		if err != nil || d < 0 {
			return rule{}, fmt.Errorf("%q is not a duration", duration)
		}
		r.delay, value = d, when
		if !limited {
			return r, nil
		}
	}
	var err error
	r.when, err = parseTrigger(value)
	return r, err
}

func parseTrigger(s string) (trigger, error) {
	if n, ok := strings.CutPrefix(s, "1/"); ok {
		if every, err := strconv.Atoi(n); err == nil && every > 0 {
			return trigger{every: every}, nil
		}
	}
	if n, ok := strings.CutSuffix(s, "x"); ok {
		if first, err := strconv.Atoi(n); err == nil && first > 0 {
			return trigger{first: first}, nil
		}
	}
	rate, err := strconv.ParseFloat(s, 64)
	if err != nil || !(rate >= 0 && rate <= 1) {
		return trigger{}, fmt.Errorf("%q is not a rate from 0 to 1, a period like 1/4 or a count like 2x", s)
	}
	return trigger{rate: rate}, nil
}

// hits decides about call number n, from 1. Chance is drawn for every call, so
// that one fault does not shift another's luck.
func (t trigger) hits(n int, chance float64) bool {
	switch {
	case t.every > 0:
		return n%t.every == 0
	case t.first > 0:
		return n <= t.first
	default:
		return chance < t.rate
	}
}

// faultState counts the calls since the faults were set.
type faultState struct {
	mu     sync.Mutex
	faults Faults
	calls  int
}

func (s *faultState) set(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.calls = f, 0
}

// next gives the fault of the next call, "" for none, and the extra latency.
func (s *faultState) next(random *rand.Rand) (name string, delay time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	for _, r := range s.faults.rules {
		if !r.when.hits(s.calls, random.Float64()) {
			continue
		}
		switch {
		case r.name == faultLatency:
			delay += r.delay
		case name == "":
			name = r.name
		}
	}
	return name, delay
}
