package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWhereDataMayBeKept(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  Config
		want error
	}{
		"replicas on SQLite": {Config{Dir: t.TempDir(), Replicas: 2}, ErrReplicas},
		"unknown DSN":        {Config{DSN: "mysql://root:secret@db/x"}, ErrDSN},
		"no folder":          {Config{}, &InvalidError{"folder", "empty"}},
		"no such server":     {Config{DSN: "postgres://u:secret@/x?host=/nowhere"}, nil},
		"broken DSN":         {Config{DSN: "postgres://u:secret@[/x"}, nil},
	} {
		s, err := Open(t.Context(), c.cfg)
		if err == nil {
			s.Close()
			t.Errorf("%s: opened", name)
			continue
		}
		var invalid *InvalidError
		if c.want != nil && !errors.Is(err, c.want) && !errors.As(c.want, &invalid) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells the password: %v", name, err)
		}
	}
}

// TestOneServerPerFolder: who only looks may come in beside the one that serves.
func TestOneServerPerFolder(t *testing.T) {
	cfg := Config{Dir: t.TempDir(), Alone: true}
	first, err := Open(t.Context(), cfg)
	ok(t, err)
	_, err = Open(t.Context(), cfg)
	wantErr(t, err, ErrOccupied)
	open(t, Config{Dir: cfg.Dir})
	ok(t, first.Close())
	ok(t, first.Close()) // once more does no harm
	open(t, cfg)
}

// TestDamagedFile is told by its name, with what to do, and is left as it is.
func TestDamagedFile(t *testing.T) {
	page := bytes.Repeat([]byte{0xa5}, 4096)
	for name, damage := range map[string]func(data []byte) []byte{
		"another file":     func([]byte) []byte { return []byte("hello") },
		"a head of noise":  func(data []byte) []byte { return append(page, data[4096:]...) },
		"pages of noise":   func(data []byte) []byte { return append(data[:4096:4096], bytes.Repeat(page, len(data)/4096-1)...) },
		"half of the file": func(data []byte) []byte { return data[:len(data)/2] },
	} {
		cfg := copied(t, Config{}, migrated.sqlite)
		path := filepath.Join(cfg.Dir, sqliteFile)
		data, err := os.ReadFile(path)
		ok(t, err)
		damaged := damage(data)
		ok(t, os.WriteFile(path, damaged, 0o600))
		_, err = Open(t.Context(), cfg)
		wantErr(t, err, ErrDamaged)
		if err != nil && (!strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "backup")) {
			t.Errorf("%s: %v", name, err)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, damaged) {
			t.Errorf("%s: the file was changed, %v", name, err)
		}
	}
}

// TestFolderThatCannotBeUsed is named, whatever is wrong with it.
func TestFolderThatCannotBeUsed(t *testing.T) {
	for _, blocked := range []string{".alone", ".migration", "-wal"} {
		cfg := Config{Dir: t.TempDir(), Alone: true}
		path := filepath.Join(cfg.Dir, sqliteFile)
		ok(t, os.Mkdir(path+blocked, 0o700))
		if _, err := Open(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s is a folder: %v, want the file's name", blocked, err)
		}
	}
	small, err := sql.Open("sqlite", sqliteDSN(filepath.Join(t.TempDir(), sqliteFile), "max_page_count(1)"))
	ok(t, err)
	defer small.Close()
	_, full := small.ExecContext(t.Context(), "CREATE TABLE t (a)")
	full = explain(full, "/data/"+sqliteFile)
	wantErr(t, full, ErrFull)
	if !strings.Contains(fmt.Sprint(full), "/data: ") {
		t.Errorf("no folder in %v", full)
	}
}

// TestNewerSchema is not written to by a program that does not know it.
func TestNewerSchema(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		_, err := s.writer.db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)")
		ok(t, err)
		ok(t, s.Close())
		_, err = Open(t.Context(), cfg)
		wantErr(t, err, ErrNewer)
		if cfg.Dir != "" && !strings.Contains(fmt.Sprint(err), filepath.Join(cfg.Dir, sqliteFile)) {
			t.Errorf("no file in %v", err)
		}
	})
}

func TestDataIsPrivate(t *testing.T) {
	dir := t.TempDir() + "/data"
	s := open(t, Config{Dir: dir})
	fill(t, s, 1)
	files, err := os.ReadDir(dir)
	ok(t, err)
	if len(files) < 3 {
		t.Errorf("%d files, want the database, its log and its index", len(files))
	}
	for _, f := range files {
		info, err := f.Info()
		ok(t, err)
		if info.Size() > 0 && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o, want 600", f.Name(), info.Mode().Perm())
		}
	}
}

// TestSQLiteIsDurable reads the settings that durability rests on.
func TestSQLiteIsDurable(t *testing.T) {
	s := open(t, Config{Dir: t.TempDir()})
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": fmt.Sprint(sqliteBusy), "secure_delete": "1",
	} {
		var got string
		ok(t, s.writer.db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		if got != want {
			t.Errorf("%s = %s, want %s", pragma, got, want)
		}
	}
	if _, err := s.read.ExecContext(t.Context(), `DELETE FROM journal_head`); err == nil {
		t.Error("a reading connection may write")
	}
}

func TestPostgresIsDurable(t *testing.T) {
	dsn := needServer(t).Database(t)
	for given, want := range map[string]string{"": "on", "off": "on", "remote_apply": "remote_apply"} {
		own := dsn
		if given != "" {
			own += "&synchronous_commit=" + given
		}
		s := open(t, Config{DSN: own, WriteTimeout: 1500 * time.Millisecond})
		for setting, want := range map[string]string{
			"synchronous_commit": want, "statement_timeout": "1500ms", "lock_timeout": "1500ms",
			"idle_in_transaction_session_timeout": "1500ms",
		} {
			var got string
			ok(t, s.writer.db.QueryRowContext(t.Context(), "SHOW "+setting).Scan(&got))
			if got != want {
				t.Errorf("%s = %s, want %s", setting, got, want)
			}
		}
	}
}

// TestSchemasAgree compares the tables and columns of the two databases.
func TestSchemasAgree(t *testing.T) {
	dsn := needServer(t).Database(t)
	sqlite := columns(t, open(t, Config{Dir: t.TempDir()}), `SELECT m.name || '.' || p.name
		FROM sqlite_master m JOIN pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'goose%' ORDER BY 1`)
	postgres := columns(t, open(t, Config{DSN: dsn}), `SELECT (table_name || '.' || column_name) COLLATE "C"
		FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'goose%' ORDER BY 1`)
	if d := cmp.Diff(sqlite, postgres); d != "" || len(sqlite) < 40 {
		t.Errorf("%d columns of SQLite: %s", len(sqlite), d)
	}
}

func columns(t *testing.T, s *Store, query string) []string {
	t.Helper()
	rows, err := s.read.QueryContext(t.Context(), query)
	ok(t, err)
	defer rows.Close()
	var out []string
	for rows.Next() {
		var c string
		ok(t, rows.Scan(&c))
		out = append(out, c)
	}
	ok(t, rows.Err())
	return out
}

// TestReplicasMayStartTogether opens the same empty database many times.
func TestReplicasMayStartTogether(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		if cfg.DSN != "" {
			cfg.DSN = server.Database(t)
		} else {
			cfg.Dir = t.TempDir()
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				s, err := Open(context.Background(), cfg)
				if err != nil {
					t.Error(err)
					return
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}
