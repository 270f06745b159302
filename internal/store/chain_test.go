package store

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// tamper changes the database as someone would who owns it: past the triggers
// and the foreign keys.
func tamper(t *testing.T, s *Store, statements ...string) {
	t.Helper()
	statements = append(disarm(s), statements...)
	for _, st := range statements {
		if _, err := s.writer.db.ExecContext(context.Background(), st); err != nil {
			t.Fatalf("%s: %v", st, err)
		}
	}
}

func disarm(s *Store) []string {
	if s.d.name == "postgres" {
		return []string{
			`ALTER TABLE journal_chain DISABLE TRIGGER ALL`, `ALTER TABLE journal_content DISABLE TRIGGER ALL`,
			`ALTER TABLE ledger_entries DISABLE TRIGGER ALL`, `ALTER TABLE ledger_reservations DISABLE TRIGGER ALL`,
		}
	}
	out := []string{`PRAGMA foreign_keys = 0`}
	for _, table := range []string{"journal_chain", "journal_content", "ledger_entries"} {
		out = append(out, `DROP TRIGGER IF EXISTS `+table+`_no_update`, `DROP TRIGGER IF EXISTS `+table+`_no_delete`)
	}
	return out
}

// The statements of a forger who knows the tables but not the hashes.
func move(from, to string) []string {
	return []string{
		`UPDATE journal_chain SET seq = ` + to + ` WHERE seq = ` + from,
		`UPDATE journal_content SET seq = ` + to + ` WHERE seq = ` + from,
	}
}

func swap(a, b string) []string {
	return append(append(move(a, "1000"), move(b, a)...), move("1000", b)...)
}

func remove(seq string) []string {
	return []string{`DELETE FROM journal_content WHERE seq = ` + seq, `DELETE FROM journal_chain WHERE seq = ` + seq}
}

// shift renumbers what comes after seq.
func shift(seq, by string) []string {
	var out []string
	for _, table := range []string{"journal_chain", "journal_content"} {
		out = append(out,
			`UPDATE `+table+` SET seq = seq + 100000 WHERE seq > `+seq,
			`UPDATE `+table+` SET seq = seq - 100000 + `+by+` WHERE seq > 100000`)
	}
	return out
}

func TestTamperingIsNamed(t *testing.T) {
	cases := []struct {
		name       string
		statements []string
		want       ChainError
	}{
		{"answer changed", []string{`UPDATE journal_content SET answer = request WHERE seq = 5`}, ChainError{5, "rec_5", FaultChanged}},
		{"client changed", []string{`UPDATE journal_content SET client = 'b' WHERE seq = 5`}, ChainError{5, "rec_5", FaultChanged}},
		{"time changed", []string{`UPDATE journal_content SET created_ns = created_ns + 1 WHERE seq = 1`}, ChainError{1, "rec_1", FaultChanged}},
		{"id changed", []string{`UPDATE journal_chain SET id = 'x' WHERE seq = 5`}, ChainError{5, "x", FaultChanged}},
		{"retention shortened", []string{`UPDATE journal_chain SET retain_until_ns = 1 WHERE seq = 5`}, ChainError{5, "rec_5", FaultChanged}},
		{"copy of retention changed", []string{`UPDATE journal_content SET retain_until_ns = 1 WHERE seq = 5`}, ChainError{5, "rec_5", FaultChanged}},
		{"hash changed", []string{`UPDATE journal_chain SET hash = prev_hash WHERE seq = 5`}, ChainError{5, "rec_5", FaultChanged}},
		{"content erased early", []string{`DELETE FROM journal_content WHERE seq = 5`}, ChainError{5, "rec_5", FaultMissing}},
		{"first removed", remove("1"), ChainError{1, "", FaultMissing}},
		{"one removed", remove("5"), ChainError{5, "", FaultMissing}},
		{"last removed", remove("10"), ChainError{10, "", FaultMissing}},
		{"first removed and renumbered", append(remove("1"), shift("1", "-1")...), ChainError{1, "", FaultMissing}},
		{"one removed and renumbered", append(remove("5"), shift("5", "-1")...), ChainError{5, "", FaultMissing}},
		{"neighbours swapped", swap("4", "5"), ChainError{4, "rec_5", FaultReordered}},
		{"two swapped", swap("3", "7"), ChainError{3, "rec_7", FaultReordered}},
		{"first and last swapped", swap("1", "10"), ChainError{1, "rec_10", FaultReordered}},
		{"all removed", []string{`DELETE FROM journal_content`, `DELETE FROM journal_chain`}, ChainError{1, "", FaultMissing}},
		{"head put back", []string{`UPDATE journal_head SET seq = 8, hash = (SELECT hash FROM journal_chain WHERE seq = 8)`},
			ChainError{9, "rec_9", FaultInserted}},
		{"head's hash changed", []string{`UPDATE journal_head SET hash = (SELECT hash FROM journal_chain WHERE seq = 8)`},
			ChainError{10, "rec_10", FaultChanged}},
	}
	both(t, func(t *testing.T, cfg Config) {
		filled(t, cfg, 10)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				s := open(t, copied(t, cfg, cfg))
				tamper(t, s, c.statements...)
				wantChain(t, s.VerifyChain(t.Context()), c.want)
			})
		}
	})
}

