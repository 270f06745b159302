package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/store/storetest"
)

// server is shared by all tests that do not stop it; nil when PostgreSQL is
// not installed.
var server *storetest.Server

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if worker := os.Getenv(workerEnv); worker != "" {
		return runWorker(worker)
	}
	var err error
	if server, err = storetest.New(); err != nil && !errors.Is(err, storetest.ErrAbsent) {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if server != nil {
		defer server.Close()
	}
	remove, err := migrateOnce()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer remove()
	if code := m.Run(); code != 0 {
		return code
	}
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// noon is a moment far from every border.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// limits of 1000 nano-USD a day and 5000 a month for client "a", the double
// for "b", 2500 and 9000 for all together.
var testLimits = budget.Limits{
	Global:  budget.Limit{Day: 2500, Month: 9000},
	Clients: map[string]budget.Limit{"a": {Day: 1000, Month: 5000}, "b": {Day: 2000, Month: 8000}},
}

// migrated are the databases of which most tests have a copy: the schema and
// nothing in it. DSN is empty when PostgreSQL is not installed.
var migrated struct{ sqlite, postgres Config }

// migrateOnce makes them and returns what removes them.
func migrateOnce() (remove func(), err error) {
	dir, err := os.MkdirTemp("", "ballast-store-")
	if err != nil {
		return nil, err
	}
	remove = func() { _ = os.RemoveAll(dir) }
	migrated.sqlite.Dir = dir
	all := []Config{migrated.sqlite}
	if server != nil {
		if migrated.postgres.DSN, err = server.Create(context.Background()); err != nil {
			return remove, err
		}
		all = append(all, migrated.postgres)
	}
	for _, cfg := range all {
		s, err := Open(context.Background(), cfg)
		if err != nil {
			return remove, err
		}
		if err := s.Close(); err != nil {
			return remove, err
		}
	}
	return remove, nil
}

// copied moves a configuration to a copy of a database that nobody has open.
func copied(t testing.TB, cfg, original Config) Config {
	t.Helper()
	if original.DSN != "" {
		cfg.DSN = server.Copy(t, original.DSN)
		return cfg
	}
	cfg.Dir = t.TempDir()
	data, err := os.ReadFile(filepath.Join(original.Dir, sqliteFile))
	ok(t, err)
	ok(t, os.WriteFile(filepath.Join(cfg.Dir, sqliteFile), data, 0o600))
	return cfg
}

// both runs a test on either database, without data and with testLimits.
func both(t *testing.T, test func(t *testing.T, cfg Config)) {
	t.Helper()
	base := Config{
		Limits: testLimits, Now: func() time.Time { return noon }, Logger: slog.New(slog.DiscardHandler),
		WriteTimeout: time.Minute, ReadTimeout: time.Minute, // or a busy machine decides
	}
	t.Run("sqlite", func(t *testing.T) {
		test(t, copied(t, base, migrated.sqlite))
	})
	t.Run("postgres", func(t *testing.T) {
		needServer(t)
		test(t, copied(t, base, migrated.postgres))
	})
}

func needServer(t testing.TB) *storetest.Server {
	t.Helper()
	if server == nil {
		t.Skip(storetest.ErrAbsent)
	}
	return server
}

// openAt has a test's clock be that of the database.
func openAt(t testing.TB, cfg Config) (*Store, error) {
	s, err := Open(t.Context(), cfg)
	if err == nil && cfg.Now != nil {
		s.d.clock = ""
	}
	return s, err
}

func open(t testing.TB, cfg Config) *Store {
	t.Helper()
	s, err := openAt(t, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func reservationOf(id, client string, nano int64) recommend.Reservation {
	return recommend.Reservation{ID: id, Client: client, Model: "m", CostNano: nano, At: noon, Expires: noon.Add(time.Minute)}
}

func reserve(t testing.TB, s *Store, id, client string, nano int64) {
	t.Helper()
	if err := s.Reserve(t.Context(), reservationOf(id, client, nano)); err != nil {
		t.Fatalf("Reserve(%s, %s, %d): %v", id, client, nano, err)
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t testing.TB, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("error %v, want %v", got, want)
	}
}

// wantBalances compares the client's day and month, then the global ones, each
// as spent and reserved.
func wantBalances(t testing.TB, s *Store, client string, at time.Time, want ...budget.Nano) {
	t.Helper()
	ctx := context.Background()
	bs, err := s.Balances(ctx, client, at)
	ok(t, err)
	global, err := s.GlobalBalances(ctx, at)
	ok(t, err)
	var got []budget.Nano
	for _, b := range append(bs, global...) {
		got = append(got, b.Spent, b.Reserved)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("spent and reserved by client day, month, global day, month: %d, want %d", got, want)
	}
	ok(t, s.Verify(ctx))
}
