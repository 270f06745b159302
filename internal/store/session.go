package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// forceSync makes commits wait for the disk where the server would not; a
// stricter setting, such as waiting for a standby, is left alone.
const forceSync = `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`

// sessionState asks for what a session has to be.
const sessionState = `SELECT name, setting, pg_is_in_recovery() FROM pg_settings WHERE name IN ('transaction_read_only',
	'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'default_transaction_isolation', 'synchronous_commit')`

// protocolViolation is PostgreSQL's code for what a pooler says to settings that
// it does not know.
const protocolViolation = "08P01"

// settings are those of a session by their names, in the unit of each.
type settings map[string]string

// hold fails a new connection that takes no changes, as a name may lead to for a
// while after a failover, or that has not the settings that were asked for. It
// would be kept, and another host of the URL may be better.
func (asked settings) hold(ctx context.Context, c *pgconn.PgConn) error {
	results, err := c.Exec(ctx, forceSync+";"+sessionState).ReadAll()
	if err != nil {
		return err
	}
	found, standby := settings{}, false
	for _, row := range results[1].Rows {
		found[string(row[0])] = string(row[1])
		standby = string(row[2]) == "t"
	}
	switch {
	case standby:
		return fmt.Errorf("%w: the server is a standby", ErrReadOnly)
	case found["transaction_read_only"] == "on":
		return fmt.Errorf("%w: default_transaction_read_only is on, by the URL, the role, the database or the server", ErrReadOnly)
	case found["synchronous_commit"] == "off":
		return fmt.Errorf("%w: synchronous_commit is off", ErrPooler)
	}
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		if found[name] != asked[name] {
			return fmt.Errorf("%w: %s is %q, and %q was asked for", ErrPooler, name, found[name], asked[name])
		}
	}
	return nil
}

// asksForReading reports whether the URL prefers servers that take no changes.
func asksForReading(cc *pgx.ConnConfig) bool {
	pointer := func(f pgconn.ValidateConnectFunc) uintptr { return reflect.ValueOf(f).Pointer() }
	return cc.ValidateConnect != nil && slices.Contains([]uintptr{
		pointer(pgconn.ValidateConnectTargetSessionAttrsStandby), pointer(pgconn.ValidateConnectTargetSessionAttrsPreferStandby),
		pointer(pgconn.ValidateConnectTargetSessionAttrsReadOnly),
	}, pointer(cc.ValidateConnect))
}

// refusedSettings says what a server does not that refuses a session for its
// settings.
func refusedSettings(err error) error {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok && pgErr.Code == protocolViolation {
		return fmt.Errorf("%w: %w", ErrPooler, err)
	}
	return err
}

// others is how many sessions are compared with one.
const others = 3

// ownSessions fails with ErrPooler where several connections share one session
// of the server: what one sets, locks or prepares there another one has.
func ownSessions(ctx context.Context, cc *pgx.ConnConfig) (err error) {
	var open []*pgx.Conn
	defer func() {
		for _, c := range open {
			err = errors.Join(err, c.Close(ctx))
		}
	}()
	processes := make([]string, 1+others)
	for i := range processes {
		c, err := pgx.ConnectConfig(ctx, cc)
		if err != nil {
			return fmt.Errorf("store: %w", err)
		}
		open = append(open, c)
		if processes[i], err = processOf(ctx, c, i > 0); err != nil {
			return fmt.Errorf("store: %w", err)
		}
		if processes[0] == fmt.Sprint(open[0].PgConn().PID()) {
			return nil // what was signed on to is the server itself
		}
	}
	again, err := processOf(ctx, open[0], false)
	if err == nil && (again != processes[0] || slices.Contains(processes[1:], again)) {
		err = fmt.Errorf("%w: it gives a session to several connections", ErrPooler)
	}
	return err
}

// processOf returns the server's process behind a connection, which is kept to
// it by a transaction.
func processOf(ctx context.Context, c *pgx.Conn, kept bool) (string, error) {
	statement := "SELECT pg_backend_pid()"
	if kept {
		statement = "BEGIN; " + statement
	}
	results, err := c.PgConn().Exec(ctx, statement).ReadAll()
	if err != nil {
		return "", err
	}
	return string(results[len(results)-1].Rows[0][0]), nil
}
