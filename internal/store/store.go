package store

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"maps"
	"sync/atomic"
	"time"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/outage"
	"ballast.internal/ballast/internal/recommend"
)

var (
	_ recommend.Ledger  = (*Store)(nil)
	_ recommend.Journal = (*Store)(nil)
)

// Config says where a Store keeps its data and by which rules.
type Config struct {
	// DSN is a PostgreSQL URL. Empty: SQLite, in the file ballast.db in Dir.
	DSN string
	Dir string
	// Replicas is how many processes share the data; more than one needs
	// PostgreSQL. Zero means one.
	Replicas int
	// Alone refuses to open a folder that another Store has open alone, with
	// ErrOccupied: whose process counts limits for itself must be the only one.
	Alone bool
	// Existing opens for reading what is there, with ErrAbsent or ErrOlder where a
	// server would make it or bring it up to date. A standby will do.
	Existing bool
	// Location is the time zone of days and months. Nil means UTC.
	Location *time.Location
	// Limits are the budgets until SetLimits. The zero value allows nothing.
	Limits budget.Limits
	// Keys encrypt requests, prompts and answers at rest. Without an active key
	// they are stored plain.
	Keys Keys
	// ReadConns bounds the connections for reading, 4 by default. Writing has
	// its own connection.
	ReadConns int
	// WriteTimeout bounds one transaction, 5 s by default.
	WriteTimeout time.Duration
	// ReadTimeout bounds what one request reads, 5 s by default.
	ReadTimeout time.Duration
	// Now is the clock, time.Now by default.
	Now func() time.Time
	// Logger is told of what no caller hears. Nil discards.
	Logger *slog.Logger
}

// Store is the durable state of the service. It is safe for concurrent use.
type Store struct {
	writer *writer
	read   *sql.DB
	d      dialect
	schema int64 // the version that this program knows
	loc    *time.Location
	limits atomic.Pointer[budget.Limits]
	seal   sealer
	now    func() time.Time
	// appendFailures counts records that could not be journalled.
	appendFailures atomic.Uint64
	unended        endings
	close          func() error
	watch          *outage.Watch // of the database
	patience       time.Duration // of one reading
}

// Open opens the database, brings its schema up to date, unless it is only to be
// read, and starts the writer.
// The caller must Close the Store. ctx bounds the opening alone.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	cfg = cfg.withDefaults()
	s := &Store{loc: cfg.Location, now: cfg.Now}
	var err error
	if s.seal, err = newSealer(cfg.Keys); err != nil {
		return nil, err
	}
	if err := s.SetLimits(cfg.Limits); err != nil {
		return nil, err
	}
	pools, err := openPools(ctx, cfg)
	if err != nil {
		return nil, err
	}
	s.read, s.d, s.schema, s.close = pools.read, pools.d, pools.schema, pools.close
	s.watch = outage.NewWatch(0, time.Now, func(down bool) {
		cfg.Logger.Warn("the database's state changed", slog.Bool("answers", !down))
	})
	s.patience = cfg.ReadTimeout
	s.writer = newWriter(pools, cfg.WriteTimeout, s.watch, cfg.Logger)
	return s, nil
}

func (c Config) withDefaults() Config {
	if c.Location == nil {
		c.Location = time.UTC
	}
	if c.ReadConns <= 0 {
		c.ReadConns = 4
	}
	if c.WriteTimeout <= 0 {
		c.WriteTimeout = 5 * time.Second
	}
	if c.ReadTimeout <= 0 {
		c.ReadTimeout = 5 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Close finishes the changes that are queued and closes the database. Later
// changes fail with ErrClosed.
func (s *Store) Close() error {
	s.writer.stop()
	return s.close()
}

// SetLimits replaces the budgets for all reservations from now on. A client
// named like the global budget is refused, because metrics would mix them up.
func (s *Store) SetLimits(l budget.Limits) error {
	if err := l.Validate(); err != nil {
		return err
	}
	if _, clash := l.Clients[budget.GlobalBudget]; clash {
		return &InvalidError{"limits", "no client may be named " + budget.GlobalBudget}
	}
	l.Clients = maps.Clone(l.Clients)
	s.limits.Store(&l)
	return nil
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.read.PingContext(ctx) }

// reader runs statements outside of any transaction.
func (s *Store) reader() conn { return conn{q: s.read, d: s.d} }

// change runs a change durably; see writer.do.
func (s *Store) change(ctx context.Context, run change) error {
	return s.writer.do(ctx, newOp(run, nil))
}

// changeFor makes a change that has a result; undo, unless it is nil, takes it
// back as op says. Whoever leaves before the change is made goes without the
// result, because the writer may be at it still.
func changeFor[T any](ctx context.Context, s *Store, run func(ctx context.Context, c conn) (result T, refusal, err error), undo change) (T, error) {
	var result, none T
	err := s.writer.do(ctx, newOp(func(ctx context.Context, c conn) (refusal, err error) {
		result, refusal, err = run(ctx, c)
		return refusal, err
	}, undo))
	if err != nil {
		return none, err
	}
	return result, nil
}

// doubtful is how long a request's reading may take while the database is known
// to be silent for changes: it may hang, or serve readings all the same.
const doubtful = 300 * time.Millisecond

// look reads for one request, as long as its caller and the store wait. It fails
// with ErrUnavailable when the store waits no longer.
func (s *Store) look(ctx context.Context, f func(ctx context.Context, c conn) error) error {
	return s.bounded(ctx, func(ctx context.Context) error { return f(ctx, s.reader()) })
}

// snapshot is look in a transaction that sees one state of the database.
func (s *Store) snapshot(ctx context.Context, f func(ctx context.Context, c conn) error) error {
	return s.bounded(ctx, func(ctx context.Context) error { return s.frozen(ctx, f) })
}

func (s *Store) bounded(ctx context.Context, read func(ctx context.Context) error) error {
	patience := s.patience
	if s.watch.Down() {
		patience = min(patience, doubtful)
	}
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := read(within)
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return ErrUnavailable
	}
	return err
}

// audit is a snapshot for reading everything, which may take long.
func (s *Store) audit(ctx context.Context, f func(c conn) error) error {
	return s.frozen(ctx, func(ctx context.Context, c conn) error {
		if s.d.patient != "" {
			if _, err := c.exec(ctx, s.d.patient); err != nil {
				return err
			}
		}
		return f(c)
	})
}

func (s *Store) frozen(ctx context.Context, f func(ctx context.Context, c conn) error) error {
	tx, err := s.read.BeginTx(ctx, s.d.snapshot)
	if err != nil {
		return err
	}
	return errors.Join(f(ctx, conn{q: tx, d: s.d}), tx.Rollback())
}
