package store

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// Replicas that start together wait up to a minute for the one that migrates.
const (
	migrationRetry   = 1 // s
	migrationRetries = 60
)

// migrate brings the schema up to date and returns its version. It fails with
// ErrNewer when there is more in it than this program knows.
func migrate(ctx context.Context, db *sql.DB, d dialect) (version int64, err error) {
	provider, err := newProvider(db, d)
	if err != nil {
		return 0, fmt.Errorf("store: migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return 0, fmt.Errorf("store: migrations: %w", err)
	}
	found, known, err := provider.GetVersions(ctx) // takes no lock, and need not any more
	switch {
	case err != nil:
		return 0, fmt.Errorf("store: migrations: %w", err)
	case found > known:
		return 0, mismatch(ErrNewer, found, known)
	}
	return known, nil
}

// mismatch adds to ErrOlder or ErrNewer the versions that differ.
func mismatch(err error, found, known int64) error {
	return fmt.Errorf("%w (schema %d, known up to %d)", err, found, known)
}

// newProvider knows the migrations, and asks the database for nothing yet.
func newProvider(db *sql.DB, d dialect) (*goose.Provider, error) {
	folder := map[string]string{"sqlite3": "sqlite", "postgres": "postgres"}[d.name]
	files, err := fs.Sub(migrations, "migrations/"+folder)
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d.name == "postgres" {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(migrationRetry, migrationRetries))
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(goose.Dialect(d.name), db, files, options...)
}

// present returns the version of a schema that is up to date, and otherwise
// fails with ErrAbsent, ErrOlder or ErrNewer. It changes nothing.
func present(ctx context.Context, db *sql.DB, d dialect) (version int64, err error) {
	provider, err := newProvider(db, d)
	if err != nil {
		return 0, fmt.Errorf("store: migrations: %w", err)
	}
	sources := provider.ListSources() // in order
	known := sources[len(sources)-1].Version
	var migrated bool
	if err := db.QueryRowContext(ctx, d.migrated).Scan(&migrated); err != nil || !migrated {
		return 0, cmp.Or(err, ErrAbsent)
	}
	found, err := schemaOf(ctx, conn{q: db, d: d})
	switch {
	case err != nil:
		return 0, err
	case found == 0:
		return 0, ErrAbsent
	case found < known:
		return 0, mismatch(ErrOlder, found, known)
	case found > known:
		return 0, mismatch(ErrNewer, found, known)
	}
	return known, nil
}

func schemaOf(ctx context.Context, c conn) (version int64, err error) {
	err = c.row(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`).Scan(&version)
	return version, err
}

// overtaken says by ErrOvertaken that a newer version of the program has changed
// the schema since this one was started.
func (s *Store) overtaken(ctx context.Context, c conn) error {
	found, err := schemaOf(ctx, c)
	if err == nil && found > s.schema {
		return ErrOvertaken
	}
	return err
}
