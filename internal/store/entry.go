package store

import (
	"context"
	"time"

	"ballast.internal/ballast/internal/budget"
)

// entry is one immutable line of the ledger.
type entry struct {
	budget.Posting
	kind, reservation, client string
	at                        int64 // ns, of the reservation
	input, output             int   // tokens
}

// longestWindow bounds how far back a window that contains an instant can
// start: a month with a clock change.
const longestWindow = 32 * 24 * time.Hour

// containing selects the balances of one budget whose windows contain an
// instant. The lower bound is there for the index.
const containing = ` budget = $1 AND client = $2 AND start_ns <= $3 AND start_ns > $4 AND end_ns > $3 `

func containingArgs(budgetName, client string, at int64) []any {
	return []any{budgetName, client, at, at - int64(longestWindow)}
}

// post writes an entry and adds it to every balance that it belongs to, the
// client's first. A window of another time zone counts like any other.
func (l ledger) post(ctx context.Context, e entry) error {
	_, err := l.exec(ctx, `INSERT INTO ledger_entries
		(reservation, kind, client, reserved_delta, spent_delta, input_tokens, output_tokens, at_ns, posted_ns)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.reservation, e.kind, e.client, int64(e.Reserved), int64(e.Spent), e.input, e.output, e.at, nanos(l.now))
	if err != nil || e.IsZero() {
		return err
	}
	for _, a := range []account{{name: budget.ClientBudget, client: e.client}, {name: budget.GlobalBudget}} {
		args := append(containingArgs(a.name, a.client, e.at), int64(e.Reserved), int64(e.Spent))
		_, err := l.exec(ctx, `UPDATE ledger_balances SET reserved = reserved + $5, spent = spent + $6 WHERE`+containing, args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// overflows refuses an entry that a balance cannot hold.
func (l ledger) overflows(ctx context.Context, e entry) (refusal, err error) {
	if e.Spent <= 0 {
		return nil, nil
	}
	var full bool
	args := append(containingArgs(budget.GlobalBudget, "", e.at), int64(budget.MaxNano-e.Spent))
	err = l.row(ctx, `SELECT EXISTS (SELECT 1 FROM ledger_balances WHERE`+containing+`AND spent > $5)`, args...).Scan(&full)
	if full {
		return budget.ErrOverflow, err
	}
	return nil, err
}
