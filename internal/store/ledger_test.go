package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/recommend"
)

func bill(nano int64) recommend.TokenUsage {
	return recommend.TokenUsage{InputTokens: 10, OutputTokens: 20, CostNano: nano}
}

func TestReservationIsHeldThenSettled(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		reserve(t, s, "r1", "a", 400)
		wantBalances(t, s, "a", noon, 0, 400, 0, 400, 0, 400, 0, 400)
		ok(t, s.Settle(t.Context(), "r1", bill(150)))
		wantBalances(t, s, "a", noon, 150, 0, 150, 0, 150, 0, 150, 0)
		wantBalances(t, s, "b", noon, 0, 0, 0, 0, 150, 0, 150, 0)
	})
}

// TestConclusions also says each twice: the second time changes nothing.
func TestConclusions(t *testing.T) {
	cases := []struct {
		name     string
		conclude func(ctx context.Context, s *Store) error
		spent    budget.Nano
	}{
		{"settle below the reservation", func(ctx context.Context, s *Store) error { return s.Settle(ctx, "r", bill(60)) }, 60},
		{"settle above the reservation", func(ctx context.Context, s *Store) error { return s.Settle(ctx, "r", bill(160)) }, 160},
		{"settle above the limit", func(ctx context.Context, s *Store) error { return s.Settle(ctx, "r", bill(6000)) }, 6000},
		{"forfeit", func(ctx context.Context, s *Store) error { return s.Forfeit(ctx, "r") }, 100},
		{"release", func(ctx context.Context, s *Store) error { return s.Release(ctx, "r") }, 0},
		{"expire", func(ctx context.Context, s *Store) error {
			_, err := s.Expire(ctx, noon.Add(time.Minute))
			return err
		}, 100},
	}
	both(t, func(t *testing.T, cfg Config) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				s := open(t, copied(t, cfg, cfg))
				reserve(t, s, "r", "a", 100)
				for range 2 {
					ok(t, c.conclude(t.Context(), s))
					wantBalances(t, s, "a", noon, c.spent, 0, c.spent, 0, c.spent, 0, c.spent, 0)
				}
			})
		}
	})
}

func TestRefusalNamesTheBudgetAndHoldsNothing(t *testing.T) {
	day := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	month := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	cases := []struct {
		name   string
		limits budget.Limits
		want   recommend.BudgetError
	}{
		{"client day", limitsOf(99, 1000, 1000, 1000), recommend.BudgetError{Budget: "client", Window: "day", ResetsAt: day}},
		{"client month", limitsOf(1000, 99, 1000, 1000), recommend.BudgetError{Budget: "client", Window: "month", ResetsAt: month}},
		{"global day", limitsOf(1000, 1000, 99, 1000), recommend.BudgetError{Budget: "global", Window: "day", ResetsAt: day}},
		{"global month", limitsOf(1000, 1000, 1000, 99), recommend.BudgetError{Budget: "global", Window: "month", ResetsAt: month}},
		{"the last to reset", limitsOf(99, 1000, 1000, 99), recommend.BudgetError{Budget: "global", Window: "month", ResetsAt: month}},
		{"nothing configured", budget.Limits{}, recommend.BudgetError{Budget: "client", Window: "month", ResetsAt: month}},
	}
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		for _, c := range cases {
			ok(t, s.SetLimits(c.limits))
			err := s.Reserve(t.Context(), reservationOf("r", "a", 100))
			var refused *recommend.BudgetError
			if !errors.As(err, &refused) || refused.Budget != c.want.Budget || refused.Window != c.want.Window || !refused.ResetsAt.Equal(c.want.ResetsAt) {
				t.Errorf("%s: %#v, want %#v", c.name, err, c.want)
			}
			wantBalances(t, s, "a", noon, 0, 0, 0, 0, 0, 0, 0, 0)
		}
		ok(t, s.SetLimits(limitsOf(100, 100, 100, 100)))
		reserve(t, s, "r", "a", 100)
	})
}

func limitsOf(clientDay, clientMonth, globalDay, globalMonth budget.Nano) budget.Limits {
	return budget.Limits{
		Global:  budget.Limit{Day: globalDay, Month: globalMonth},
		Clients: map[string]budget.Limit{"a": {Day: clientDay, Month: clientMonth}},
	}
}

