package store

import (
	"context"
	"database/sql"
	"fmt"
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

// The queries return what does not add up, as what, got, want.
var inconsistencies = []string{
	// Every balance is the sum of the entries of its window.
	`SELECT budget || ' ' || client || ' ' || kind || ' from ' || start_ns,
		reserved || ' reserved, ' || spent || ' spent', r || ' reserved, ' || s || ' spent'
	FROM (SELECT b.*,
		(SELECT COALESCE(SUM(reserved_delta), 0) FROM ledger_entries e WHERE e.at_ns >= b.start_ns AND e.at_ns < b.end_ns
			AND (b.budget = 'global' OR e.client = b.client)) AS r,
		(SELECT COALESCE(SUM(spent_delta), 0) FROM ledger_entries e WHERE e.at_ns >= b.start_ns AND e.at_ns < b.end_ns
			AND (b.budget = 'global' OR e.client = b.client)) AS s
		FROM ledger_balances b) AS sums
	WHERE reserved <> r OR spent <> s LIMIT 1`,
	// So is the part of batch jobs, of their entries.
	`SELECT budget || ' ' || client || ' ' || kind || ' from ' || start_ns || ' of batch jobs',
		batch_reserved || ' reserved, ' || batch_spent || ' spent', r || ' reserved, ' || s || ' spent'
	FROM (SELECT b.*,
		(SELECT COALESCE(SUM(reserved_delta), 0) FROM ledger_entries e WHERE e.batch <> '' AND e.at_ns >= b.start_ns AND e.at_ns < b.end_ns
			AND (b.budget = 'global' OR e.client = b.client)) AS r,
		(SELECT COALESCE(SUM(spent_delta), 0) FROM ledger_entries e WHERE e.batch <> '' AND e.at_ns >= b.start_ns AND e.at_ns < b.end_ns
			AND (b.budget = 'global' OR e.client = b.client)) AS s
		FROM ledger_balances b) AS sums
	WHERE batch_reserved <> r OR batch_spent <> s LIMIT 1`,
	// Every reservation holds and was charged the sum of its entries.
	`SELECT 'reservation ' || id, state || ', ' || amount || ' reserved, ' || charged || ' charged',
		r || ' reserved, ' || s || ' charged'
	FROM (SELECT v.*,
		(SELECT COALESCE(SUM(reserved_delta), 0) FROM ledger_entries e WHERE e.reservation = v.id) AS r,
		(SELECT COALESCE(SUM(spent_delta), 0) FROM ledger_entries e WHERE e.reservation = v.id) AS s
		FROM ledger_reservations v) AS sums
	WHERE charged <> s OR r <> CASE state WHEN 'reserved' THEN amount ELSE 0 END LIMIT 1`,
	// Every entry counts in a day and a month of its client and of all clients.
	`SELECT 'entry ' || e.seq, 'in ' || COUNT(b.kind) || ' balances', '4 or more'
	FROM ledger_entries e LEFT JOIN ledger_balances b
		ON b.start_ns <= e.at_ns AND b.end_ns > e.at_ns AND (b.budget = 'global' OR b.client = e.client)
	GROUP BY e.seq HAVING COUNT(DISTINCT b.budget || b.kind) < 4 LIMIT 1`,
}

// Verify proves that the ledger adds up, or fails with an *InconsistencyError.
func (s *Store) Verify(ctx context.Context) error {
	return s.audit(ctx, func(c conn) error {
		for _, query := range inconsistencies {
			err := c.each(ctx, func(rows *sql.Rows) error {
				e := new(InconsistencyError)
				if err := rows.Scan(&e.What, &e.Got, &e.Want); err != nil {
					return err
				}
				return e
			}, query)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
