package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// longest is how many times its patience a transaction may take that the
// database does answer, however slowly.
const longest = 3

// silence ends a transaction in which the database says nothing for too long. It
// counts from the last answer: a hundred changes on a machine that is busy take
// as long as one does in a database that hangs.
type silence struct {
	ctx      context.Context
	end      context.CancelFunc
	patience time.Duration
	timer    *time.Timer
}

func newSilence(patience time.Duration) *silence {
	whole, free := context.WithTimeout(context.Background(), longest*patience)
	ctx, end := context.WithCancelCause(whole)
	timer := time.AfterFunc(patience, func() { end(errSilent) })
	return &silence{ctx, func() { timer.Stop(); end(nil); free() }, patience, timer}
}

// heard notes an answer, of whatever kind.
func (s *silence) heard() { s.timer.Reset(s.patience) }

// explain adds to what came of the transaction that it was ended: a driver may
// say only that it was cancelled.
func (s *silence) explain(err error) error {
	if cause := context.Cause(s.ctx); err != nil && cause != nil {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}

// heardQuerier notes the answers to statements.
type heardQuerier struct {
	querier
	heard func()
}

func (h heardQuerier) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	defer h.heard()
	return h.querier.ExecContext(ctx, query, args...)
}

func (h heardQuerier) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	defer h.heard()
	return h.querier.QueryContext(ctx, query, args...) //nolint:sqlclosecheck // its caller does
}

func (h heardQuerier) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	defer h.heard()
	return h.querier.QueryRowContext(ctx, query, args...)
}
