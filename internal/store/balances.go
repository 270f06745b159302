package store

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"time"

	"ballast.internal/ballast/internal/budget"
)

// account is a budget with its limit.
type account struct {
	name   string // budget.ClientBudget or budget.GlobalBudget
	client string // "" for the global budget
	limit  budget.Limit
}

// accountsOf returns the budgets that a client's reservation is held against.
func accountsOf(client string, limits budget.Limits) []account {
	return []account{
		{budget.ClientBudget, client, limits.Client(client)},
		{budget.GlobalBudget, "", limits.Global},
	}
}

func windowsAt(t time.Time, loc *time.Location) []budget.Window {
	var ws []budget.Window
	for _, kind := range budget.Kinds {
		ws = append(ws, budget.WindowAt(kind, t, loc))
	}
	return ws
}

// balance is a budget.Balance that may not have a row yet.
type balance struct {
	budget.Balance
	stored bool
}

func plain(bs []balance) []budget.Balance {
	out := make([]budget.Balance, len(bs))
	for i, b := range bs {
		out[i] = b.Balance
	}
	return out
}

// Balances returns the client's budgets, the day's first.
func (s *Store) Balances(ctx context.Context, client string, now time.Time) ([]budget.Balance, error) {
	return s.balances(ctx, accountsOf(client, *s.limits.Load())[:1], now)
}

// GlobalBalances returns the budgets of all clients together, the day's first.
func (s *Store) GlobalBalances(ctx context.Context, now time.Time) ([]budget.Balance, error) {
	return s.balances(ctx, accountsOf("", *s.limits.Load())[1:], now)
}

// AllBalances returns the global budgets and those of every configured client,
// by name.
func (s *Store) AllBalances(ctx context.Context, now time.Time) ([]budget.Balance, error) {
	limits := *s.limits.Load()
	accounts := accountsOf("", limits)[1:]
	for _, client := range slices.Sorted(maps.Keys(limits.Clients)) {
		accounts = append(accounts, accountsOf(client, limits)[0])
	}
	return s.balances(ctx, accounts, now)
}

func (s *Store) balances(ctx context.Context, accounts []account, now time.Time) ([]budget.Balance, error) {
	if err := checkTime("time", now); err != nil {
		return nil, err
	}
	var bs []balance
	err := s.snapshot(ctx, func(c conn) (err error) {
		bs, err = readBalances(ctx, c, accounts, windowsAt(now, s.loc))
		return err
	})
	return plain(bs), err
}

// readBalances returns the balances of the accounts, in order, in each of the
// windows.
func readBalances(ctx context.Context, c conn, accounts []account, windows []budget.Window) ([]balance, error) {
	var out []balance
	for _, a := range accounts {
		for _, w := range windows {
			b := balance{Balance: budget.Balance{Budget: a.name, Client: a.client, Window: w, Limit: a.limit.For(w.Kind)}}
			if err := b.read(ctx, c); err != nil {
				return nil, err
			}
			out = append(out, b)
		}
	}
	return out, nil
}

// read fills in what is spent and reserved. A balance without a row is summed
// up from the entries: nearly always none, except after the time zone changed.
func (b *balance) read(ctx context.Context, c conn) error {
	start, end := nanos(b.Window.Start), nanos(b.Window.End)
	err := c.row(ctx, `SELECT reserved, spent FROM ledger_balances
		WHERE budget = $1 AND client = $2 AND kind = $3 AND start_ns = $4 AND end_ns = $5`,
		b.Budget, b.Client, string(b.Window.Kind), start, end).Scan(&b.Reserved, &b.Spent)
	if !errors.Is(err, sql.ErrNoRows) {
		b.stored = err == nil
		return err
	}
	query, args := `SELECT CAST(COALESCE(SUM(reserved_delta), 0) AS BIGINT), CAST(COALESCE(SUM(spent_delta), 0) AS BIGINT)
		FROM ledger_entries WHERE at_ns >= $1 AND at_ns < $2`, []any{start, end}
	if b.Budget == budget.ClientBudget {
		query, args = query+` AND client = $3`, append(args, b.Client)
	}
	return c.row(ctx, query, args...).Scan(&b.Reserved, &b.Spent)
}

func createMissing(ctx context.Context, c conn, bs []balance) error {
	for _, b := range bs {
		if b.stored {
			continue
		}
		_, err := c.exec(ctx, `INSERT INTO ledger_balances (budget, client, kind, start_ns, end_ns, reserved, spent)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			b.Budget, b.Client, string(b.Window.Kind), nanos(b.Window.Start), nanos(b.Window.End), int64(b.Reserved), int64(b.Spent))
		if err != nil {
			return err
		}
	}
	return nil
}
