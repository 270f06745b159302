package batch

import (
	"context"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// Store keeps jobs durably, for all replicas. Implementations are safe for
// concurrent use.
type Store interface {
	// Create begins a job that is being received. It fails with *OpenJobsError
	// when its client has so many open. One to which no lines are added, and which
	// is not committed, for as long as from its Created to its Expires is erased.
	Create(ctx context.Context, j Job, maxOpen int) error
	// Add adds lines to a job that is being received, or fails with ErrNotFound.
	Add(ctx context.Context, j Job, lines []NewLine) error
	// Commit lets the lines be taken. once, unless it is nil, is concluded with
	// it or not at all: when the key has an answer already the job is discarded
	// and that answer returned. It fails with the errors of idempotency keys,
	// which discard the job too.
	Commit(ctx context.Context, j Job, once *Once) (stored []byte, err error)
	// Discard erases a job that is being received.
	Discard(ctx context.Context, job string) error

	// Cancel ends the lines of one of the client's own jobs that nobody has
	// taken, and reports whether the job has ended with them. What has ended
	// stays as it is.
	Cancel(ctx context.Context, client, id string, now time.Time) (ended bool, err error)
	// Results returns the results after a line, in order, up to the first line
	// that has not ended.
	Results(ctx context.Context, client, id string, after, limit int) ([]Result, error)

	Queue
}

// Queue is what runners take lines from.
type Queue interface {
	// Open reports whether any job has not ended, of which it is cheap to ask.
	Open(ctx context.Context) (bool, error)
	// Claim takes at most so many lines, of the clients' jobs in turn, and holds
	// them so long unless they are renewed, by a clock that all replicas share.
	// Lines that are held no longer are taken again.
	Claim(ctx context.Context, holder string, n int, now time.Time, hold time.Duration) (Claimed, error)
	// Renew holds lines that a holder has so long from now.
	Renew(ctx context.Context, holder string, lines []Line, now time.Time, hold time.Duration) error
	// Finish ends a line and forgets its input, or fails with ErrNotHeld. It
	// reports whether the job has ended with it.
	Finish(ctx context.Context, holder string, l Line, o Outcome, now time.Time) (ended bool, err error)
	// Return gives a line back, and lets no line of its job be taken until a
	// time, for a reason; "": its job does not wait. A line of a job that is
	// being cancelled is cancelled, and its job may have ended with it.
	Return(ctx context.Context, holder string, l Line, until time.Time, reason string, now time.Time) (ended bool, err error)
	// Job returns one of the client's own jobs, or ErrNotFound.
	Job(ctx context.Context, client, id string) (Job, error)
}

// Claimed are lines that were taken, and the jobs that ended because nobody held
// their last lines any more.
type Claimed struct {
	Lines []Line
	Ended []Ref
}

// Ref names a job of a client.
type Ref struct{ Client, ID string }

// Once is an idempotency key and what its request is answered with.
type Once struct {
	Key  string
	Hash string // of the request
	Body []byte
	At   time.Time
}

// Service answers single requests; *recommend.Service is one.
type Service interface {
	Recommend(ctx context.Context, req recommend.Request, progress recommend.Progress) (recommend.Result, error)
}

// Codec knows the form of lines and of what is wrong with them.
type Codec interface {
	// Decode reads a line. The request lacks what the job knows.
	Decode(line []byte) (req recommend.Request, customID string, err error)
	// Problem is what a result tells of an error: never its cause, and of a
	// faulty line never a value.
	Problem(err error) []byte
}

// Observer counts what happens. Outcomes are line states and "returned"; the
// status of a job that has ended is its state, or "unknown".
type Observer interface {
	Line(client, outcome string)
	Job(client, status string)
}
