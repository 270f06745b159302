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
	batch                     string // the job that it is of; "": none
	at                        int64  // ns, of the reservation
	input, output             int    // tokens
}

// longestWindow bounds how far back a window that contains an instant can
// start: a month with a clock change.
const longestWindow = 32 * 24 * time.Hour

// ofClientAndAll selects the balances of client $1 and those of all clients:
// the schema pairs the names so that no others match.
const ofClientAndAll = ` budget IN ('client', 'global') AND client IN ($1, '') `

// post writes an entry and adds it to every balance that it belongs to. A
// window of another time zone counts like any other. The lower bound of
// start_ns is there for the index.
func (l ledger) post(ctx context.Context, e entry) error {
	_, err := l.exec(ctx, `INSERT INTO ledger_entries
		(reservation, kind, client, reserved_delta, spent_delta, input_tokens, output_tokens, at_ns, posted_ns, batch)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.reservation, e.kind, e.client, int64(e.Reserved), int64(e.Spent), e.input, e.output, e.at, nanos(l.now), e.batch)
	if err != nil || e.IsZero() {
		return err
	}
	var part budget.Posting
	if e.batch != "" {
		part = e.Posting
	}
	_, err = l.exec(ctx, `UPDATE ledger_balances SET reserved = reserved + $2, spent = spent + $3,
			batch_reserved = batch_reserved + $6, batch_spent = batch_spent + $7
		WHERE`+ofClientAndAll+`AND start_ns <= $4 AND start_ns > $5 AND end_ns > $4`,
		e.client, int64(e.Reserved), int64(e.Spent), e.at, e.at-int64(longestWindow), int64(part.Reserved), int64(part.Spent))
	return err
}
