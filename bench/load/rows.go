package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/store"
)

// rows measures the reads and writes of a store with few rows and with many.
func rows(ctx context.Context, b *bench) ([]table, error) {
	t := table{
		title: "Growth with journal and ledger",
		note: "Median time of one operation on a SQLite database with so many records and as many ledger entries of 1,000 clients. " +
			"The rows are made by direct SQL, with a content of 100 bytes each. A settlement that no record follows, as here, waits 5 ms for one.",
		head: []string{"rows", "database MiB", "an answer by id µs", "a page of 50 µs", "balances µs", "reserve and settle µs", "append µs"},
	}
	for _, n := range []int{min(fewRows, b.rows), b.rows} {
		row, err := rowsOf(ctx, n, b.rounds)
		if err != nil {
			return nil, err
		}
		t.rows = append(t.rows, row)
	}
	return []table{t}, nil
}

// rowClients is how many clients share the rows; of fewRows each has more than
// a page.
const rowClients, fewRows = 1000, 60_000

func rowsOf(ctx context.Context, n, rounds int) (row []string, err error) {
	dir, err := os.MkdirTemp("", "ballast-rows-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	now := time.Now()
	unlimited := budget.Limit{Day: budget.Unlimited, Month: budget.Unlimited}
	open := func() (*store.Store, error) {
		return store.Open(ctx, store.Config{Dir: dir, Limits: budget.Limits{Global: unlimited, Default: unlimited}})
	}
	st, err := open() // makes the tables
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "ballast.db")
	if err := errors.Join(st.Close(), fillRows(ctx, file, n, now)); err != nil {
		return nil, err
	}
	if st, err = open(); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	// What is spent in a window is added up once, by the first reservation in it.
	for i := range min(rowClients, calls*(rounds+1)) {
		if err := reserveAndSettle(ctx, st, fmt.Sprintf("first_%d", i), rowClient(i), now); err != nil {
			return nil, err
		}
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	row = []string{fmt.Sprint(n), fmt.Sprintf("%.0f", mebi(info.Size()))}
	return addTimes(row, rounds, rowOperations(ctx, st, n, now))
}

// addTimes adds a cell for each operation.
func addTimes(row []string, rounds int, operations []func(i int) error) ([]string, error) {
	for _, op := range operations {
		text, err := timed(rounds, op)
		if err != nil {
			return nil, err
		}
		row = append(row, text)
	}
	return row, nil
}

// rowOperations are what is timed; each is told the number of its call.
func rowOperations(ctx context.Context, st *store.Store, n int, now time.Time) []func(i int) error {
	return []func(i int) error{
		func(i int) error {
			seq := 1 + i*7919%n
			_, err := st.Answer(ctx, rowClient(seq), fmt.Sprintf("rec_%d", seq))
			return err
		},
		func(i int) error {
			_, _, err := st.List(ctx, "", 50, recommend.RecordFilter{Client: rowClient(i)})
			return err
		},
		func(i int) error {
			_, err := st.Balances(ctx, rowClient(i), now)
			return err
		},
		func(i int) error {
			return reserveAndSettle(ctx, st, fmt.Sprintf("new_%d", i), rowClient(i), now)
		},
		func(i int) error {
			return st.Append(ctx, recommend.Record{
				ID: fmt.Sprintf("more_%d", i), CreatedAt: now, Client: rowClient(i), RequestID: "r", Attempts: []recommend.Attempt{},
				Request: []byte("{}"), Answer: []byte("{}"), RetainUntil: now.AddDate(6, 0, 0),
			})
		},
	}
}

func rowClient(i int) string { return fmt.Sprintf("c%d", i%rowClients) }

func reserveAndSettle(ctx context.Context, st *store.Store, id, client string, now time.Time) error {
	r := recommend.Reservation{ID: id, Client: client, Model: "m", CostNano: 10, At: now, Expires: now.Add(time.Minute)}
	if err := st.Reserve(ctx, r); err != nil {
		return err
	}
	return st.Settle(ctx, id, recommend.TokenUsage{InputTokens: 1, OutputTokens: 1, CostNano: 5})
}

// calls is how often an operation is timed in a round.
const calls = 100

// timed is the spread of the rounds' medians, in microseconds. One round more
// is to fill the caches of file and database, and not counted.
func timed(rounds int, op func(i int) error) (string, error) {
	var medians []float64
	for r := range rounds + 1 {
		var took []time.Duration
		for i := range calls {
			start := time.Now()
			if err := op(r*calls + i); err != nil {
				return "", err
			}
			took = append(took, time.Since(start))
		}
		slices.Sort(took)
		if r > 0 {
			medians = append(medians, float64(took[calls/2])/float64(time.Microsecond))
		}
	}
	return spread(medians, "%.0f"), nil
}

// fillRows writes n records and n settled reservations past the store. The
// hashes are not those of a chain.
func fillRows(ctx context.Context, file string, n int, now time.Time) (err error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=synchronous(OFF)&_pragma=journal_mode(OFF)&_pragma=cache_size(-200000)&_pragma=foreign_keys(0)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	from := now.AddDate(-1, 0, 0).UnixNano() // the newest is as old as the last second
	step := (now.UnixNano() - from) / int64(n+1)
	for _, statement := range fillStatements {
		if _, err := db.ExecContext(ctx, statement, sql.Named("n", n), sql.Named("from", from), sql.Named("step", step)); err != nil {
			return err
		}
	}
	return nil
}
