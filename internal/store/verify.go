package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ballast.internal/ballast/internal/budget"
)

// InconsistencyError says which part of the ledger does not add up.
type InconsistencyError struct {
	What      string // the balance, reservation or entry
	Got, Want string
}

// Error names the part.
func (e *InconsistencyError) Error() string {
	return fmt.Sprintf("store: ledger: %s is %s, its entries say %s", e.What, e.Got, e.Want)
}

// LedgerSum is all that the ledger holds at one moment.
type LedgerSum struct {
	Calls           int64 // reservations
	Entries         int64
	Spent, Reserved budget.Nano
}

// Sum adds up all entries of the ledger.
func (s *Store) Sum(ctx context.Context) (sum LedgerSum, err error) {
	err = s.audit(ctx, func(c conn) error {
		return c.row(ctx, `SELECT (SELECT COUNT(*) FROM ledger_reservations), COUNT(*),
			CAST(COALESCE(SUM(spent_delta), 0) AS BIGINT), CAST(COALESCE(SUM(reserved_delta), 0) AS BIGINT)
			FROM ledger_entries`).Scan(&sum.Calls, &sum.Entries, &sum.Spent, &sum.Reserved)
	})
	return sum, err
}

// Verify proves that the ledger adds up, or fails with an *InconsistencyError.
func (s *Store) Verify(ctx context.Context) error {
	return s.audit(ctx, func(c conn) error {
		for _, p := range ledgerProofs {
			err := c.each(ctx, func(rows *sql.Rows) error { return p.check(rows) }, p.query, p.args...)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// ledgerProof looks at every row of a query. Each takes a time that grows as
// the ledger does: a year of it is proven beside a server at work.
type ledgerProof struct {
	query string
	args  []any
	check func(*sql.Rows) error
}

// sumOfBalance compares balances with the entries of their windows, of which a
// part belongs to batch jobs.
const sumOfBalance = `SELECT b.client, b.kind, b.start_ns, b.reserved, b.spent, b.batch_reserved, b.batch_spent,
		CAST(COALESCE(SUM(e.reserved_delta), 0) AS BIGINT), CAST(COALESCE(SUM(e.spent_delta), 0) AS BIGINT),
		CAST(COALESCE(SUM(CASE e.batch WHEN '' THEN 0 ELSE e.reserved_delta END), 0) AS BIGINT),
		CAST(COALESCE(SUM(CASE e.batch WHEN '' THEN 0 ELSE e.spent_delta END), 0) AS BIGINT)
	FROM ledger_balances b LEFT JOIN ledger_entries e ON e.at_ns >= b.start_ns AND e.at_ns < b.end_ns `

const eachBalance = ` GROUP BY b.budget, b.client, b.start_ns, b.end_ns, b.kind
	ORDER BY b.budget, b.client, b.start_ns, b.end_ns, b.kind`

// windowsOf counts the kinds of windows of a budget that entry e counts in.
const windowsOf = `(SELECT COUNT(DISTINCT kind) FROM ledger_balances
	WHERE start_ns <= e.at_ns AND start_ns > e.at_ns - $1 AND end_ns > e.at_ns AND `

var ledgerProofs = []ledgerProof{
	{sumOfBalance + `WHERE b.budget = 'global'` + eachBalance, nil, checkBalance},
	{sumOfBalance + `AND e.client = b.client WHERE b.budget = 'client'` + eachBalance, nil, checkBalance},
	// Every reservation holds and was charged the sum of its entries.
	{`SELECT v.id, v.state, CASE v.state WHEN 'reserved' THEN v.amount ELSE 0 END AS held, v.charged,
		CAST(COALESCE(SUM(e.reserved_delta), 0) AS BIGINT) AS r, CAST(COALESCE(SUM(e.spent_delta), 0) AS BIGINT) AS s
	FROM ledger_reservations v LEFT JOIN ledger_entries e ON e.reservation = v.id
	GROUP BY v.id, v.state, v.amount, v.charged
	HAVING v.charged <> COALESCE(SUM(e.spent_delta), 0)
		OR CASE v.state WHEN 'reserved' THEN v.amount ELSE 0 END <> COALESCE(SUM(e.reserved_delta), 0)
	ORDER BY v.id LIMIT 1`, nil, foundReservation},
	// Every entry is of its reservation's client, time and job.
	{`SELECT e.seq, e.reservation FROM ledger_entries e LEFT JOIN ledger_reservations v ON v.id = e.reservation
	WHERE v.id IS NULL OR e.client <> v.client OR e.at_ns <> v.at_ns OR e.batch <> v.batch ORDER BY e.seq LIMIT 1`, nil, foundStranger},
	// Every entry counts in a day and a month of its client and of all clients.
	{`SELECT client, at_ns FROM (SELECT DISTINCT client, at_ns FROM ledger_entries) AS e
	WHERE ` + windowsOf + `budget = 'global' AND client = '') + ` + windowsOf + `budget = 'client' AND client = e.client) < 4
	ORDER BY at_ns, client LIMIT 1`, []any{int64(longestWindow)}, foundUncounted},
}

// held is what one balance or reservation holds and was charged.
type held struct{ reserved, spent budget.Nano }

func (h held) String() string {
	return fmt.Sprintf("USD %s reserved and %s spent", h.reserved, h.spent)
}

func checkBalance(rows *sql.Rows) error {
	var (
		client, kind               string
		start                      int64
		all, jobs, allSum, jobsSum held
	)
	err := rows.Scan(&client, &kind, &start, &all.reserved, &all.spent, &jobs.reserved, &jobs.spent,
		&allSum.reserved, &allSum.spent, &jobsSum.reserved, &jobsSum.spent)
	if err != nil {
		return err
	}
	if client == "" {
		client = "all clients"
	}
	what := fmt.Sprintf("the %s of %s from %s", kind, client, fromNanos(start).Format(time.RFC3339))
	switch {
	case all != allSum:
		return &InconsistencyError{what, all.String(), allSum.String()}
	case jobs != jobsSum:
		return &InconsistencyError{what + ", as to the part of batch jobs,", jobs.String(), jobsSum.String()}
	}
	return nil
}

func foundReservation(rows *sql.Rows) error {
	var (
		id, state string
		is, sum   held
	)
	if err := rows.Scan(&id, &state, &is.reserved, &is.spent, &sum.reserved, &sum.spent); err != nil {
		return err
	}
	return &InconsistencyError{"reservation " + id + ", " + state + ",", is.String(), sum.String()}
}

func foundStranger(rows *sql.Rows) error {
	var (
		seq         int64
		reservation string
	)
	if err := rows.Scan(&seq, &reservation); err != nil {
		return err
	}
	return &InconsistencyError{"the client, time or job of reservation " + reservation, "not that of its entry", fmt.Sprintf("another (entry %d)", seq)}
}

func foundUncounted(rows *sql.Rows) error {
	var (
		client string
		at     int64
	)
	if err := rows.Scan(&client, &at); err != nil {
		return err
	}
	return &InconsistencyError{"a day or month of " + client + " or of all clients", "missing", "that there is one of " + fromNanos(at).Format(time.RFC3339Nano)}
}
