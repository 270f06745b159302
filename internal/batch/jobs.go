package batch

import (
	"context"
	"io"
	"time"
)

// Jobs is all that a server does with jobs.
type Jobs struct {
	Intake Intake
	Runner *Runner
	Stop   <-chan struct{} // closed when the server stops
}

// Receive is Intake.Receive; the runner begins at once.
func (j *Jobs) Receive(ctx context.Context, job Job, body io.Reader, key string, reply func(Job) ([]byte, error)) (Received, error) {
	got, err := j.Intake.Receive(ctx, job, body, key, reply)
	if err == nil {
		j.Runner.Wake()
	}
	return got, err
}

// Job returns one of the client's own jobs, or ErrNotFound.
func (j *Jobs) Job(ctx context.Context, client, id string) (Job, error) {
	return j.Intake.Store.Job(ctx, client, id)
}

// Cancel cancels one of the client's own jobs.
func (j *Jobs) Cancel(ctx context.Context, client, id string, now time.Time) error {
	ended, err := j.Intake.Store.Cancel(ctx, client, id, now)
	if ended {
		j.Runner.Ended(ctx, Ref{client, id})
	}
	return err
}

// Results returns results after a line.
func (j *Jobs) Results(ctx context.Context, client, id string, after, limit int) ([]Result, error) {
	return j.Intake.Store.Results(ctx, client, id, after, limit)
}

// Stopping is closed when the server stops.
func (j *Jobs) Stopping() <-chan struct{} { return j.Stop }
