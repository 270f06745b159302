package store

import (
	"errors"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/recommend"
)

// The proof names what was changed behind the program's back.
func TestVerifyNamesWhatDoesNotAddUp(t *testing.T) {
	const month = "the month of all clients from 2026-11-01T00:00:00Z"
	for name, c := range map[string]struct {
		statement, want string
	}{
		"a balance":             {`UPDATE ledger_balances SET spent = 1 WHERE budget = 'global' AND kind = 'month'`, month + " is USD 0.000000007 reserved and 0.000000001 spent, its entries say USD 0.000000007 reserved and 0.00000003 spent"},
		"a balance of a client": {`UPDATE ledger_balances SET reserved = 8 WHERE client = 'b' AND kind = 'day'`, "the day of b from 2026-11-20T00:00:00Z"},
		"the part of jobs":      {`UPDATE ledger_balances SET batch_spent = 1 WHERE client = 'b' AND kind = 'day'`, "the part of batch jobs"},
		"a charge":              {`UPDATE ledger_reservations SET charged = 29 WHERE id = 'r1'`, "reservation r1, settled, is USD 0 reserved and 0.000000029 spent"},
		"a state":               {`UPDATE ledger_reservations SET state = 'released' WHERE id = 'r2'`, "reservation r2, released, is USD 0 reserved"},
		"an entry":              {`UPDATE ledger_entries SET spent_delta = 29 WHERE reservation = 'r1' AND kind = 'settle'`, month},
		"an entry that is gone": {`DELETE FROM ledger_entries WHERE reservation = 'r2'`, month},
		"another client's":      {`UPDATE ledger_reservations SET client = 'a' WHERE id = 'r2'`, "of reservation r2 is not that of its entry"},
		"another job's":         {`UPDATE ledger_reservations SET batch = 'bat_1' WHERE id = 'r1'`, "of reservation r1 is not that of its entry"},
		"a reservation less":    {`DELETE FROM ledger_reservations WHERE id = 'r2'`, "of reservation r2 is not that of its entry"},
		"a day less":            {`DELETE FROM ledger_balances WHERE client = 'b' AND kind = 'day'`, "a day or month of b or of all clients is missing"},
		"a month less":          {`DELETE FROM ledger_balances WHERE budget = 'global' AND kind = 'month'`, "a day or month of a or of all clients is missing"},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			both(t, func(t *testing.T, cfg Config) {
				s := open(t, cfg)
				reserve(t, s, "r1", "a", 100)
				ok(t, s.Settle(t.Context(), "r1", bill(30)))
				reserve(t, s, "r2", "b", 7)
				ok(t, s.Verify(t.Context()))
				tamper(t, s, append(disarm(s), c.statement)...)
				var wrong *InconsistencyError
				if err := s.Verify(t.Context()); !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v, want %s", err, c.want)
				}
			})
		})
	}
}

func TestSumIsOfAllEntries(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		if sum, err := s.Sum(t.Context()); err != nil || sum != (LedgerSum{}) {
			t.Errorf("empty: %+v, %v", sum, err)
		}
		reserve(t, s, "r1", "a", 100)
		reserve(t, s, "r2", "b", 7)
		ok(t, s.Settle(t.Context(), "r1", recommend.TokenUsage{CostNano: 30}))
		if sum, err := s.Sum(t.Context()); err != nil || sum != (LedgerSum{Calls: 2, Entries: 3, Spent: 30, Reserved: 7}) {
			t.Errorf("%+v, %v", sum, err)
		}
	})
}
