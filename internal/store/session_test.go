package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What only reads is found at the start, and not by every caller.
func TestSessionsThatOnlyRead(t *testing.T) {
	for asked, reason := range map[string]string{
		"target_session_attrs=standby":                                   "target_session_attrs",
		"target_session_attrs=prefer-standby":                            "target_session_attrs",
		"target_session_attrs=read-only":                                 "target_session_attrs",
		"default_transaction_read_only=on":                               "default_transaction_read_only",
		"default_transaction_read_only=on&target_session_attrs=primary":  "default_transaction_read_only",
		"options=-c%20default_transaction_read_only%3Don":                "default_transaction_read_only",
		"default_transaction_read_only=on&target_session_attrs=any":      "default_transaction_read_only",
		"default_transaction_read_only=on&target_session_attrs=standby":  "target_session_attrs",
		"default_transaction_read_only=off&target_session_attrs=standby": "target_session_attrs",
	} {
		_, err := Open(t.Context(), Config{DSN: needServer(t).Database(t) + "&" + asked})
		wantErr(t, err, ErrReadOnly)
		if !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: %v, want %s", asked, err, reason)
		}
	}
}

// A session that became one that only reads is not kept: the next one may lead to
// another host of the URL.
func TestSessionsThatBecameReadOnlyAreNotKept(t *testing.T) {
	s := open(t, Config{DSN: needServer(t).Database(t), Limits: testLimits})
	process := func() (pid int) {
		t.Helper()
		ok(t, s.writer.db.QueryRowContext(t.Context(), "SELECT pg_backend_pid()").Scan(&pid))
		return pid
	}
	before := process()
	if again := process(); again != before {
		t.Fatalf("a connection is not kept at all: %d, %d", before, again)
	}
	_, err := s.writer.db.ExecContext(t.Context(), "SET default_transaction_read_only = on")
	ok(t, err)
	wantFailure(t, "Reserve", func(ctx context.Context) error { return s.Reserve(ctx, reservationOf("lost", "a", 1)) })
	reserve(t, s, "r", "a", 1)
	if after := process(); after == before {
		t.Error("the session that only reads was kept")
	}
}

// While every session only reads, as on a server that ran out of room, the last
// change counts, though there may be none for long that would be made.
func TestServerThatTakesNoChanges(t *testing.T) {
	t.Run("current", func(t *testing.T) { serverThatTakesNoChanges(t, false) })
	t.Run("overtaken", func(t *testing.T) { serverThatTakesNoChanges(t, true) })
}

func serverThatTakesNoChanges(t *testing.T, overtaken bool) {
	dsn := needServer(t).Database(t)
	s := open(t, Config{DSN: dsn, Limits: testLimits, Now: func() time.Time { return noon }})
	reserve(t, s, "r", "a", 1)
	if overtaken {
		s.schema--
	}
	alter := func(value string) {
		t.Helper()
		_, err := s.read.ExecContext(t.Context(), `SET default_transaction_read_only = off;
			DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = `+value+`', current_database()); END $$`)
		ok(t, err)
	}
	alter("on")
	_, err := s.writer.db.ExecContext(t.Context(), "SET default_transaction_read_only = on")
	ok(t, err)
	_, err = s.Maintain(t.Context(), noon)
	wantFailure(t, "Maintain", func(context.Context) error { return err })
	ok(t, s.Ping(t.Context()))
	wantFailure(t, "TakesChanges", s.TakesChanges)
	alter("off")
	eventually(t, func() error {
		_, err := s.Maintain(context.Background(), noon)
		if overtaken && errors.Is(err, ErrOvertaken) {
			err = s.TakesChanges(context.Background())
		}
		return err
	})
	ok(t, s.TakesChanges(t.Context()))
}

// A value that cannot be stored is no fault of the database's.
func TestDataThatCannotBeStored(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		err := s.change(t.Context(), func(ctx context.Context, c conn) (refusal, err error) {
			_, err = c.exec(ctx, `INSERT INTO idempotency_keys (client, key, request_hash, done, status, key_id, body, lease_ns, expires_ns)
				VALUES ('a', 'k', 'h', 2, 0, '', $1, 0, 0)`, []byte{})
			return nil, err
		})
		if err == nil {
			t.Fatal("done is 2")
		}
		ok(t, s.TakesChanges(t.Context()))
	})
}

// A pooler that gives away sessions, or drops what was asked of them, would have
// waits without bounds and locks that nobody gives back.
func TestSessionsBehindAPooler(t *testing.T) {
	for name, test := range map[string]struct {
		perTransaction bool
		role           settings
		want           error
	}{
		"a session for each connection, as it was asked for": {false, asAsked, nil},
		"a session for each connection, without settings":    {false, nil, ErrPooler},
		"a session for each transaction":                     {true, asAsked, ErrPooler},
		"a session for each transaction, without settings":   {true, nil, ErrPooler},
	} {
		t.Run(name, func(t *testing.T) {
			_, dsn := startPooler(t, needServer(t).Database(t), test.perTransaction, test.role)
			s, err := Open(t.Context(), Config{DSN: dsn, Limits: testLimits})
			wantErr(t, err, test.want)
			if err != nil {
				return
			}
			reserve(t, s, "r", "a", 100)
			ok(t, s.Close())
		})
	}
}

// What the URL names, passwords and certificates, is replaced while the program
// runs. What is half written is not gone by.
func TestFilesOfTheURLAreReadForEachConnection(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) { ok(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)) }
	p, dsn := startPooler(t, needServer(t).Database(t), false, asAsked)
	p.want("first")
	write("passwords", "*:*:*:*:first\n")
	write("services", "[db]\nuser=postgres\n")
	s := open(t, Config{DSN: dsn + "&service=db&servicefile=" + filepath.Join(dir, "services") + "&passfile=" + filepath.Join(dir, "passwords"), Limits: testLimits})
	reserve(t, s, "r", "a", 100)

	p.want("second")
	write("passwords", "*:*:*:*:second\n")
	p.cut()
	eventually(t, func() error { return s.Reserve(context.Background(), reservationOf("r2", "a", 1)) })

	write("services", "half")
	p.cut()
	eventually(t, func() error { return s.Reserve(context.Background(), reservationOf("r3", "a", 1)) })
}
