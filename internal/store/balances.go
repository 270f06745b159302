package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"time"

	"ballast.internal/ballast/internal/budget"
)

// Balances returns the client's budgets, the day's first.
func (s *Store) Balances(ctx context.Context, client string, now time.Time) ([]budget.Balance, error) {
	all, err := s.balances(ctx, now, client)
	if err != nil {
		return nil, err
	}
	return all[len(budget.Kinds):], nil
}

// GlobalBalances returns the budgets of all clients together, the day's first.
func (s *Store) GlobalBalances(ctx context.Context, now time.Time) ([]budget.Balance, error) {
	return s.balances(ctx, now)
}

// AllBalances returns the global budgets and those of every configured client,
// by name.
func (s *Store) AllBalances(ctx context.Context, now time.Time) ([]budget.Balance, error) {
	return s.balances(ctx, now, slices.Sorted(maps.Keys(s.limits.Load().Clients))...)
}

// balances returns the global budgets and then those of the clients, in the
// windows in which money is reserved now.
func (s *Store) balances(ctx context.Context, now time.Time, clients ...string) (out []budget.Balance, err error) {
	if err := checkTime("time", now); err != nil {
		return nil, err
	}
	limits := *s.limits.Load()
	err = s.snapshot(ctx, func(ctx context.Context, c conn) error {
		now, err := s.sharedTime(ctx, c, now)
		if err != nil {
			return err
		}
		for i, client := range append([]string{""}, clients...) {
			bs := untouched(client, limits, now, s.loc)
			if err := bs.read(ctx, c, client); err != nil {
				return err
			}
			if i == 0 {
				out = bs.plain()[len(budget.Kinds):]
				continue
			}
			out = append(out, bs.plain()[:len(budget.Kinds)]...)
		}
		return nil
	})
	return out, err
}

// balance is a budget.Balance that may not have a row yet.
type balance struct {
	budget.Balance
	stored bool
}

// balances are those that a client's reservation is held against: the client's
// by day and month, then the global ones.
type balances []balance

// untouched returns the balances at a time before anything was reserved.
func untouched(client string, limits budget.Limits, at time.Time, loc *time.Location) balances {
	var bs balances
	for _, b := range []struct {
		budget, client string
		limit          budget.Limit
	}{
		{budget.ClientBudget, client, limits.Client(client)},
		{budget.GlobalBudget, "", limits.Global},
	} {
		for _, kind := range budget.Kinds {
			bs = append(bs, balance{Balance: budget.Balance{
				Budget: b.budget, Client: b.client, Window: budget.WindowAt(kind, at, loc), Limit: b.limit.For(kind),
				Batch: budget.Part{Limit: b.limit.For(kind).Percent(limits.BatchPercent)},
			}})
		}
	}
	return bs
}

func (bs balances) plain() []budget.Balance {
	out := make([]budget.Balance, len(bs))
	for i, b := range bs {
		out[i] = b.Balance
	}
	return out
}

// read fills in what is spent and reserved.
func (bs balances) read(ctx context.Context, c conn, client string) error {
	err := c.each(ctx, bs.scan, `SELECT budget, kind, start_ns, end_ns, reserved, spent, batch_reserved, batch_spent FROM ledger_balances
		WHERE`+ofClientAndAll+`AND start_ns IN ($2, $3)`,
		client, nanos(bs[0].Window.Start), nanos(bs[1].Window.Start))
	if err != nil {
		return err
	}
	for i := range bs {
		if err := bs[i].sumUp(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (bs balances) scan(rows *sql.Rows) error {
	var (
		row        budget.Balance
		start, end int64
	)
	err := rows.Scan(&row.Budget, &row.Window.Kind, &start, &end, &row.Reserved, &row.Spent, &row.Batch.Reserved, &row.Batch.Spent)
	if err != nil {
		return err
	}
	for i := range bs {
		b := &bs[i]
		if b.Budget == row.Budget && b.Window.Kind == row.Window.Kind && nanos(b.Window.Start) == start && nanos(b.Window.End) == end {
			b.Reserved, b.Spent, b.stored = row.Reserved, row.Spent, true
			b.Batch.Reserved, b.Batch.Spent = row.Batch.Reserved, row.Batch.Spent
		}
	}
	return nil
}

// sumUp fills in a balance without a row from the entries: nearly always none,
// except after the time zone changed.
func (b *balance) sumUp(ctx context.Context, c conn) error {
	if b.stored {
		return nil
	}
	query := `SELECT CAST(COALESCE(SUM(reserved_delta), 0) AS BIGINT), CAST(COALESCE(SUM(spent_delta), 0) AS BIGINT),
		CAST(COALESCE(SUM(CASE batch WHEN '' THEN 0 ELSE reserved_delta END), 0) AS BIGINT),
		CAST(COALESCE(SUM(CASE batch WHEN '' THEN 0 ELSE spent_delta END), 0) AS BIGINT)
		FROM ledger_entries WHERE at_ns >= $1 AND at_ns < $2`
	args := []any{nanos(b.Window.Start), nanos(b.Window.End)}
	if b.Budget == budget.ClientBudget {
		query, args = query+` AND client = $3`, append(args, b.Client)
	}
	return c.row(ctx, query, args...).Scan(&b.Reserved, &b.Spent, &b.Batch.Reserved, &b.Batch.Spent)
}

// create writes the rows that are missing.
func (bs balances) create(ctx context.Context, c conn) error {
	for _, b := range bs {
		if b.stored {
			continue
		}
		_, err := c.exec(ctx, `INSERT INTO ledger_balances
			(budget, client, kind, start_ns, end_ns, reserved, spent, batch_reserved, batch_spent)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			b.Budget, b.Client, string(b.Window.Kind), nanos(b.Window.Start), nanos(b.Window.End),
			int64(b.Reserved), int64(b.Spent), int64(b.Batch.Reserved), int64(b.Batch.Spent))
		if err != nil {
			return err
		}
	}
	return nil
}
