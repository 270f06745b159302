package store

import (
	"context"
	"database/sql"
	"time"
)

// statements keeps the writer's statements compiled: SQLite would compile each
// of them anew whenever it runs, which takes longer than running it. The texts
// are constants, so there are only so many. It is used by one goroutine.
type statements struct {
	db       *sql.DB
	compiled map[string]*sql.Stmt
	missed   []string // by the transaction that runs
}

func newStatements(db *sql.DB) *statements {
	return &statements{db: db, compiled: map[string]*sql.Stmt{}}
}

// learn compiles what the last transaction had to do without. It comes after
// its end, because the database has one connection for writing. A statement
// that cannot be compiled fails when it is run.
func (s *statements) learn(timeout time.Duration) {
	if s == nil || len(s.missed) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	for _, text := range s.missed {
		if s.compiled[text] != nil {
			continue // missed twice
		}
		if st, err := s.db.PrepareContext(ctx, text); err == nil { //nolint:sqlclosecheck // close does
			s.compiled[text] = st
		}
	}
	s.missed = s.missed[:0]
}

// close gives the statements back. What can fail in it is of no consequence:
// the database is closed next.
func (s *statements) close() {
	if s == nil {
		return
	}
	for _, st := range s.compiled {
		_ = st.Close()
	}
}

// compiledTx runs the statements of a transaction, compiled where they are. A
// compiled one looks at its context before it starts and not while it runs,
// which is a matter of microseconds: the driver would start a goroutine for each
// to watch over it.
type compiledTx struct {
	tx *sql.Tx
	s  *statements
}

// find returns a compiled statement, or nil and remembers that it was missed.
// Once the context has ended it returns nil, and the driver says why.
func (c compiledTx) find(ctx context.Context, text string) *sql.Stmt {
	if ctx.Err() != nil {
		return nil
	}
	st := c.s.compiled[text]
	if st == nil {
		c.s.missed = append(c.s.missed, text)
		return nil
	}
	return c.tx.StmtContext(ctx, st)
}

// ExecContext implements querier.
func (c compiledTx) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if st := c.find(ctx, text); st != nil { //nolint:sqlclosecheck // it ends with the transaction
		return st.ExecContext(context.WithoutCancel(ctx), args...)
	}
	return c.tx.ExecContext(ctx, text, args...)
}

// QueryContext implements querier.
func (c compiledTx) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if st := c.find(ctx, text); st != nil { //nolint:sqlclosecheck // it ends with the transaction
		return st.QueryContext(context.WithoutCancel(ctx), args...)
	}
	return c.tx.QueryContext(ctx, text, args...)
}

// QueryRowContext implements querier.
func (c compiledTx) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	if st := c.find(ctx, text); st != nil { //nolint:sqlclosecheck // it ends with the transaction
		return st.QueryRowContext(context.WithoutCancel(ctx), args...)
	}
	return c.tx.QueryRowContext(ctx, text, args...)
}
