package store

import (
	"context"
	"database/sql"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// dialect is where the two databases differ once they are open.
type dialect struct {
	name string
	// lock is the statement that makes a transaction exclude all others, and tells
	// the time of the clock then; "" when beginning it already does.
	lock string
	// snapshot makes a reading transaction see one state.
	snapshot *sql.TxOptions
	// patient lets a transaction's statements take as long as its context does.
	patient string
	// clock asks for the time that all users of the database share, in ns; "":
	// that of the machine.
	clock string
	// migrated asks whether any migration ever ran.
	migrated string
	// embedded says that the database runs in this process, which then keeps its
	// statements compiled and its log short.
	embedded bool
	// bind rewrites the parameters $1, $2, … of a statement.
	bind func(string) string
}

var (
	sqliteDialect = dialect{
		name:     "sqlite3",
		embedded: true,
		migrated: `SELECT COUNT(*) FROM sqlite_master WHERE name = 'goose_db_version'`,
		bind:     func(q string) string { return strings.ReplaceAll(q, "$", "?") },
	}
	postgresDialect = dialect{
		name:     "postgres",
		migrated: `SELECT to_regclass('goose_db_version') IS NOT NULL`,
		lock:     `WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock(27691666020332404) AS one) ` + postgresClock + ` FROM locked`, // "ballast" in ASCII
		snapshot: &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		patient:  `SET LOCAL statement_timeout = 0`,
		clock:    postgresClock,
		bind:     func(q string) string { return q },
	}
)

const postgresClock = `SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000000 AS BIGINT)`

// querier is a *sql.DB or a *sql.Tx.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// conn runs statements written for either database.
type conn struct {
	q      querier
	d      dialect
	wrote  *int  // counts the bytes that were to be written; nil: nobody asks
	locked int64 // ns, by the clock that is shared, when the transaction began to exclude all others; 0: it does not
}

// exec returns how many rows were changed.
func (c conn) exec(ctx context.Context, query string, args ...any) (n int64, err error) {
	res, err := c.q.ExecContext(ctx, c.d.bind(query), args...)
	if err == nil {
		n, err = res.RowsAffected()
	}
	if c.wrote != nil && (n > 0 || err != nil) {
		*c.wrote += sizeOf(args)
	}
	return n, err
}

// sizeOf is about how many bytes a row has.
func sizeOf(args []any) (bytes int) {
	for _, a := range args {
		switch a := a.(type) {
		case string:
			bytes += len(a)
		case []byte:
			bytes += len(a)
		default:
			bytes += 8
		}
	}
	return max(1, bytes)
}

func (c conn) row(ctx context.Context, query string, args ...any) *sql.Row {
	return c.q.QueryRowContext(ctx, c.d.bind(query), args...)
}

// each calls scan for every row.
func (c conn) each(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := c.q.QueryContext(ctx, c.d.bind(query), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// nanos is a time as it is stored: 0 for the zero time.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func fromNanos(ns int64) time.Time {
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns).UTC()
}

// checkTime refuses what nanos cannot represent.
func checkTime(what string, t time.Time) error {
	if t.Before(time.Unix(0, 1)) || t.After(time.Unix(0, math.MaxInt64)) {
		return &InvalidError{what, "out of range"}
	}
	return nil
}

// checkName refuses names that one of the databases could not hold or index.
func checkName(what, s string) error {
	switch {
	case s == "":
		return &InvalidError{what, "empty"}
	case len(s) > 512:
		return &InvalidError{what, "longer than 512 bytes"}
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return &InvalidError{what, "not valid text"}
	}
	return nil
}
