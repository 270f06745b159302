package store

import (
	"context"
	"errors"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/recommend"
)

// Jobs have a part of each budget, to the nano-USD, and others have the rest
// and that part too.
func TestJobsHaveAPartOfEachBudget(t *testing.T) {
	for name, c := range map[string]struct {
		limits budget.Limits
		part   int64
		want   string
	}{
		"client day":   {limitsOf(1001, 9000, 9000, 9000), 500, "client day"},
		"client month": {limitsOf(9000, 1001, 9000, 9000), 500, "client month"},
		"global day":   {limitsOf(9000, 9000, 1001, 9000), 500, "global day"},
		"global month": {limitsOf(9000, 9000, 9000, 1001), 500, "global month"},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			both(t, func(t *testing.T, cfg Config) {
				cfg.Limits = c.limits
				cfg.Limits.BatchPercent = 50
				s := open(t, cfg)
				take := func(id, job string, nano int64) error {
					r := reservationOf(id, "a", nano)
					r.Batch = job
					return s.Reserve(t.Context(), r)
				}
				ok(t, take("r1", "bat_1", c.part-100))
				ok(t, s.Settle(t.Context(), "r1", recommend.TokenUsage{CostNano: 300}))
				var refused *recommend.BudgetError
				if err := take("r2", "bat_2", c.part-299); !errors.As(err, &refused) || refused.Budget+" "+refused.Window != c.want {
					t.Fatalf("%v, want %s", err, c.want)
				}
				ok(t, take("r2", "bat_2", c.part-300))
				ok(t, take("r3", "", 501)) // a caller who waits
				if err := take("r4", "", 1); !errors.As(err, &refused) {
					t.Error("more than the whole")
				}
				ok(t, s.Release(t.Context(), "r3"))
				if err := take("r5", "bat_1", 1); !errors.As(err, &refused) {
					t.Error("more than the part, since others have used less")
				}
				ok(t, s.Forfeit(t.Context(), "r2"))
				ok(t, s.Verify(t.Context()))
				jobOf(t, s, "a", "bat_1", 1)
				if j := jobNow(t, s, "a", "bat_1"); j.SpentNano != 300 || j.ReservedNano != 0 {
					t.Errorf("%+v", j)
				}
			})
		})
	}
}

// The proof of the ledger sees a part that does not add up.
func TestVerifyProvesThePartOfJobs(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		cfg.Limits.BatchPercent = 100
		s := open(t, cfg)
		r := reservationOf("r1", "a", 10)
		r.Batch = "bat_1"
		ok(t, s.Reserve(t.Context(), r))
		ok(t, s.Verify(t.Context()))
		ok(t, s.change(t.Context(), func(ctx context.Context, c conn) (refusal, err error) {
			_, err = c.exec(ctx, `UPDATE ledger_balances SET batch_reserved = 9 WHERE budget = 'global'`)
			return nil, err
		}))
		var wrong *InconsistencyError
		if err := s.Verify(t.Context()); !errors.As(err, &wrong) || !strings.Contains(wrong.What, "of batch jobs") {
			t.Errorf("%v", err)
		}
	})
}
