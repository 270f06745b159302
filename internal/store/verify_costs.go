package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/recommend"
)

// Compared counts the calls of the journal by what could be said of each.
type Compared struct {
	Same      int64 // the ledger charged what the record says
	Open      int64 // their reservations are not ended yet
	Expired   int64 // charged in full, as nobody could write what they had cost
	Unnamed   int64 // of records that name no reservation
	Sealed    int64 // records under a key that is not given
	Elsewhere int64 // calls of the ledger that no record tells of
}

// VerifyCosts holds the calls in the journal to the ledger, or fails with an
// *UnlikeError: a ledger that was changed in all its tables alike still adds up.
// It reads the journal in pages.
func (s *Store) VerifyCosts(ctx context.Context) (sum Compared, err error) {
	err = s.audit(ctx, func(c conn) error {
		if err := c.row(ctx, `SELECT COUNT(*) FROM ledger_reservations`).Scan(&sum.Elsewhere); err != nil {
			return err
		}
		for after, done := int64(0), false; !done; {
			page, err := readPage(ctx, c, after)
			if err != nil {
				return err
			}
			if err := s.compare(ctx, c, page, &sum); err != nil {
				return err
			}
			if done = len(page) < pageSize; !done {
				after = page[len(page)-1].seq
			}
		}
		return nil
	})
	return sum, err
}

// attempted is a call as a record tells of it.
type attempted struct {
	record, client string
	recommend.Attempt
}

// charge is what the ledger says of a call.
type charge struct {
	client  string
	state   budget.State
	charged budget.Nano
}

func (s *Store) compare(ctx context.Context, c conn, page []row, sum *Compared) error {
	calls, err := s.attempted(page, sum)
	if err != nil || len(calls) == 0 {
		return err
	}
	charges, err := chargesOf(ctx, c, calls)
	if err != nil {
		return err
	}
	for _, a := range calls {
		is, known := charges[a.Reservation]
		if err := a.check(is, known); err != nil {
			return err
		}
		sum.Elsewhere--
		switch is.state {
		case budget.Reserved:
			sum.Open++
		case budget.Expired:
			sum.Expired++
		default:
			sum.Same++
		}
	}
	return nil
}

// attempted are the calls of a page that name their reservations.
func (s *Store) attempted(page []row, sum *Compared) (calls []attempted, err error) {
	for _, r := range page {
		switch {
		case r.content == nil: // erased
			continue
		case r.content.keyID != "" && s.seal.aeads[r.content.keyID] == nil:
			sum.Sealed++
			continue
		}
		attempts, err := s.attemptsOf(r.link, *r.content)
		if err != nil {
			return nil, fmt.Errorf("record %d %s: %w", r.seq, r.id, err)
		}
		for _, a := range attempts {
			if a.Reservation == "" {
				sum.Unnamed++
				continue
			}
			calls = append(calls, attempted{r.id, r.content.client, a})
		}
	}
	return calls, nil
}

func chargesOf(ctx context.Context, c conn, calls []attempted) (map[string]charge, error) {
	places, ids := make([]string, len(calls)), make([]any, len(calls))
	for i, a := range calls {
		places[i], ids[i] = "$"+strconv.Itoa(i+1), a.Reservation
	}
	charges := map[string]charge{}
	err := c.each(ctx, func(rows *sql.Rows) error {
		var (
			id string
			is charge
		)
		err := rows.Scan(&id, &is.client, &is.state, &is.charged)
		charges[id] = is
		return err
	}, `SELECT id, client, state, charged FROM ledger_reservations WHERE id IN (`+strings.Join(places, ", ")+`)`, ids...)
	return charges, err
}

// check compares a call with its charge. A reservation that expired was charged
// in full, which may be more than the call turned out to cost.
func (a attempted) check(is charge, known bool) error {
	what, cost := fmt.Sprintf("reservation %s of record %s", a.Reservation, a.record), budget.Nano(a.CostNano)
	switch {
	case !known:
		return &UnlikeError{what, "missing", fmt.Sprintf("USD %s of %s", cost, a.client)}
	case is.client != a.client:
		return &UnlikeError{what, "of " + is.client, "of " + a.client}
	case is.state == budget.Reserved, is.charged == cost, is.state == budget.Expired && is.charged > cost:
		return nil
	}
	return &UnlikeError{what, fmt.Sprintf("USD %s", is.charged), fmt.Sprintf("USD %s", cost)}
}

// UnlikeError says which call cost something else in the ledger than its record
// in the journal says.
type UnlikeError struct {
	What            string
	Ledger, Journal string
}

// Error names the call.
func (e *UnlikeError) Error() string {
	return fmt.Sprintf("store: %s is %s in the ledger, the journal says %s", e.What, e.Ledger, e.Journal)
}
