// Package outage keeps in mind whether something that replicas share answers.
// While it does not, one caller in every interval tries it again, and the
// others do without it at once: a server that hangs costs its patience once,
// not once per request.
package outage

import (
	"sync"
	"time"
)

// Watch is what everybody who asks the same server shares. It is safe for
// concurrent use.
type Watch struct {
	interval time.Duration
	now      func() time.Time
	onChange func(down bool)

	mu      sync.Mutex
	down    bool
	retryAt time.Time // when down: the next try
}

// NewWatch makes a Watch that begins with a server that answers. onChange is
// told when it goes and when it is back, one call at a time; it must not block
// and may be nil. An interval of 0 is 1 s.
func NewWatch(interval time.Duration, now func() time.Time, onChange func(down bool)) *Watch {
	if interval <= 0 {
		interval = time.Second
	}
	if onChange == nil {
		onChange = func(bool) {}
	}
	return &Watch{interval: interval, now: now, onChange: onChange}
}

// Down reports whether the server is to be done without.
func (w *Watch) Down() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.down
}

// Try reports whether the caller may ask the server. Who was allowed to must
// say what came of it, by Note or by Untried.
func (w *Watch) Try() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.down {
		return true
	}
	now := w.now()
	if now.Before(w.retryAt) {
		return false
	}
	w.retryAt = now.Add(w.interval) // the others do without it meanwhile
	return true
}

// Untried says that the caller left before the server could answer: the next
// one may try.
func (w *Watch) Untried() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		w.retryAt = w.now()
	}
}

// Note says whether the server answered.
func (w *Watch) Note(answered bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !answered {
		w.retryAt = w.now().Add(w.interval)
	}
	if w.down == answered {
		w.down = !answered
		w.onChange(w.down)
	}
}
