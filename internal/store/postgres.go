package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// connectTimeout bounds one attempt to reach the server.
const connectTimeout = 3 * time.Second

// forceSync makes commits wait for the disk where the server would not; a
// stricter setting, such as waiting for a standby, is left alone.
const forceSync = `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`

// lockNotAvailable is PostgreSQL's code for a lock that was not had in time.
const lockNotAvailable = "55P03"

func openPostgres(ctx context.Context, cfg Config) (*pools, error) {
	pc, err := pgxpool.ParseConfig(cfg.DSN)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err) // pgx leaves the password out
	}
	prepare(pc, cfg.WriteTimeout)
	schema, err := migratePostgres(ctx, pc.ConnConfig)
	if err != nil {
		return nil, err
	}
	write, err := newPool(ctx, pc, 1)
	if err != nil {
		return nil, err
	}
	read, err := newPool(ctx, pc, int32(min(cfg.ReadConns, 1000)))
	if err != nil {
		write.Close()
		return nil, err
	}
	p := &pools{write: stdlib.OpenDBFromPool(write), read: stdlib.OpenDBFromPool(read), d: postgresDialect, schema: schema}
	p.close = func() error {
		err := errors.Join(p.read.Close(), p.write.Close())
		read.Close()
		write.Close()
		return err
	}
	return p, nil
}

// prepare bounds every wait on the server's side too, so that a replica that
// hangs inside a transaction does not stop the others for good.
func prepare(pc *pgxpool.Config, timeout time.Duration) {
	cc := pc.ConnConfig
	if cc.ConnectTimeout == 0 || cc.ConnectTimeout > connectTimeout {
		cc.ConnectTimeout = connectTimeout
	}
	ms := strconv.FormatInt(timeout.Milliseconds(), 10)
	for _, name := range []string{"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"} {
		cc.RuntimeParams[name] = ms
	}
	cc.RuntimeParams["default_transaction_isolation"] = "read committed"
	if cc.RuntimeParams["application_name"] == "" {
		cc.RuntimeParams["application_name"] = "ballast"
	}
	if cc.ValidateConnect == nil { // target_session_attrs of the URL says otherwise
		// For a while after a failover a name may still lead to what is now the
		// standby. Such a connection would be kept, and would refuse every change.
		cc.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	pc.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, forceSync)
		return err
	}
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
	cc = cc.Copy()
	delete(cc.RuntimeParams, "statement_timeout")
	db := stdlib.OpenDB(*cc)
	version, err = migrate(ctx, db, postgresDialect)
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok && pgErr.Code == lockNotAvailable {
		err = fmt.Errorf("%w: %w", ErrTableInUse, err)
	}
	return version, errors.Join(err, db.Close())
}
