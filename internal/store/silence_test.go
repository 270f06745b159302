package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// answering is a database each of whose answers takes so long.
type answering struct {
	querier
	takes time.Duration
}

func (a answering) ExecContext(ctx context.Context, _ string, _ ...any) (sql.Result, error) {
	select {
	case <-time.After(a.takes):
		return nil, nil //nolint:nilnil // nobody looks at it
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// A transaction ends when an answer takes too long, and not when many answers
// take long together, unless it never ends.
func TestSilenceCountsFromTheLastAnswer(t *testing.T) {
	const patience = 5 * time.Second
	for name, tc := range map[string]struct {
		takes   time.Duration // each answer
		answers int
		silent  bool
	}{
		"one in time":   {patience - 1, 1, false},
		"one too late":  {patience + 1, 1, true},
		"many, busy":    {time.Second, 12, false},
		"without end":   {time.Second, longest*int(patience/time.Second) + 1, true},
		"many in haste": {time.Millisecond, 1000, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				quiet := newSilence(patience)
				defer quiet.end()
				q := heardQuerier{answering{takes: tc.takes}, quiet.heard}
				var err error
				for range tc.answers {
					if _, err = q.ExecContext(quiet.ctx, ""); err != nil {
						break
					}
				}
				if silent := errors.Is(quiet.explain(err), context.DeadlineExceeded); silent != tc.silent {
					t.Errorf("silent: %v, %v", silent, err)
				}
			})
		})
	}
}

// TestBacklogIsNoOutage queues changes that together take longer than the
// database may be silent: all are made, in one transaction, or in several where
// other replicas wait for its lock.
func TestBacklogIsNoOutage(t *testing.T) {
	for lock, want := range map[string]bool{"": false, `SELECT 1`: true} {
		synctest.Test(t, func(t *testing.T) {
			cfg := copied(t, Config{WriteTimeout: 5 * time.Second, Now: func() time.Time { return noon }}, migrated.sqlite)
			s := open(t, cfg)
			s.writer.d.lock = lock
			free := occupy(t, s)
			var wg sync.WaitGroup
			var seen int
			for i := range 10 {
				wg.Go(func() {
					err := s.change(t.Context(), func(ctx context.Context, c conn) (refusal, err error) {
						time.Sleep(time.Second)
						if hasKey(t, s, "0") || hasKey(t, s, "1") {
							seen++ // made by a transaction before this one
						}
						return insertKey(fmt.Sprint(i))(ctx, c)
					})
					if err != nil {
						t.Errorf("change %d: %v", i, err)
					}
				})
			}
			queued(t, s, 10)
			free()
			wg.Wait()
			if s.watch.Down() {
				t.Error("the database counts as silent")
			}
			if (seen > 0) != want {
				t.Errorf("lock %q: %d changes came after another transaction", lock, seen)
			}
		})
	}
}
