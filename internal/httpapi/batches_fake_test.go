package httpapi

import (
	"context"
	"io"
	"sync"
	"time"

	"ballast.internal/ballast/internal/batch"
)

// fakeBatches takes jobs in as the real ones do and keeps them in memory.
// Nobody works them off: a test ends lines itself.
type fakeBatches struct {
	lines int // of one job at the most
	stop  chan struct{}

	mu   sync.Mutex
	jobs map[string]*fakeJob
	keys map[string]batch.Once
	err  error // of every question, when it is set
	next string
}

type fakeJob struct {
	batch.Job
	results []batch.Result
}

func newFakeBatches() *fakeBatches {
	return &fakeBatches{
		lines: 5, stop: make(chan struct{}), next: exampleBatchID,
		jobs: map[string]*fakeJob{}, keys: map[string]batch.Once{},
	}
}

func (f *fakeBatches) Receive(ctx context.Context, j batch.Job, body io.Reader, key string, reply func(batch.Job) ([]byte, error)) (batch.Received, error) {
	in := batch.Intake{
		Store: fakeJobStore{fakeBatches: f}, Codec: BatchLines{Now: nowForTests, MaxLineBytes: 1 << 20}, Now: nowForTests,
		NewID: func() string { return f.next },
		Limits: func() batch.Limits {
			return batch.Limits{Lines: f.lines, LineBytes: 1 << 20, OpenJobs: 3, Retain: time.Hour}
		},
	}
	return in.Receive(ctx, j, body, key, reply)
}

func (f *fakeBatches) Job(_ context.Context, client, id string) (batch.Job, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	j := f.jobs[id]
	if f.err != nil || j == nil || j.Client != client {
		return batch.Job{}, orError(f.err, batch.ErrNotFound)
	}
	return j.Job, nil
}

func orError(err, absent error) error {
	if err != nil {
		return err
	}
	return absent
}

func (f *fakeBatches) Cancel(ctx context.Context, client, id string, now time.Time) error {
	if _, err := f.Job(ctx, client, id); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	j := f.jobs[id]
	j.State, j.Ended, j.Lines.Cancelled, j.Lines.Queued = batch.Cancelled, now, j.Lines.Queued, 0
	return nil
}

func (f *fakeBatches) Results(ctx context.Context, client, id string, after, limit int) ([]batch.Result, error) {
	if _, err := f.Job(ctx, client, id); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []batch.Result
	for _, r := range f.jobs[id].results {
		if r.Number > after && len(out) < limit {
			out = append(out, r)
		}
	}
	return out, nil
}

func (f *fakeBatches) Stopping() <-chan struct{} { return f.stop }

// end gives a job a result.
func (f *fakeBatches) end(id string, r batch.Result) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.jobs[id].results = append(f.jobs[id].results, r)
}

// fakeJobStore is where a fakeBatches takes jobs in.
type fakeJobStore struct {
	batch.Store // nil: the intake asks nothing else
	*fakeBatches
}

func (f fakeJobStore) Create(_ context.Context, j batch.Job, maxOpen int) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return f.err
	}
	if len(f.jobs) >= maxOpen {
		return &batch.OpenJobsError{Max: maxOpen}
	}
	f.jobs[j.ID] = &fakeJob{Job: j}
	return nil
}

func (f fakeJobStore) Add(context.Context, batch.Job, []batch.NewLine) error { return nil }

func (f fakeJobStore) Commit(_ context.Context, j batch.Job, once *batch.Once) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if once != nil {
		first, used := f.keys[j.Client+once.Key]
		switch {
		case used && first.Hash != once.Hash:
			return nil, ErrKeyReused
		case used:
			return first.Body, nil
		}
		f.keys[j.Client+once.Key] = *once
	}
	f.jobs[j.ID].Job = j
	return nil, nil
}

func (f fakeJobStore) Discard(_ context.Context, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.jobs, id)
	return nil
}

func (f fakeJobStore) Job(ctx context.Context, client, id string) (batch.Job, error) {
	return f.fakeBatches.Job(ctx, client, id)
}

func (f fakeJobStore) Cancel(ctx context.Context, client, id string, now time.Time) (bool, error) {
	return true, f.fakeBatches.Cancel(ctx, client, id, now)
}

func (f fakeJobStore) Results(ctx context.Context, client, id string, after, limit int) ([]batch.Result, error) {
	return f.fakeBatches.Results(ctx, client, id, after, limit)
}
