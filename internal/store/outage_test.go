package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/store/storetest"
)

// soon is how long anything may take that cannot succeed: far more than the
// timeouts of these tests, far less than for ever.
const soon = 20 * time.Second

// wantFailure calls f and wants an error, not a refusal, within a short time.
func wantFailure(t *testing.T, name string, f func(ctx context.Context) error) {
	t.Helper()
	begin := time.Now()
	err := f(t.Context())
	var refused *recommend.BudgetError
	if err == nil || errors.As(err, &refused) {
		t.Errorf("%s: %v, want a failure", name, err)
	}
	if took := time.Since(begin); took > soon {
		t.Errorf("%s failed after %s", name, took)
	}
}

func wantAllFail(t *testing.T, s *Store) {
	t.Helper()
	wantFailure(t, "Reserve", func(ctx context.Context) error { return s.Reserve(ctx, reservationOf("lost", "a", 1)) })
	wantFailure(t, "Append", func(ctx context.Context) error { return s.Append(ctx, recordOf(2)) })
	read := func(ctx context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, 500*time.Millisecond)
	}
	wantFailure(t, "Balances", func(ctx context.Context) error {
		ctx, cancel := read(ctx)
		defer cancel()
		_, err := s.Balances(ctx, "a", noon)
		return err
	})
	wantFailure(t, "Answer", func(ctx context.Context) error {
		ctx, cancel := read(ctx)
		defer cancel()
		_, err := s.Answer(ctx, "a", "rec_1")
		return err
	})
}

// eventually waits until the store works again: broken connections are
// replaced as they are found.
func eventually(t *testing.T, f func() error) {
	t.Helper()
	for deadline := time.Now().Add(2 * soon); ; time.Sleep(50 * time.Millisecond) {
		err := f()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

func TestServerStopsAndComesBack(t *testing.T) {
	own := storetest.Start(t)
	s := open(t, Config{DSN: own.Database(t), Limits: testLimits, WriteTimeout: time.Second})
	reserve(t, s, "r", "a", 100)
	fill(t, s, 1)
	ok(t, own.Stop())
	wantAllFail(t, s)
	ok(t, own.Start())
	eventually(t, func() error { return s.Settle(context.Background(), "r", bill(30)) })
	eventually(t, func() error { return s.Ping(context.Background()) })
	eventually(t, func() error { _, err := s.Answer(context.Background(), "a", "rec_1"); return err })
	wantBalances(t, s, "a", noon, 30, 0, 30, 0, 30, 0, 30, 0)
	ok(t, s.VerifyChain(t.Context()))
}

// TestServerHangs stops every process of the server, so that connections stay
// open and nothing answers.
func TestServerHangs(t *testing.T) {
	own := storetest.Start(t)
	s := open(t, Config{DSN: own.Database(t), Limits: testLimits, WriteTimeout: 2 * time.Second, ReadTimeout: time.Hour})
	fill(t, s, 1)
	_, err := s.Answer(t.Context(), "a", "rec_1") // opens a connection for reading
	ok(t, err)
	thaw, err := own.Freeze()
	ok(t, err)
	defer thaw()
	wantAllFail(t, s)
	_, err = s.Balances(t.Context(), "a", noon) // whose reader waits for ever
	wantErr(t, err, ErrUnavailable)
	_, err = s.Answer(t.Context(), "a", "rec_1")
	wantErr(t, err, ErrUnavailable)
	ctx, leave := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, leave)
	if err := s.Reserve(ctx, reservationOf("late", "a", 1)); !errors.Is(err, context.Canceled) && !errors.Is(err, ErrUnavailable) {
		t.Errorf("%v, want no reservation once its caller has left", err)
	}
	ok(t, thaw())
	eventually(t, func() error { return s.Ping(context.Background()) })
	eventually(t, func() error { return s.change(context.Background(), insertKey("k")) })
	wantBalances(t, s, "a", noon, 0, 0, 0, 0, 0, 0, 0, 0)
}

// TestAnotherProcessKeepsTheFile: its lock costs the patience for it once.
func TestAnotherProcessKeepsTheFile(t *testing.T) {
	cfg := Config{Dir: t.TempDir(), Limits: testLimits}
	s, other := open(t, cfg), open(t, cfg)
	tx, err := other.writer.db.BeginTx(t.Context(), nil)
	ok(t, err)
	wantFailure(t, "Reserve", func(ctx context.Context) error { return s.Reserve(ctx, reservationOf("lost", "a", 1)) })
	if !s.watch.Down() {
		t.Error("the next one would wait as long")
	}
	_, err = s.Balances(t.Context(), "a", noon)
	ok(t, err)
	ok(t, tx.Rollback())
	eventually(t, func() error { return s.Reserve(context.Background(), reservationOf("again", "a", 1)) })
}

// TestReplicaHangsInsideATransaction holds the lock that every change takes.
func TestReplicaHangsInsideATransaction(t *testing.T) {
	dsn := needServer(t).Database(t)
	s := open(t, Config{DSN: dsn, Limits: testLimits, WriteTimeout: 300 * time.Millisecond})
	c, err := pgx.Connect(t.Context(), dsn)
	ok(t, err)
	defer c.Close(context.Background())
	tx, err := c.Begin(t.Context())
	ok(t, err)
	_, err = tx.Exec(t.Context(), s.d.lock)
	ok(t, err)
	wantFailure(t, "Reserve", func(ctx context.Context) error { return s.Reserve(ctx, reservationOf("r", "a", 1)) })
	ok(t, tx.Rollback(t.Context()))
	eventually(t, func() error { return s.Reserve(context.Background(), reservationOf("again", "a", 1)) })
}

// TestReplicaThatHangsIsCutOff proves that the server ends a transaction that
// is left open, so that its lock is freed.
func TestReplicaThatHangsIsCutOff(t *testing.T) {
	dsn := needServer(t).Database(t)
	hanging := open(t, Config{DSN: dsn, Limits: testLimits, WriteTimeout: 300 * time.Millisecond})
	other := open(t, Config{DSN: dsn, Limits: testLimits})
	tx, err := hanging.writer.db.BeginTx(t.Context(), nil)
	ok(t, err)
	defer tx.Rollback()
	_, err = tx.ExecContext(t.Context(), hanging.d.lock)
	ok(t, err)
	reserve(t, other, "r", "a", 1) // waits until then
}

// TestReadersMayExhaustTheirPool without stopping those who write.
func TestReadersMayExhaustTheirPool(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		cfg.ReadConns = 1
		s := open(t, cfg)
		busy, err := s.read.BeginTx(t.Context(), s.d.snapshot)
		ok(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err = s.Balances(ctx, "a", noon)
		wantErr(t, err, context.DeadlineExceeded)
		reserve(t, s, "r", "a", 1)
		ok(t, busy.Rollback())
		wantBalances(t, s, "a", noon, 0, 1, 0, 1, 0, 1, 0, 1)
	})
}

