package batch_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ballast.internal/ballast/internal/batch"
	"ballast.internal/ballast/internal/recommend"
)

// shelf is a queue of one job in memory, for a test that moves the time.
type shelf struct {
	mu     sync.Mutex
	queued []batch.Line
	left   int // lines that have not ended
	held   time.Time
	lease  time.Time // of what was taken or renewed last
}

func newShelf(lines int) *shelf {
	q := &shelf{left: lines}
	for n := range lines {
		q.queued = append(q.queued, batch.Line{Job: "bat_1", Client: "a", Number: n + 1, Created: time.Now(), Input: []byte("rules x")})
	}
	return q
}

func (q *shelf) Open(context.Context) (bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.left > 0, nil
}

func (q *shelf) Claim(_ context.Context, _ string, n int, now time.Time, hold time.Duration) (batch.Claimed, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.lease = now.Add(hold)
	if now.Before(q.held) {
		return batch.Claimed{}, nil
	}
	n = min(n, len(q.queued))
	got := batch.Claimed{Lines: q.queued[:n:n]}
	q.queued = q.queued[n:]
	return got, nil
}

func (q *shelf) Finish(context.Context, string, batch.Line, batch.Outcome, time.Time) (bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.left--
	return q.left == 0, nil
}

func (q *shelf) Return(_ context.Context, _ string, l batch.Line, until time.Time, _ string, _ time.Time) (bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.queued, q.held = append(q.queued, l), until
	return false, nil
}

func (q *shelf) Renew(_ context.Context, _ string, _ []batch.Line, now time.Time, hold time.Duration) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.lease = now.Add(hold)
	return nil
}

// leased reports whether what was taken last is still held.
func (q *shelf) leased() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return time.Now().Before(q.lease)
}

func (q *shelf) Job(context.Context, string, string) (batch.Job, error) { return batch.Job{}, nil }

// However long nothing could be recorded, jobs go on within seconds of its end,
// and ask seldom while it lasts.
func TestJobsGoOnSoonAfterAnOutage(t *testing.T) {
	for _, c := range []struct {
		outage, within time.Duration
		attempts       int // of three lines, at the most
	}{
		{time.Second, 4 * time.Second, 3},
		{10 * time.Second, 7 * time.Second, 4 * 3},
		{time.Hour, 12 * time.Second, 460 * 3},
	} {
		t.Run(fmt.Sprint(c.outage), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				back := time.Now().Add(c.outage)
				service := &advisor{answer: func(context.Context, recommend.Request) (recommend.Result, error) {
					if time.Now().Before(back) {
						return recommend.Result{}, fmt.Errorf("append: %w", recommend.ErrJournal)
					}
					return recommend.Result{ID: "rec_1", Source: "rules"}, nil
				}}
				seen := &counted{}
				r := batch.NewRunner(batch.Config{
					Queue: newShelf(3), Service: service, Codec: words{}, Observer: seen, InFlight: func() int { return 3 }, Holder: "h", Now: time.Now,
				})
				ctx, stop := context.WithCancel(t.Context())
				var running sync.WaitGroup
				running.Go(func() { r.Run(ctx) })
				time.Sleep(c.outage + c.within)
				synctest.Wait()
				if asked := len(service.requests()); seen.of("a job ") != 1 || seen.of("a line succeeded") != 3 || asked > c.attempts+3 {
					t.Errorf("%v after the outage, %d attempts: %v", c.within, asked, seen.seen)
				}
				stop()
				running.Wait()
				if err := r.Close(t.Context()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// A server that stops drains before it closes its runner: what is under way is
// held meanwhile, or another replica would pay for it again.
func TestLinesAreHeldBetweenRunAndClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		service := &advisor{answer: func(context.Context, recommend.Request) (recommend.Result, error) {
			<-release
			return recommend.Result{ID: "rec_1", Source: "model"}, nil
		}}
		q := newShelf(1)
		r := batch.NewRunner(batch.Config{Queue: q, Service: service, Codec: words{}, InFlight: func() int { return 1 }, Holder: "h", Now: time.Now})
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { r.Run(ctx) })
		synctest.Wait()
		stop()
		running.Wait()
		time.Sleep(time.Minute)
		if !q.leased() {
			t.Error("the lease has lapsed")
		}
		close(release)
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
