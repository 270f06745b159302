package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// noSuchDatabase is PostgreSQL's code for a database that was never made.
const noSuchDatabase = "3D000"

// openExistingSQLite makes no file, and locks none beside the database.
func openExistingSQLite(ctx context.Context, cfg Config) (*pools, error) {
	path, err := filepath.Abs(filepath.Join(cfg.Dir, sqliteFile))
	if err == nil {
		_, err = os.Stat(path)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: %w", path, ErrAbsent)
	case err != nil:
		return nil, fmt.Errorf("store: %w", err)
	}
	p, err := readSQLite(ctx, cfg, path, "&mode=rw") // its log is written to by readers too
	if fault, ok := errors.AsType[*sqlite.Error](err); ok && slices.Contains(notWritable, fault.Code()&0xff) {
		if isLogged(path) {
			return nil, fmt.Errorf("%w: %w", ErrLogged, err)
		}
		p, err = readSQLite(ctx, cfg, path, "&immutable=1")
	}
	return p, err
}

// notWritable is what SQLite says when it cannot make the files beside a database
// by which readers and writers get along.
var notWritable = []int{sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}

// isLogged reports whether changes stand in the log beside the database, which a
// reader that counts on no changes would leave out.
func isLogged(path string) bool {
	log, err := os.Stat(path + "-wal")
	return err == nil && log.Size() > 0
}

func readSQLite(ctx context.Context, cfg Config, path, mode string) (*pools, error) {
	db, err := sql.Open("sqlite", sqliteDSN(path, "query_only(1)")+mode)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(cfg.ReadConns)
	p := &pools{write: db, read: db, d: sqliteDialect, close: db.Close}
	if p.schema, err = present(ctx, p.read, p.d); err != nil {
		return nil, errors.Join(explain(err, path), p.close())
	}
	return p, nil
}

// openExistingPostgres takes whatever answers, a standby too: what only reads
// may be asked of it.
func openExistingPostgres(ctx context.Context, cfg Config) (*pools, error) {
	a := &address{dsn: cfg.DSN, prepare: reading(cfg.WriteTimeout)}
	pc, err := a.read()
	if err != nil {
		return nil, err
	}
	p, err := newPools(ctx, a, pc, cfg.ReadConns)
	if err != nil {
		return nil, err
	}
	p.schema, err = present(ctx, p.read, p.d)
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok && pgErr.Code == noSuchDatabase {
		err = fmt.Errorf("%w: %w", ErrAbsent, err)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the database %q at %s: %w", pc.ConnConfig.Database, pc.ConnConfig.Host, err), p.close())
	}
	return p, nil
}