// TestDiskIsFull lets the database grow no further. That it takes little things
// all the same does not mean that it takes a record.
func TestDiskIsFull(t *testing.T) {
	s := open(t, Config{Dir: t.TempDir(), Limits: testLimits})
	fill(t, s, 1)
	pragma := func(statement string) (n int64) {
		t.Helper()
		ok(t, s.writer.db.QueryRowContext(t.Context(), statement).Scan(&n))
		return n
	}
	ok(t, s.TakesChanges(t.Context()))
	full := pragma(`PRAGMA max_page_count = 1`) // means: as many as there are
	big := recordOf(2)
	big.Answer = make([]byte, 1<<20)
	if err := s.Append(t.Context(), big); err == nil {
		t.Fatalf("a megabyte fits into %d pages", full)
	}
	_, err := s.Record(t.Context(), big.ID)
	wantErr(t, err, recommend.ErrNotFound)
	ok(t, s.VerifyChain(t.Context()))
	wantFailure(t, "TakesChanges", s.TakesChanges)
	ok(t, s.Abandon(t.Context(), "a", "none"))
	_, err = s.Maintain(t.Context(), noon)
	wantFailure(t, "Maintain", func(context.Context) error { return err })
	wantFailure(t, "TakesChanges, as nothing large was made", s.TakesChanges)
	pragma(`PRAGMA max_page_count = 1000000`)
	_, err = s.Maintain(t.Context(), noon)
	ok(t, err)
	ok(t, s.TakesChanges(t.Context()))
	ok(t, s.Append(t.Context(), big))
	ok(t, s.VerifyChain(t.Context()))
	var left int
	ok(t, s.reader().row(t.Context(), `SELECT COUNT(*) FROM idempotency_keys`).Scan(&left))
	if left != 0 {
		t.Errorf("%d trials were left", left)
	}
}

// TestConnectionsToAStandbyAreNotKept: a failover ends the connections, and the
// next ones still reach what may only be read by now.
func TestConnectionsToAStandbyAreNotKept(t *testing.T) {
	dsn := needServer(t).Database(t)
	s := open(t, Config{DSN: dsn, Limits: testLimits, WriteTimeout: time.Second})
	reserve(t, s, "r", "a", 100)
	settle := func(ctx context.Context) error { return s.Settle(ctx, "r", bill(30)) } // is tried in any outage
	admin, err := pgx.Connect(t.Context(), dsn)
	ok(t, err)
	defer admin.Close(context.Background())
	readOnly := func(value string) {
		t.Helper()
		_, err := admin.Exec(t.Context(), `SET default_transaction_read_only = off;
			DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = `+value+`', current_database()); END $$`)
		ok(t, err)
	}
	readOnly("on")
	_, err = admin.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	ok(t, err)
	wantFailure(t, "Settle on a connection that ended", settle)
	wantFailure(t, "Settle on the next one", settle)
	readOnly("off")
	eventually(t, func() error { return settle(context.Background()) })
	wantBalances(t, s, "a", noon, 30, 0, 30, 0, 30, 0, 30, 0)
}
