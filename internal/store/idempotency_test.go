package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func begin(t testing.TB, s *Store, client, key, hash string, now time.Time) (*StoredResponse, error) {
	t.Helper()
	return s.Begin(t.Context(), client, key, hash, now)
}

func TestIdempotencyKey(t *testing.T) {
	for name, keys := range map[string]Keys{"plain": {}, "sealed": keysOf("k1")} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, cfg Config) {
				cfg.Keys = keys
				s := open(t, cfg)
				if r, err := begin(t, s, "a", "k", "h1", noon); r != nil || err != nil {
					t.Fatalf("first: %v, %v", r, err)
				}
				_, err := begin(t, s, "a", "k", "h1", noon)
				wantErr(t, err, ErrInProgress)
				_, err = begin(t, s, "a", "k", "h2", noon)
				wantErr(t, err, ErrKeyReused)
				if r, err := begin(t, s, "b", "k", "h2", noon); r != nil || err != nil {
					t.Fatalf("another client's key: %v, %v", r, err)
				}
				ok(t, s.Complete(t.Context(), "a", "k", []byte("body")))
				ok(t, s.Complete(t.Context(), "a", "k", []byte("late")))
				ok(t, s.Abandon(t.Context(), "a", "k"))
				r, err := begin(t, s, "a", "k", "h1", noon.Add(keepResponse-1))
				if err != nil || r == nil || string(r.Body) != "body" {
					t.Fatalf("again: %+v, %v", r, err)
				}
				_, err = begin(t, s, "a", "k", "h2", noon)
				wantErr(t, err, ErrKeyReused)
			})
		})
	}
}

func TestIdempotencyKeyIsFreeAgain(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		free := func(name, key, hash string, now time.Time) {
			t.Helper()
			if r, err := begin(t, s, "a", key, hash, now); r != nil || err != nil {
				t.Errorf("%s: %v, %v, want the key to be free", name, r, err)
			}
		}
		free("new", "k1", "h1", noon)
		ok(t, s.Abandon(t.Context(), "a", "k1"))
		free("abandoned, for another request", "k1", "h2", noon)

		free("new", "k2", "h1", noon)
		_, err := begin(t, s, "a", "k2", "h1", noon.Add(requestLease-1))
		wantErr(t, err, ErrInProgress)
		_, err = begin(t, s, "a", "k2", "h2", noon.Add(requestLease))
		wantErr(t, err, ErrKeyReused)
		free("its process died", "k2", "h1", noon.Add(requestLease))

		free("new", "k3", "h1", noon)
		ok(t, s.Complete(t.Context(), "a", "k3", nil))
		free("a day later", "k3", "h2", noon.Add(keepResponse))
		ok(t, s.Complete(t.Context(), "a", "never begun", nil))
		free("completed but never begun", "never begun", "h1", noon)
	})
}

// A replica whose clock is ahead neither begins what another is at, nor forgets
// what was answered.
func TestKeysGoByTheClockThatReplicasShare(t *testing.T) {
	needServer(t)
	s := open(t, copied(t, Config{Limits: testLimits}, migrated.postgres))
	now := time.Now()
	for _, key := range []string{"under way", "answered"} {
		_, err := begin(t, s, "a", key, "h", now)
		ok(t, err)
	}
	ok(t, s.Complete(t.Context(), "a", "answered", []byte("body")))
	ahead := now.Add(2 * keepResponse)
	_, err := s.Maintain(t.Context(), ahead)
	ok(t, err)
	_, err = begin(t, s, "a", "under way", "h", ahead)
	wantErr(t, err, ErrInProgress)
	if r, err := begin(t, s, "a", "answered", "h", ahead); err != nil || r == nil {
		t.Errorf("%v, %v: want the answer", r, err)
	}
}

// A clock that is set back, once it is found to be wrong, has no key lent for
// longer than any other.
func TestKeyOfAClockThatWasAhead(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		_, err := begin(t, s, "a", "k", "h", noon.Add(time.Hour))
		ok(t, err)
		for _, at := range []time.Time{noon, noon.Add(requestLease - 2)} {
			_, err := begin(t, s, "a", "k", "h", at)
			wantErr(t, err, ErrInProgress)
		}
		_, err = begin(t, s, "a", "k", "h", noon.Add(requestLease))
		ok(t, err)
	})
}

// TestALeaverGivesUpItsClaim lets the caller of Begin go while the transaction
// that its claim is part of goes on.
func TestALeaverGivesUpItsClaim(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		free := occupy(t, s)
		ctx, leave := context.WithCancel(t.Context())
		inside, end := make(chan struct{}), make(chan struct{})
		left := make(chan error, 1)
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := s.Begin(ctx, "a", "k", "h", noon)
			left <- err
		})
		queued(t, s, 1)
		wg.Go(func() {
			ok(t, s.change(t.Context(), func(context.Context, conn) (error, error) {
				close(inside)
				<-end
				return nil, nil
			}))
		})
		queued(t, s, 2)
		free()
		<-inside
		leave()
		wantErr(t, <-left, context.Canceled)
		close(end)
		wg.Wait()
		if r, err := begin(t, s, "a", "k", "h", noon.Add(1)); r != nil || err != nil {
			t.Errorf("the next one: %v, %v, want the key to be free", r, err)
		}
	})
}

func TestOneOfManyMayBegin(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		var began atomic.Int32
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				switch _, err := begin(t, s, "a", "k", "h", noon); {
				case err == nil:
					began.Add(1)
				case !errors.Is(err, ErrInProgress):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := began.Load(); n != 1 {
			t.Errorf("%d began, want 1", n)
		}
	})
}

func TestIdempotencyRefusesNonsense(t *testing.T) {
	s := open(t, Config{Dir: t.TempDir()})
	for _, c := range [][3]string{{"", "k", "h"}, {"a", "", "h"}, {"a", "k", ""}, {"a", "k\x00", "h"}, {"a", "\xff", "h"}} {
		var invalid *InvalidError
		if _, err := begin(t, s, c[0], c[1], c[2], noon); !errors.As(err, &invalid) {
			t.Errorf("%q: %v, want an InvalidError", c, err)
		}
	}
}

func TestMaintainDoesAllThatIsDue(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		reserve(t, s, "r", "a", 10)
		r := recordOf(1)
		r.RetainUntil = noon.Add(time.Hour)
		ok(t, s.Append(t.Context(), r))
		_, err := begin(t, s, "a", "k", "h", noon)
		ok(t, err)
		for _, want := range []Maintenance{{Expired: 1, Pruned: 1, Keys: 1}, {}} {
			if got, err := s.Maintain(t.Context(), noon.Add(keepResponse)); got != want || err != nil {
				t.Errorf("Maintain: %+v, %v, want %+v", got, err, want)
			}
		}
		wantBalances(t, s, "a", noon, 10, 0, 10, 0, 10, 0, 10, 0)
	})
}
