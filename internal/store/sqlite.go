package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"modernc.org/sqlite" // the driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const sqliteFile = "ballast.db"

// sqliteBusy is how long a connection waits for another process, in
// milliseconds; less than the default WriteTimeout.
const sqliteBusy = 4000

// aloneBusy is how long the folder of a process that ends is waited for, in
// milliseconds.
const aloneBusy = 1000

func openSQLite(ctx context.Context, cfg Config) (*pools, error) {
	path, err := createPrivately(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	p := &pools{d: sqliteDialect}
	free := func() error { return nil }
	if cfg.Alone {
		if free, err = standAlone(ctx, path); err != nil {
			return nil, explain(err, path)
		}
	}
	p.close = func() error { return errors.Join(p.read.Close(), p.write.Close(), free()) }
	if p.write, err = sql.Open("sqlite", sqliteDSN(path, "journal_mode(WAL)", "synchronous(FULL)", checkpointPages, "foreign_keys(1)", "secure_delete(1)")+"&_txlock=immediate"); err != nil {
		return nil, errors.Join(err, free())
	}
	p.write.SetMaxOpenConns(1)
	if p.read, err = sql.Open("sqlite", sqliteDSN(path, "query_only(1)")); err != nil {
		return nil, errors.Join(err, p.write.Close(), free())
	}
	p.read.SetMaxOpenConns(cfg.ReadConns)
	p.read.SetMaxIdleConns(cfg.ReadConns)
	if p.schema, err = migrateSQLite(ctx, p.write, path); err != nil {
		return nil, errors.Join(explain(err, path), p.close())
	}
	if p.still, err = inPlace(path); err != nil {
		return nil, errors.Join(fmt.Errorf("store: %w", err), p.close())
	}
	return p, nil
}

// inPlace returns what tells by ErrMoved that the file, or the log without which
// it is not whole, was removed or replaced since. SQLite goes on with a file that
// has no name any more, and all that it writes is gone when the process ends. It
// is to be asked within a transaction: without any the log need not be there.
func inPlace(path string) (still func() error, err error) {
	opened, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	return func() error {
		now, err := os.Stat(path)
		if err == nil && !os.SameFile(opened, now) {
			err = errors.New("it is another file")
		}
		_, logErr := os.Stat(path + "-wal")
		if err = cmp.Or(err, logErr); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrMoved, path, err)
		}
		return nil
	}, nil
}

// explain names the file that cannot be used, and what to do about it.
func explain(err error, path string) error {
	var fault *sqlite.Error
	if !errors.As(err, &fault) {
		return fmt.Errorf("%s: %w", path, err)
	}
	switch fault.Code() & 0xff {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%w: %s: move it away and put a backup in its place, or what \"sqlite3 %s .recover\" can save of it: %w",
			ErrDamaged, path, filepath.Base(path), err)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("%w: %s: %w", ErrFull, filepath.Dir(path), err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

// migrateSQLite keeps other processes from migrating at the same time.
func migrateSQLite(ctx context.Context, db *sql.DB, path string) (version int64, err error) {
	unlock, err := lockBeside(ctx, path+".migration", sqliteBusy)
	if err != nil {
		return 0, fmt.Errorf("store: wait for a migration: %w", err)
	}
	version, err = migrate(ctx, db, sqliteDialect)
	return version, errors.Join(err, unlock())
}

// standAlone keeps others from standing alone on the same data, until it is
// freed. It fails with ErrOccupied.
func standAlone(ctx context.Context, path string) (free func() error, err error) {
	free, err = lockBeside(ctx, path+".alone", aloneBusy)
	var busy *sqlite.Error
	if errors.As(err, &busy) && busy.Code()&0xff == sqlite3.SQLITE_BUSY {
		return nil, ErrOccupied
	}
	return free, err
}

// lockBeside locks by a transaction on a second, empty database, whose lock ends
// with the process. It waits so many milliseconds for another one's.
func lockBeside(ctx context.Context, path string, wait int) (unlock func() error, err error) {
	lock, err := sql.Open("sqlite", waitingDSN(path, wait)+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	lock.SetMaxOpenConns(1)
	tx, err := lock.BeginTx(context.WithoutCancel(ctx), nil) // ctx must not end the lock
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return sync.OnceValue(func() error { return errors.Join(tx.Rollback(), lock.Close()) }), nil
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

func sqliteDSN(path string, pragmas ...string) string {
	return waitingDSN(path, sqliteBusy, pragmas...)
}

// waitingDSN sets busy_timeout first, because the other settings may wait too.
func waitingDSN(path string, wait int, pragmas ...string) string {
	q := url.Values{"_pragma": append([]string{fmt.Sprintf("busy_timeout(%d)", wait)}, pragmas...)}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}