func TestReservationsOfOthersCount(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		reserve(t, s, "r1", "a", 1000)
		reserve(t, s, "r2", "b", 1500)
		var refused *recommend.BudgetError
		if err := s.Reserve(t.Context(), reservationOf("r3", "b", 1)); !errors.As(err, &refused) || refused.Budget != "global" {
			t.Fatalf("%v, want the global budget to refuse", err)
		}
		if !refused.Held {
			t.Errorf("%#v, though the money may come back", refused)
		}
		ok(t, s.Forfeit(t.Context(), "r2"))
		if err := s.Reserve(t.Context(), reservationOf("r3", "b", 1001)); !errors.As(err, &refused) || refused.Held {
			t.Errorf("%v (%#v), though it is spent", err, refused)
		}
		ok(t, s.Release(t.Context(), "r1"))
		reserve(t, s, "r3", "b", 1)
	})
}

func TestUnknownClientGetsTheDefault(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		cfg.Limits.Default = budget.Limit{Day: 10, Month: 10}
		s := open(t, cfg)
		reserve(t, s, "r1", "stranger", 10)
		var refused *recommend.BudgetError
		if err := s.Reserve(t.Context(), reservationOf("r2", "stranger", 1)); !errors.As(err, &refused) {
			t.Fatalf("%v, want a refusal", err)
		}
	})
}

func TestLateConclusions(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		for _, id := range []string{"billed", "released", "forfeited"} {
			reserve(t, s, id, "a", 100)
		}
		ok(t, s.Forfeit(t.Context(), "forfeited"))
		if n, err := s.Expire(t.Context(), noon.Add(time.Minute-1)); n != 0 || err != nil {
			t.Fatalf("Expire too early: %d, %v", n, err)
		}
		if n, err := s.Expire(t.Context(), noon.Add(time.Minute)); n != 2 || err != nil {
			t.Fatalf("Expire: %d, %v, want 2", n, err)
		}
		wantBalances(t, s, "a", noon, 300, 0, 300, 0, 300, 0, 300, 0)
		ok(t, s.Settle(t.Context(), "billed", bill(30)))
		ok(t, s.Settle(t.Context(), "forfeited", bill(130)))
		ok(t, s.Release(t.Context(), "released"))
		wantBalances(t, s, "a", noon, 160, 0, 160, 0, 160, 0, 160, 0)
	})
}

func TestExpireMoreThanOneBatch(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		for i := range expireBatch + 1 {
			reserve(t, s, string(rune('A'+i%26))+string(rune('0'+i/26)), "a", 1)
		}
		if n, err := s.Expire(t.Context(), noon.Add(time.Hour)); n != expireBatch+1 || err != nil {
			t.Fatalf("Expire: %d, %v, want %d", n, err, expireBatch+1)
		}
		wantBalances(t, s, "a", noon, 201, 0, 201, 0, 201, 0, 201, 0)
	})
}

func TestCallAcrossMidnightSettlesWhereItWasReserved(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		clock := time.Date(2026, 11, 30, 23, 59, 59, 0, time.UTC)
		cfg.Now = func() time.Time { return clock }
		s := open(t, cfg)
		r := reservationOf("r", "a", 1000)
		r.At, r.Expires = clock, clock.Add(time.Minute)
		ok(t, s.Reserve(t.Context(), r))
		before := clock
		clock = clock.Add(2 * time.Second)
		r = reservationOf("next", "a", 1000)
		r.At, r.Expires = clock, clock.Add(time.Minute)
		ok(t, s.Reserve(t.Context(), r)) // the new day's budget is whole
		ok(t, s.Settle(t.Context(), "r", bill(700)))
		wantBalances(t, s, "a", before, 700, 0, 700, 0, 700, 0, 700, 0)
		wantBalances(t, s, "a", clock, 0, 1000, 0, 1000, 0, 1000, 0, 1000)
	})
}

func TestWindowsFollowTheTimeZone(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	ok(t, err)
	both(t, func(t *testing.T, cfg Config) {
		cfg.Location = berlin
		s := open(t, cfg)
		at := time.Date(2026, 3, 29, 21, 59, 0, 0, time.UTC) // 23:59 on a day of 23 hours
		bs, err := s.Balances(t.Context(), "a", at)
		ok(t, err)
		if got := bs[0].Window; !got.ResetsAt().Equal(at.Add(time.Minute)) || got.End.Sub(got.Start) != 23*time.Hour {
			t.Errorf("day %s .. %s, want 23 hours until 22:00 UTC", got.Start.UTC(), got.End.UTC())
		}
		if bs[0].Limit != 1000 || bs[1].Limit != 5000 || bs[1].Window.Kind != budget.Month {
			t.Errorf("balances %+v, want the day's limit, then the month's", bs)
		}
	})
}

