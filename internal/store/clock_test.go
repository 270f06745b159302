package store

import (
	"errors"
	"testing"
	"time"

	"ballast.internal/ballast/internal/batch"
	"ballast.internal/ballast/internal/recommend"
)

// Two replicas of whom one is a month and a day ahead spend one day's budget
// between them, in the windows that both show, and a reservation is settled where
// it was held.
func TestBudgetsGoByTheClockThatReplicasShare(t *testing.T) {
	needServer(t)
	right := copied(t, Config{Limits: testLimits, Replicas: 2}, migrated.postgres)
	s, ahead := open(t, right), open(t, right)
	later := time.Now().AddDate(0, 1, 1)
	ahead.now = func() time.Time { return later }
	byClock := func(id string, now time.Time) recommend.Reservation {
		r := reservationOf(id, "a", 600)
		r.At, r.Expires = now, now.Add(time.Minute)
		return r
	}
	ok(t, ahead.Reserve(t.Context(), byClock("r1", later)))
	var refused *recommend.BudgetError
	if err := s.Reserve(t.Context(), byClock("r2", time.Now())); !errors.As(err, &refused) || refused.Window != "day" {
		t.Fatalf("%v: want the day's budget to refuse", err)
	}
	if n, err := ahead.Expire(t.Context(), later.Add(time.Hour)); n != 0 || err != nil {
		t.Errorf("%d expired, %v: it has a minute", n, err)
	}
	ok(t, s.Settle(t.Context(), "r1", bill(500)))
	wantBalances(t, s, "a", time.Now(), 500, 0, 500, 0, 500, 0, 500, 0)
	wantBalances(t, ahead, "a", later, 500, 0, 500, 0, 500, 0, 500, 0)
	ok(t, s.Verify(t.Context()))
}

// Whose clock is behind that of the database does not take for lost what was
// erased when it was due.
func TestErasedByAnotherClock(t *testing.T) {
	needServer(t)
	s := open(t, copied(t, Config{Limits: testLimits}, migrated.postgres))
	r := recordOf(1)
	r.RetainUntil = time.Now()
	ok(t, s.Append(t.Context(), r))
	if n, err := s.Prune(t.Context(), time.Now()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	s.now = func() time.Time { return r.RetainUntil.Add(-time.Hour) }
	ok(t, s.VerifyChain(t.Context()))
}

// A replica that is a year ahead erases neither what is being received nor what
// has ended, and one that is behind receives as long as others.
func TestJobsAreErasedByTheClockThatReplicasShare(t *testing.T) {
	needServer(t)
	s := open(t, copied(t, Config{Limits: testLimits}, migrated.postgres))
	now := time.Now()
	given := map[string]time.Time{"bat_1": now, "bat_2": now.Add(-time.Hour)}
	for id, at := range given {
		j := batch.Job{ID: id, Client: "a", Created: at, Expires: at.Add(time.Minute)}
		ok(t, s.Create(t.Context(), j, 10))
		for _, at := range []time.Time{now, now.AddDate(1, 0, 0)} {
			m, err := s.Maintain(t.Context(), at)
			if err != nil || m.Jobs != 0 {
				t.Errorf("%s: %+v, %v", id, m, err)
			}
		}
		ok(t, s.Add(t.Context(), j, []batch.NewLine{{Number: 1, Input: []byte("x")}}))
	}
}
