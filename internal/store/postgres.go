package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// lockNotAvailable is PostgreSQL's code for a lock that was not had in time.
const lockNotAvailable = "55P03"

func openPostgres(ctx context.Context, cfg Config) (*pools, error) {
	a := &address{dsn: cfg.DSN, prepare: keeping(cfg.WriteTimeout)}
	pc, err := a.read()
	if err != nil {
		return nil, err
	}
	if asksForReading(pc.ConnConfig) {
		return nil, fmt.Errorf("%w: target_session_attrs asks for that; leave it out, or ask for read-write", ErrReadOnly)
	}
	if err := ownSessions(ctx, pc.ConnConfig); err != nil {
		return nil, refusedSettings(err)
	}
	schema, err := migratePostgres(ctx, pc.ConnConfig)
	if err != nil {
		return nil, err
	}
	p, err := newPools(ctx, a, pc, cfg.ReadConns)
	if err != nil {
		return nil, err
	}
	p.schema = schema
	return p, nil
}

// newPools connects to nothing yet.
func newPools(ctx context.Context, a *address, pc *pgxpool.Config, readConns int) (*pools, error) {
	pc.BeforeConnect = a.renew
	write, err := newPool(ctx, pc, 1)
	if err != nil {
		return nil, err
	}
	read, err := newPool(ctx, pc, int32(min(readConns, 1000)))
	if err != nil {
		write.Close()
		return nil, err
	}
	p := &pools{write: stdlib.OpenDBFromPool(write), read: stdlib.OpenDBFromPool(read), d: postgresDialect}
	p.close = func() error {
		err := errors.Join(p.read.Close(), p.write.Close())
		read.Close()
		write.Close()
		return err
	}
	return p, nil
}

func newPool(ctx context.Context, pc *pgxpool.Config, conns int32) (*pgxpool.Pool, error) {
	pc = pc.Copy()
	pc.MinConns, pc.MinIdleConns, pc.MaxConns = 0, 0, conns
	return pgxpool.NewWithConfig(ctx, pc)
}

// migratePostgres uses a connection without the statement timeout, because a
// migration may take long. It keeps the one of locks: while it waits for a table
// that somebody reads, all who would change it wait behind it.
func migratePostgres(ctx context.Context, cc *pgx.ConnConfig) (version int64, err error) {
	db := stdlib.OpenDB(*cc, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, `SET statement_timeout = 0`)
		return err
	}))
	version, err = migrate(ctx, db, postgresDialect)
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok && pgErr.Code == lockNotAvailable {
		err = fmt.Errorf("%w: %w", ErrTableInUse, err)
	}
	return version, errors.Join(err, db.Close())
}
