package client

import (
	"errors"
	"io"
	"sync"
)

// errPassed ends the reading of an attempt that is over.
var errPassed = errors.New("client: this attempt is over")

// upload is a body that may be sent several times. A transport may go on reading
// an attempt's body after its answer has come, which would take lines away from
// the next attempt: so that one attempt at a time can read.
type upload struct {
	mu      sync.Mutex
	lines   io.ReadSeeker
	current *attempt // nil: nobody reads
}

// attempt is the body of one attempt.
type attempt struct{ of *upload }

// again begins a new attempt, and ends the one before.
func (u *upload) again() (io.ReadCloser, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.current = &attempt{u}
	_, err := u.lines.Seek(0, io.SeekStart)
	return u.current, err
}

// end lets nobody read any more.
func (u *upload) end() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.current = nil
}

// Read fails with errPassed once the attempt is over.
func (a *attempt) Read(p []byte) (int, error) {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	if a.of.current != a {
		return 0, errPassed
	}
	return a.of.lines.Read(p)
}

// Close leaves the lines open: they are the caller's.
func (a *attempt) Close() error { return nil }
