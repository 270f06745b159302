package batch_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/batch"
)

// deaf is a queue that does not hear what comes of lines for a while.
type deaf struct {
	batch.Queue
	mu    sync.Mutex
	times int
}

var errDeaf = errors.New("deaf")

func (q *deaf) Finish(ctx context.Context, holder string, l batch.Line, o batch.Outcome, now time.Time) (bool, error) {
	q.mu.Lock()
	q.times--
	fail := q.times >= 0
	q.mu.Unlock()
	if fail {
		return false, errDeaf
	}
	return q.Queue.Finish(ctx, holder, l, o, now)
}

// An end that cannot be told at once is told later: nobody is asked again.
func TestEndIsToldAgain(t *testing.T) {
	d, seen := newDesk(t), &counted{}
	d.queue, d.observer = &deaf{Queue: d.store, times: 2}, seen
	d.receive("auto a")
	if j := d.work("h", ended); j.Lines.Succeeded != 1 || len(d.advisor.requests()) != 1 {
		t.Errorf("%+v after %d requests", j, len(d.advisor.requests()))
	}
	if d := cmp.Diff(map[string]int{"a line succeeded": 1, "a job completed": 1}, seen.seen); d != "" {
		t.Error(d)
	}
}

// A line whose end could not be told is held no longer, although its runner has
// others under way.
func TestOnlyWhatIsUnderWayIsHeld(t *testing.T) {
	d := newDesk(t)
	d.receive("auto a\nauto b")
	got, err := d.store.Claim(t.Context(), "h", 2, noon, 20*time.Second)
	if err != nil || len(got.Lines) != 2 {
		t.Fatal(got, err)
	}
	if err := d.store.Renew(t.Context(), "h", got.Lines[:1], noon.Add(10*time.Second), 20*time.Second); err != nil {
		t.Fatal(err)
	}
	again, err := d.store.Claim(t.Context(), "other", 2, noon.Add(20*time.Second), 20*time.Second)
	if err != nil || len(again.Lines) != 1 || again.Lines[0].Number != 2 {
		t.Errorf("%+v, %v", again, err)
	}
}

// A job that ends because it is cancelled, or because the process that had its
// last line is dead, is counted like one that ends with its last line.
func TestEndsAreCounted(t *testing.T) {
	for name, dead := range map[string]bool{"by its caller": false, "with a dead process": true} {
		t.Run(name, func(t *testing.T) {
			d, seen := newDesk(t), &counted{}
			d.observer = seen
			d.receive("auto a")
			if dead {
				if _, err := d.store.Claim(t.Context(), "dead", 1, noon, 20*time.Second); err != nil {
					t.Fatal(err)
				}
			}
			jobs := batch.Jobs{Intake: d.intake, Runner: d.runner("h")}
			for range 2 {
				if err := jobs.Cancel(t.Context(), "a", "bat_1", noon); err != nil {
					t.Fatal(err)
				}
			}
			d.clock.advance(20 * time.Second)
			if j := d.work("h", ended); j.State != batch.Cancelled || j.Lines.Cancelled != 1 {
				t.Errorf("%+v", j)
			}
			if d := cmp.Diff(map[string]int{"a job cancelled": 1}, seen.seen); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestByteOrderMark(t *testing.T) {
	d := newDesk(t)
	if j := d.receive("\ufeffauto a\nauto b"); j.Lines != (batch.Counts{Total: 2, Queued: 2}) {
		t.Errorf("%+v", j.Lines)
	}
}