// filled puts n records into a database that nobody has open, neither before
// nor after.
func filled(t *testing.T, cfg Config, n int) {
	t.Helper()
	s, err := Open(t.Context(), cfg)
	ok(t, err)
	fill(t, s, n)
	ok(t, s.VerifyChain(t.Context()))
	ok(t, s.Close())
}

func wantChain(t *testing.T, err error, want ChainError) {
	t.Helper()
	var got *ChainError
	if !errors.As(err, &got) || *got != want {
		t.Fatalf("%v, want %v", err, &want)
	}
}

// forge writes a record that is whole in itself and chained to the record
// before its number.
func forge(t *testing.T, s *Store, seq int64) {
	t.Helper()
	c := conn{q: s.writer.db, d: s.d}
	ctx := context.Background()
	l := link{seq: seq, id: "forged"}
	ok(t, c.row(ctx, `SELECT hash FROM journal_chain WHERE seq = $1`, seq-1).Scan(&l.prevHash))
	body, err := s.encode(recordOf(99))
	ok(t, err)
	body.seq = seq
	l.contentHash = body.sum()
	l.hash = l.sum()
	_, err = c.exec(ctx, `INSERT INTO journal_chain (seq, id, retain_until_ns, content_hash, prev_hash, hash)
		VALUES ($1, $2, 0, $3, $4, $5)`, l.seq, l.id, l.contentHash, l.prevHash, l.hash)
	ok(t, err)
	ok(t, insertContent(ctx, c, body))
}

func TestForgedRecordsAreNamed(t *testing.T) {
	cases := []struct {
		name   string
		before []string
		seq    int64
		after  []string
		want   ChainError
	}{
		{"put between two", shift("4", "1"), 5, nil, ChainError{5, "forged", FaultInserted}},
		{"put after the last", nil, 11, nil, ChainError{11, "forged", FaultInserted}},
		{"in the place of another", remove("5"), 5, nil, ChainError{5, "forged", FaultChanged}},
		{"in the place of the last", remove("10"), 10, nil, ChainError{10, "forged", FaultChanged}},
		{"with the next chained to it", remove("5"), 5,
			[]string{`UPDATE journal_chain SET prev_hash = (SELECT hash FROM journal_chain WHERE seq = 5) WHERE seq = 6`},
			ChainError{6, "rec_6", FaultChanged}},
	}
	both(t, func(t *testing.T, cfg Config) {
		filled(t, cfg, 10)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				s := open(t, copied(t, cfg, cfg))
				tamper(t, s, c.before...)
				forge(t, s, c.seq)
				tamper(t, s, c.after...)
				wantChain(t, s.VerifyChain(t.Context()), c.want)
			})
		}
	})
}

