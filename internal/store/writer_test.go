package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var errBroken = errors.New("broken statement")

// insertKey is a change that leaves a trace.
func insertKey(key string) change {
	return func(ctx context.Context, c conn) (refusal, err error) {
		return nil, claimKey(ctx, c, "a", key, "h", noon)
	}
}

func hasKey(t *testing.T, s *Store, key string) bool {
	t.Helper()
	_, known, err := findKey(context.Background(), s.reader(), "a", key)
	ok(t, err)
	return known
}

// occupy keeps the writer inside a transaction until the returned function is
// called, so that what follows queues up and shares the next one.
func occupy(t *testing.T, s *Store) (free func()) {
	t.Helper()
	inside, leave := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := s.change(context.Background(), func(context.Context, conn) (error, error) {
			close(inside)
			<-leave
			return nil, nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-inside
	return func() {
		close(leave)
		wg.Wait()
	}
}

// queued waits until n changes wait for the writer.
func queued(t *testing.T, s *Store, n int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); len(s.writer.queue) < n; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d changes queued, want %d", len(s.writer.queue), n)
		}
	}
}

// TestOneBrokenChangeFailsAlone lets changes share a transaction that one of
// them breaks and another one refuses to take part in.
func TestOneBrokenChangeFailsAlone(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		free := occupy(t, s)
		changes := []struct {
			run  change
			want error
		}{
			{insertKey("k0"), nil},
			{func(ctx context.Context, c conn) (error, error) {
				_, err := c.exec(ctx, `INSERT INTO no_such_table VALUES (1)`)
				return nil, errors.Join(errBroken, err)
			}, errBroken},
			{func(context.Context, conn) (error, error) { return ErrKeyReused, nil }, ErrKeyReused},
			{insertKey("k3"), nil},
		}
		var wg sync.WaitGroup
		for i, c := range changes {
			wg.Go(func() {
				if err := s.change(context.Background(), c.run); !errors.Is(err, c.want) {
					t.Errorf("change %d: %v, want %v", i, err, c.want)
				}
			})
		}
		queued(t, s, len(changes))
		free()
		wg.Wait()
		if !hasKey(t, s, "k0") || !hasKey(t, s, "k3") {
			t.Error("the other changes were not made")
		}
	})
}

func TestChangeWhoseCallerLeftEarlyIsNotMade(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		free := occupy(t, s)
		ctx, cancel := context.WithCancel(context.Background())
		left := make(chan error, 1)
		go func() { left <- s.change(ctx, insertKey("k")) }()
		queued(t, s, 1)
		cancel()
		err := <-left
		wantErr(t, err, context.Canceled)
		wantErr(t, err, errNoTurn)
		free()
		ok(t, s.change(t.Context(), insertKey("after")))
		if hasKey(t, s, "k") {
			t.Error("it was made")
		}
	})
}

// TestReservationWhoseCallerLeftIsTakenBack lets the caller go while the
// reservation's transaction runs.
func TestReservationWhoseCallerLeftIsTakenBack(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		free := occupy(t, s)
		ctx, cancel := context.WithCancel(context.Background())
		gone := make(chan struct{})
		var before sync.WaitGroup
		before.Go(func() {
			err := s.change(context.Background(), func(context.Context, conn) (error, error) {
				cancel()
				<-gone
				return nil, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		queued(t, s, 1)
		left := make(chan error, 1)
		go func() { left <- s.Reserve(ctx, reservationOf("r", "a", 100)) }()
		queued(t, s, 2)
		free()
		err := <-left
		close(gone)
		before.Wait()
		wantErr(t, err, context.Canceled)
		for i := range 2 { // the second change is behind the release
			ok(t, s.change(context.Background(), insertKey(fmt.Sprint(i))))
		}
		wantBalances(t, s, "a", noon, 0, 0, 0, 0, 0, 0, 0, 0)
		wantErr(t, s.Reserve(context.Background(), reservationOf("r", "a", 100)), ErrDuplicateReservation)
	})
}

func TestCloseFinishesWhatIsQueued(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s, err := openAt(t, cfg)
		ok(t, err)
		free := occupy(t, s)
		var wg sync.WaitGroup
		for i := range 5 {
			wg.Go(func() {
				if err := s.Reserve(context.Background(), reservationOf(fmt.Sprint("r", i), "a", 1)); err != nil {
					t.Error(err)
				}
			})
		}
		queued(t, s, 5)
		closed := make(chan error, 1)
		go func() { closed <- s.Close() }()
		free()
		wg.Wait()
		ok(t, <-closed)
		s = open(t, cfg)
		wantBalances(t, s, "a", noon, 0, 5, 0, 5, 0, 5, 0, 5)
	})
}

func TestReadersDoNotWaitForTheWriter(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		fill(t, s, 1)
		free := occupy(t, s)
		defer free()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, err := s.Answer(ctx, "a", "rec_1")
		ok(t, err)
		_, err = s.Balances(ctx, "a", noon)
		ok(t, err)
		ok(t, s.VerifyChain(ctx))
	})
}

// What nobody waits for shares the transaction of what comes next, and does not
// wait long for it.
func TestUnhurriedChangeWaitsForCompany(t *testing.T) {
	for name, tc := range map[string]struct {
		unhurried bool
		next      time.Duration // until another change; 0: none comes
		changes   int
		after     time.Duration
	}{
		"one that is waited for": {false, time.Millisecond, 1, 0},
		"company comes":          {true, time.Millisecond, 2, time.Millisecond},
		"no company comes":       {true, 0, 1, company},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &writer{queue: make(chan *op, maxBatch), closing: make(chan struct{})}
				w.queue <- &op{unhurried: tc.unhurried}
				if tc.next > 0 {
					time.AfterFunc(tc.next, func() { w.queue <- &op{} })
				}
				start := time.Now()
				if n := len(w.next()); n != tc.changes || time.Since(start) != tc.after {
					t.Errorf("%d changes after %v, want %d after %v", n, time.Since(start), tc.changes, tc.after)
				}
				time.Sleep(time.Second) // until the other change is queued
			})
		})
	}
}
