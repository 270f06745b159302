package store

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// connectTimeout bounds one attempt to reach the server.
const connectTimeout = 3 * time.Second

// readOnlyTransaction is PostgreSQL's code for a change where only reading is
// allowed.
const readOnlyTransaction = "25006"

// address is where the server is and how to sign on to it. What its URL names,
// certificates and a file of passwords, is replaced while the program runs.
type address struct {
	dsn     string
	prepare func(*pgx.ConnConfig)
	good    atomic.Pointer[pgx.ConnConfig] // as last read without a fault
}

func (a *address) read() (*pgxpool.Config, error) {
	pc, err := pgxpool.ParseConfig(a.dsn)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err) // pgx leaves the password out
	}
	a.prepare(pc.ConnConfig)
	a.good.Store(pc.ConnConfig.Copy())
	return pc, nil
}

// renew has a new connection sign on by the files as they are now, or as they
// were while one of them is missing or half written.
func (a *address) renew(_ context.Context, cc *pgx.ConnConfig) error {
	_, _ = a.read() // whose fault the server's refusal would tell, if there is any
	*cc = *a.good.Load().Copy()
	return nil
}

// reading sets up sessions that change nothing.
func reading(timeout time.Duration) func(*pgx.ConnConfig) {
	return func(cc *pgx.ConnConfig) {
		bound(cc, timeout)
		cc.RuntimeParams["default_transaction_read_only"] = "on"
	}
}

// keeping sets up sessions that keep the books.
func keeping(timeout time.Duration) func(*pgx.ConnConfig) {
	return func(cc *pgx.ConnConfig) {
		cc.RuntimeParams["default_transaction_isolation"] = "read committed"
		asked := bound(cc, timeout)
		asked["default_transaction_isolation"] = "read committed"
		unlessFatal := cc.OnPgError
		cc.OnPgError = func(c *pgconn.PgConn, e *pgconn.PgError) bool { // false ends the connection
			return e.Code != readOnlyTransaction && unlessFatal(c, e)
		}
		if !asksForReading(cc) {
			cc.ValidateConnect = asked.hold
		}
	}
}

// bound bounds every wait on the server's side too, so that a replica that hangs
// inside a transaction does not stop the others for good.
func bound(cc *pgx.ConnConfig, timeout time.Duration) settings {
	if cc.ConnectTimeout == 0 || cc.ConnectTimeout > connectTimeout {
		cc.ConnectTimeout = connectTimeout
	}
	asked := settings{}
	ms := strconv.FormatInt(timeout.Milliseconds(), 10)
	for _, name := range []string{"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"} {
		cc.RuntimeParams[name], asked[name] = ms, ms
	}
	if cc.RuntimeParams["application_name"] == "" {
		cc.RuntimeParams["application_name"] = "ballast"
	}
	return asked
}
