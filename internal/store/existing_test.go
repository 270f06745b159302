package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/recommend"
)

// reader is a configuration for reading what cfg's has written.
func reader(cfg Config) Config {
	cfg.Existing = true
	return cfg
}

// What is only read is neither made nor changed, however it stands.
func TestExistingIsOnlyRead(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		fill(t, s, 2)
		reserve(t, s, "r", "a", 100)
		beside := open(t, reader(cfg))
		ok(t, beside.VerifyChain(t.Context()))
		wantBalances(t, beside, "a", noon, 0, 100, 0, 100, 0, 100, 0, 100)
		if err := beside.Reserve(t.Context(), reservationOf("r2", "a", 1)); err == nil {
			t.Error("it takes reservations")
		}

		_, err := s.writer.db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)")
		ok(t, err)
		_, err = Open(t.Context(), reader(cfg))
		wantErr(t, err, ErrNewer)

		for _, statement := range beforeBatches {
			_, err := s.writer.db.ExecContext(t.Context(), statement)
			ok(t, err)
		}
		for range 2 { // the first has not brought it up to date
			_, err = Open(t.Context(), reader(cfg))
			wantErr(t, err, ErrOlder)
		}
	})
}

func TestNothingToRead(t *testing.T) {
	dir := t.TempDir()
	_, err := Open(t.Context(), Config{Dir: filepath.Join(dir, "none"), Existing: true})
	wantErr(t, err, ErrAbsent)
	ok(t, os.WriteFile(filepath.Join(dir, sqliteFile), nil, 0o600))
	_, err = Open(t.Context(), Config{Dir: dir, Existing: true})
	wantErr(t, err, ErrAbsent)
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("%v, %v: want the empty file alone", files, err)
	}
}

func TestNothingToReadInPostgres(t *testing.T) {
	dsn := needServer(t).Database(t)
	for range 2 { // the first has made nothing
		_, err := Open(t.Context(), Config{DSN: dsn, Existing: true})
		wantErr(t, err, ErrAbsent)
	}
	_, err := Open(t.Context(), Config{DSN: strings.Replace(dsn, "/test", "/never", 1), Existing: true})
	wantErr(t, err, ErrAbsent)
}

// A proof may be asked of a standby.
func TestStandbyIsRead(t *testing.T) {
	needServer(t)
	cfg := copied(t, Config{Limits: testLimits}, migrated.postgres)
	s := open(t, cfg)
	ok(t, s.Append(t.Context(), recommend.Record{ID: "rec_1", Client: "a", CreatedAt: noon, Answer: []byte(`{}`)}))
	cfg.DSN += "&target_session_attrs=read-only&default_transaction_read_only=on"
	ok(t, open(t, reader(cfg)).VerifyChain(t.Context()))
}