// TestChangeOfTimeZone proves that what was spent in a window counts although
// it was spent when windows were cut elsewhere, open reservations included.
func TestChangeOfTimeZone(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	ok(t, err)
	both(t, func(t *testing.T, cfg Config) {
		s, err := openAt(t, cfg)
		ok(t, err)
		reserve(t, s, "spent", "a", 300)
		ok(t, s.Settle(t.Context(), "spent", bill(200)))
		reserve(t, s, "open", "a", 100)
		ok(t, s.Close())

		cfg.Location = tokyo
		s = open(t, cfg)
		wantBalances(t, s, "a", noon, 200, 100, 200, 100, 200, 100, 200, 100)
		reserve(t, s, "new", "a", 10)
		ok(t, s.Settle(t.Context(), "open", bill(90)))
		wantBalances(t, s, "a", noon, 290, 10, 290, 10, 290, 10, 290, 10)
	})
}

func TestLedgerSurvivesReopening(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s, err := openAt(t, cfg)
		ok(t, err)
		reserve(t, s, "r1", "a", 600)
		ok(t, s.Close())
		wantErr(t, s.Reserve(t.Context(), reservationOf("r2", "a", 1)), ErrClosed)
		ok(t, s.Close())

		s = open(t, cfg)
		wantBalances(t, s, "a", noon, 0, 600, 0, 600, 0, 600, 0, 600)
		wantErr(t, s.Reserve(t.Context(), reservationOf("r1", "a", 1)), ErrDuplicateReservation)
		ok(t, s.Settle(t.Context(), "r1", bill(5)))
	})
}

func TestLedgerRefusesNonsense(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		ctx := t.Context()
		wantErr(t, s.Settle(ctx, "nobody", bill(1)), ErrUnknownReservation)
		wantErr(t, s.Forfeit(ctx, "nobody"), ErrUnknownReservation)
		wantErr(t, s.Release(ctx, "nobody"), ErrUnknownReservation)
		wantErr(t, s.Reserve(ctx, reservationOf("r", "a", -1)), budget.ErrNegative)
		for name, change := range map[string]func(*recommend.Reservation){
			"no id":           func(r *recommend.Reservation) { r.ID = "" },
			"no client":       func(r *recommend.Reservation) { r.Client = "" },
			"NUL in the id":   func(r *recommend.Reservation) { r.ID = "a\x00b" },
			"no time":         func(r *recommend.Reservation) { r.At = time.Time{} },
			"expired at once": func(r *recommend.Reservation) { r.Expires = r.At },
			"too far ahead":   func(r *recommend.Reservation) { r.Expires = time.Date(2400, 1, 1, 0, 0, 0, 0, time.UTC) },
		} {
			r := reservationOf("r", "a", 1)
			change(&r)
			var invalid *InvalidError
			if err := s.Reserve(ctx, r); !errors.As(err, &invalid) {
				t.Errorf("%s: %v, want an InvalidError", name, err)
			}
		}
		reserve(t, s, "r", "a", 1)
		wantErr(t, s.Reserve(ctx, reservationOf("r", "a", 1)), ErrDuplicateReservation)
		wantErr(t, s.Settle(ctx, "r", bill(-1)), budget.ErrNegative)
		wantErr(t, s.Settle(ctx, "r", recommend.TokenUsage{InputTokens: -1}), budget.ErrNegative)
		wantBalances(t, s, "a", noon, 0, 1, 0, 1, 0, 1, 0, 1)
	})
}

func TestOverflowChangesNothing(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		most := budget.Limit{Day: budget.Unlimited, Month: budget.Unlimited}
		cfg.Limits = budget.Limits{Global: most, Default: most}
		s := open(t, cfg)
		reserve(t, s, "r1", "a", 1)
		reserve(t, s, "r2", "b", 1)
		ok(t, s.Settle(t.Context(), "r1", bill(int64(budget.MaxNano))))
		wantErr(t, s.Settle(t.Context(), "r2", bill(1)), budget.ErrOverflow)
		wantBalances(t, s, "b", noon, 0, 1, 0, 1, budget.MaxNano, 1, budget.MaxNano, 1)
		var refused *recommend.BudgetError
		if err := s.Reserve(t.Context(), reservationOf("r3", "b", int64(budget.MaxNano))); !errors.As(err, &refused) {
			t.Errorf("%v, want a refusal", err)
		}
	})
}

func TestCancelledContextReservesNothing(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		wantErr(t, s.Reserve(ctx, reservationOf("r", "a", 1)), context.Canceled)
		wantBalances(t, s, "a", noon, 0, 0, 0, 0, 0, 0, 0, 0)
	})
}
