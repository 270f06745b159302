package store

import (
	"errors"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/recommend"
)

// called keeps a record of calls, of which each cost what it says.
func called(t *testing.T, s *Store, n int, costs map[string]int64) {
	t.Helper()
	r := recordOf(n)
	r.Client, r.Attempts = "a", nil
	for reservation, cost := range costs {
		r.Attempts = append(r.Attempts, recommend.Attempt{Reservation: reservation, At: noon, CostNano: cost, Verdicts: []recommend.Verdict{}})
	}
	ok(t, s.Append(t.Context(), r))
}

// A ledger that was changed in all its tables alike adds up, and is found by the
// journal.
func TestVerifyCostsNamesTheCallThatDiffers(t *testing.T) {
	for name, c := range map[string]struct {
		statements []string
		want       string
	}{
		"less in every table": {[]string{
			`UPDATE ledger_balances SET spent = spent - 10`, `UPDATE ledger_reservations SET charged = charged - 10 WHERE id = 'r1'`,
			`UPDATE ledger_entries SET spent_delta = spent_delta - 10 WHERE reservation = 'r1' AND kind = 'settle'`,
		}, "reservation r1 of record rec_1 is USD 0.00000002 in the ledger, the journal says USD 0.00000003"},
		"a call gone from every table": {[]string{
			`UPDATE ledger_balances SET spent = spent - 30`, `DELETE FROM ledger_entries WHERE reservation = 'r1'`, `DELETE FROM ledger_reservations WHERE id = 'r1'`,
		}, "reservation r1 of record rec_1 is missing in the ledger, the journal says USD 0.00000003 of a"},
		"another client's": {[]string{
			`UPDATE ledger_balances SET client = 'b' WHERE client = 'a'`, `UPDATE ledger_entries SET client = 'b'`, `UPDATE ledger_reservations SET client = 'b'`,
		}, "reservation r1 of record rec_1 is of b in the ledger, the journal says of a"},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			both(t, func(t *testing.T, cfg Config) {
				s := open(t, cfg)
				reserve(t, s, "r1", "a", 100)
				ok(t, s.Settle(t.Context(), "r1", bill(30)))
				called(t, s, 1, map[string]int64{"r1": 30})
				if sum, err := s.VerifyCosts(t.Context()); err != nil || sum != (Compared{Same: 1}) {
					t.Fatalf("%+v, %v", sum, err)
				}
				tamper(t, s, append(disarm(s), c.statements...)...)
				ok(t, s.Verify(t.Context()))
				ok(t, s.VerifyChain(t.Context()))
				var wrong *UnlikeError
				if _, err := s.VerifyCosts(t.Context()); !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v, want %s", err, c.want)
				}
			})
		})
	}
}

// What cannot be compared, or may differ, is counted and is no fault; more
// records than are read at once are all read.
func TestVerifyCostsCountsWhatItCannotCompare(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		for _, id := range []string{"open", "late", "lost", "elsewhere"} {
			reserve(t, s, id, "a", 100)
		}
		ok(t, s.Forfeit(t.Context(), "lost"))
		tamper(t, s, `UPDATE ledger_reservations SET expires_ns = 1 WHERE id = 'late'`)
		if n, err := s.Expire(t.Context(), noon); err != nil || n != 1 {
			t.Fatalf("%d expired, %v", n, err)
		}
		called(t, s, 1, map[string]int64{"open": 30})
		called(t, s, 2, map[string]int64{"late": 30, "lost": 100})
		called(t, s, 3, map[string]int64{"": 30})
		for n := range pageSize {
			called(t, s, 10+n, nil)
		}
		reserve(t, s, "last", "a", 1)
		ok(t, s.Settle(t.Context(), "last", bill(1)))
		called(t, s, 9, map[string]int64{"last": 1})
		cfg.Keys = Keys{Active: "k", Secrets: map[string][]byte{"k": make([]byte, 32)}}
		sealing := open(t, cfg)
		called(t, sealing, 8, map[string]int64{"elsewhere": 1})
		want := Compared{Same: 2, Open: 1, Expired: 1, Unnamed: 1, Sealed: 1, Elsewhere: 1}
		if sum, err := s.VerifyCosts(t.Context()); err != nil || sum != want {
			t.Errorf("%+v, want %+v, %v", sum, want, err)
		}
		want.Open, want.Sealed, want.Elsewhere = 2, 0, 0
		if sum, err := sealing.VerifyCosts(t.Context()); err != nil || sum != want {
			t.Errorf("with the key: %+v, want %+v, %v", sum, want, err)
		}
	})
}