// TestRewrittenChain is what only a head that was kept elsewhere reveals.
func TestRewrittenChain(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		fill(t, s, 5)
		noted, err := s.Head(t.Context())
		ok(t, err)
		fill(t, s, 7) // the first five again: no-ops
		ok(t, s.VerifyFrom(t.Context(), noted))

		tamper(t, s, `CREATE TABLE genesis AS SELECT prev_hash FROM journal_chain WHERE seq = 1`,
			`DELETE FROM journal_content`, `DELETE FROM journal_chain`,
			`UPDATE journal_head SET seq = 0, hash = (SELECT prev_hash FROM genesis)`)
		for n := 11; n <= 14; n++ {
			ok(t, s.Append(t.Context(), recordOf(n)))
		}
		ok(t, s.VerifyChain(t.Context()))
		wantChain(t, s.VerifyFrom(t.Context(), noted), ChainError{5, "", FaultMissing})
		ok(t, s.Append(t.Context(), recordOf(15)))
		wantChain(t, s.VerifyFrom(t.Context(), noted), ChainError{5, "rec_15", FaultHead})
	})
}

func TestJournalIsImmutable(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		r := recordOf(1)
		r.RetainUntil = noon.Add(time.Hour)
		ok(t, s.Append(t.Context(), r))
		reserve(t, s, "r", "a", 1)
		statements := []string{
			`UPDATE journal_chain SET id = 'x'`, `DELETE FROM journal_chain`,
			`UPDATE journal_content SET client = 'b'`, `DELETE FROM journal_content`,
			`UPDATE ledger_entries SET spent_delta = 0`, `DELETE FROM ledger_entries`,
			`DELETE FROM ledger_reservations`, // its entry refers to it
		}
		if s.d.name == "postgres" {
			statements = append(statements, `TRUNCATE journal_content`, `TRUNCATE journal_chain CASCADE`, `TRUNCATE ledger_entries`)
		}
		for _, st := range statements {
			if _, err := s.writer.db.ExecContext(t.Context(), st); err == nil {
				t.Errorf("%s: allowed", st)
			}
		}
		ok(t, s.VerifyChain(t.Context()))
	})
}

func TestPruneErasesWhatMayGo(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		clock := noon
		cfg.Now = func() time.Time { return clock }
		s := open(t, cfg)
		for n := 1; n <= 6; n++ {
			r := recordOf(n)
			switch n {
			case 2, 5:
				r.RetainUntil = noon.Add(time.Hour)
			case 4:
				r.RetainUntil = noon.Add(2 * time.Hour)
			}
			ok(t, s.Append(t.Context(), r))
		}
		for _, step := range []struct {
			after time.Duration
			want  int
		}{{time.Hour - 1, 0}, {time.Hour, 2}, {time.Hour, 0}, {2 * time.Hour, 1}, {20000 * time.Hour, 0}} {
			clock = noon.Add(step.after)
			if n, err := s.Prune(t.Context(), clock); n != step.want || err != nil {
				t.Errorf("Prune after %s: %d, %v, want %d", step.after, n, err, step.want)
			}
			ok(t, s.VerifyChain(t.Context()))
		}
		_, err := s.Record(t.Context(), "rec_4")
		if err == nil {
			t.Error("a pruned record is still there")
		}
		wantErr(t, s.Append(t.Context(), recordOf(4)), ErrDuplicateRecord)
		var out strings.Builder
		ok(t, s.Export(t.Context(), &out))
		if got := strings.Count(out.String(), `"record":null`); got != 3 {
			t.Errorf("%d erased records in the export, want 3", got)
		}
	})
}

// TestPruneGoesByTheSharedClock: what one replica's clock erased, no other could
// bring back.
func TestPruneGoesByTheSharedClock(t *testing.T) {
	s := open(t, Config{DSN: needServer(t).Database(t)})
	r := recordOf(1)
	r.RetainUntil = time.Now().Add(time.Hour)
	ok(t, s.Append(t.Context(), r))
	if n, err := s.Prune(t.Context(), r.RetainUntil.AddDate(1, 0, 0)); n != 0 || err != nil {
		t.Errorf("Prune by a clock that is a year ahead: %d, %v", n, err)
	}
}

func TestPruneMoreThanOneBatch(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		for n := range pruneBatch + 1 {
			r := recordOf(n + 1)
			r.RetainUntil = noon
			ok(t, s.Append(t.Context(), r))
		}
		if n, err := s.Prune(t.Context(), noon); n != pruneBatch+1 || err != nil {
			t.Errorf("Prune: %d, %v", n, err)
		}
		ok(t, s.VerifyChain(t.Context()))
	})
}
