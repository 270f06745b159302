package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

const sqliteFile = "ballast.db"

// sqliteBusy is how long a connection waits for another process, in
// milliseconds; less than the default WriteTimeout.
const sqliteBusy = 4000

func openSQLite(ctx context.Context, cfg Config) (*pools, error) {
	path, err := createPrivately(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	p := &pools{d: sqliteDialect}
	p.close = func() error { return errors.Join(p.read.Close(), p.write.Close()) }
	if p.write, err = sql.Open("sqlite", sqliteDSN(path, "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "secure_delete(1)")+"&_txlock=immediate"); err != nil {
		return nil, err
	}
	p.write.SetMaxOpenConns(1)
	if p.read, err = sql.Open("sqlite", sqliteDSN(path, "query_only(1)")); err != nil {
		return nil, errors.Join(err, p.write.Close())
	}
	p.read.SetMaxOpenConns(cfg.ReadConns)
	p.read.SetMaxIdleConns(cfg.ReadConns)
	if err := migrateSQLite(ctx, p.write, path); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

// migrateSQLite keeps other processes from migrating at the same time: they
// wait for a transaction on a second, empty database, whose lock ends with the
// process.
func migrateSQLite(ctx context.Context, db *sql.DB, path string) error {
	lock, err := sql.Open("sqlite", sqliteDSN(path+".migration")+"&_txlock=immediate")
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }() // its transaction is rolled back: nothing can be lost
	tx, err := lock.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store: wait for a migration: %w", err)
	}
	defer tx.Rollback()
	return migrate(ctx, db, sqliteDialect)
}

// createPrivately makes sure that only the owner can read the data, which the
// files beside it inherit, and returns its path.
func createPrivately(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path, err := filepath.Abs(filepath.Join(dir, sqliteFile))
	if err != nil {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", err
	}
	return path, f.Close()
}

// sqliteDSN sets busy_timeout first, because the other settings may wait too.
func sqliteDSN(path string, pragmas ...string) string {
	q := url.Values{"_pragma": append([]string{fmt.Sprintf("busy_timeout(%d)", sqliteBusy)}, pragmas...)}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}
