package batch

import (
	"errors"
	"fmt"
	"time"
)

var (
	// ErrNotFound says that the client has no such job.
	ErrNotFound = errors.New("batch: no such job")
	// ErrNoLines says that a job would have no lines.
	ErrNoLines = errors.New("batch: no lines")
	// ErrLineTooLong says that a line is longer than a request may be.
	ErrLineTooLong = errors.New("batch: line too long")
	// ErrNotHeld says that a line was not the runner's any more.
	ErrNotHeld = errors.New("batch: line not held")
)

// TooManyLinesError says that a job would have more lines than it may.
type TooManyLinesError struct{ Max int }

// Error gives the number.
func (e *TooManyLinesError) Error() string { return fmt.Sprintf("batch: more than %d lines", e.Max) }

// OpenJobsError says that a client has as many jobs under way as it may.
type OpenJobsError struct{ Max int }

// Error gives the number.
func (e *OpenJobsError) Error() string { return fmt.Sprintf("batch: %d jobs are open", e.Max) }

// State is where a job is in its life.
type State string

// The states of a job. Queued and Running are the same to a Store.
const (
	Receiving  State = "receiving" // nobody knows of it yet
	Queued     State = "queued"    // no line has been taken
	Running    State = "running"
	Cancelling State = "cancelling" // the lines under way are finished
	Cancelled  State = "cancelled"
	Completed  State = "completed"
)

// Ended reports whether nothing more will happen to the job.
func (s State) Ended() bool { return s == Cancelled || s == Completed }

// Job is one job and how far it is.
type Job struct {
	ID        string // bat_…
	Client    string
	RequestID string // of the request that made it; all of its lines have it too
	TraceID   string
	State     State
	Created   time.Time
	Started   time.Time // zero: not yet
	Ended     time.Time // zero: not yet
	Expires   time.Time // when it is erased
	Lines     Counts
	Sources   Sources // of the lines that succeeded
	Degraded  int     // of the lines that succeeded
	// SpentNano is what its calls were charged, ReservedNano what those under
	// way may cost, in nano-USD.
	SpentNano, ReservedNano int64
	HeldUntil               time.Time // zero: it does not wait
	Reason                  string    // why it waits, as in a degraded answer
}

// Counts are the lines of a job by their state.
type Counts struct {
	Total, Queued, Running, Succeeded, Failed, Cancelled int
}

// Done is how many lines have ended.
func (c Counts) Done() int { return c.Succeeded + c.Failed + c.Cancelled }

// Sources are answers by who wrote them.
type Sources struct{ Model, Mixed, Rules int }

// Count adds so many lines that are alike.
func (j *Job) Count(state LineState, source, degraded string, n int) {
	for _, add := range []struct {
		to  *int
		yes bool
	}{
		{&j.Lines.Queued, state == LineQueued}, {&j.Lines.Running, state == LineRunning},
		{&j.Lines.Succeeded, state == LineSucceeded}, {&j.Lines.Failed, state == LineFailed}, {&j.Lines.Cancelled, state == LineCancelled},
		{&j.Sources.Model, source == "model"}, {&j.Sources.Mixed, source == "mixed"}, {&j.Sources.Rules, source == "rules"},
		{&j.Degraded, degraded != ""},
	} {
		if add.yes {
			*add.to += n
		}
	}
}

// Rate is how many lines a second were answered, as of now; 0 while that is not
// known. Those that failed do not count: most were faulty when they came, and say
// nothing of how long the others take.
func (j *Job) Rate(now time.Time) float64 {
	if !j.Ended.IsZero() {
		now = j.Ended
	}
	took := now.Sub(j.Started).Seconds()
	if j.Started.IsZero() || took <= 0 {
		return 0
	}
	return float64(j.Lines.Succeeded) / took
}

// Left is how long the rest takes at the rate so far; negative while that is
// not known.
func (j *Job) Left(now time.Time) time.Duration {
	rest := j.Lines.Queued + j.Lines.Running
	rate := j.Rate(now)
	switch {
	case rest == 0:
		return 0
	case rate == 0:
		return -1
	}
	return time.Duration(float64(rest) / rate * float64(time.Second))
}

// NewLine is a line as it was taken in. Error is what is wrong with it, and
// empty when it is to be answered.
type NewLine struct {
	Number   int // from 1
	CustomID string
	Input    []byte
	Error    []byte
}

// Ref names the line's job.
func (l *Line) Ref() Ref { return Ref{l.Client, l.Job} }

// Line is a line that a runner has taken.
type Line struct {
	Job       string
	Number    int
	Client    string
	RequestID string
	TraceID   string
	Created   time.Time // of the job
	Blocked   time.Time // since when no line of the job has got the model's words; zero: one has
	Input     []byte
}

// Outcome is how a line ended: with a recommendation, or with an error.
type Outcome struct {
	Recommendation   string
	Source, Degraded string
	Error            []byte
}

// Result is a line that has ended. A line that was cancelled has neither an
// answer nor an error.
type Result struct {
	Number   int
	CustomID string
	State    LineState
	Answer   []byte // as it was journalled
	Error    []byte
}

// LineState is where a line is in its life.
type LineState string

// The states of a line.
const (
	LineQueued    LineState = "queued"
	LineRunning   LineState = "running"
	LineSucceeded LineState = "succeeded"
	LineFailed    LineState = "failed"
	LineCancelled LineState = "cancelled"
)
