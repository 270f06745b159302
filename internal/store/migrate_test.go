package store

import (
	"fmt"
	"testing"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// beforeBatches undoes the migration that brought jobs.
var beforeBatches = []string{
	`DROP INDEX ledger_entries_batch`,
	`ALTER TABLE ledger_reservations DROP COLUMN batch`,
	`ALTER TABLE ledger_entries DROP COLUMN batch`,
	`ALTER TABLE ledger_balances DROP COLUMN batch_reserved`,
	`ALTER TABLE ledger_balances DROP COLUMN batch_spent`,
	`DROP TABLE batch_lines`,
	`DROP TABLE batch_jobs`,
	`DELETE FROM goose_db_version WHERE version_id >= 5`,
}

// A database that was filled before there were jobs has all its data afterwards,
// its proofs among them, and takes jobs.
func TestJobsComeToAFilledDatabase(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		cfg.Limits.BatchPercent = 50
		s := open(t, cfg)
		for i := range 4 {
			reserve(t, s, fmt.Sprint("r", i), "a", 100)
		}
		ok(t, s.Settle(t.Context(), "r0", recommend.TokenUsage{InputTokens: 7, OutputTokens: 3, CostNano: 60}))
		ok(t, s.Forfeit(t.Context(), "r1"))
		ok(t, s.Append(t.Context(), recommend.Record{ID: "rec_1", Client: "a", CreatedAt: noon, Answer: []byte(`{}`)}))
		for _, statement := range beforeBatches {
			if _, err := s.writer.db.ExecContext(t.Context(), statement); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
		}
		ok(t, s.Close())

		s = open(t, cfg)
		wantBalances(t, s, "a", noon, 160, 200, 160, 200, 160, 200, 160, 200)
		ok(t, s.VerifyChain(t.Context()))
		ok(t, s.Settle(t.Context(), "r2", recommend.TokenUsage{CostNano: 40})) // reserved before, settled after
		r := reservationOf("r9", "a", 500)
		r.Batch = "bat_1"
		ok(t, s.Reserve(t.Context(), r))
		r.ID, r.CostNano = "r10", 1
		if err := s.Reserve(t.Context(), r); err == nil {
			t.Error("the part of jobs does not hold")
		}
		jobOf(t, s, "a", "bat_1", 1)
		if j := jobNow(t, s, "a", "bat_1"); j.ReservedNano != 500 || j.SpentNano != 0 {
			t.Errorf("%+v", j)
		}
		ok(t, s.Verify(t.Context()))
	})
}

// A process that runs while a newer one changes the schema ends what it has
// begun, and takes up nothing of others: what it does not know would be missing
// from its entries, which nobody can change afterwards.
func TestOvertakenProcessLeavesOthersAlone(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		cfg.Limits.BatchPercent = 50
		s := open(t, cfg)
		reserve(t, s, "own", "a", 100)
		reserve(t, s, "late", "a", 100)
		jobOf(t, s, "a", "bat_1", 1)
		_, err := s.writer.db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)")
		ok(t, err)

		ok(t, s.Settle(t.Context(), "own", recommend.TokenUsage{CostNano: 60}))
		reserve(t, s, "new", "a", 100)
		ok(t, s.Append(t.Context(), recommend.Record{ID: "rec_1", Client: "a", CreatedAt: noon, Answer: []byte(`{}`)}))
		_, err = s.Maintain(t.Context(), noon.AddDate(1, 0, 0))
		wantErr(t, err, ErrOvertaken)
		got, err := s.Claim(t.Context(), "me", 5, noon, time.Minute)
		if err != nil || len(got.Lines) != 0 {
			t.Errorf("%d lines were taken, %v", len(got.Lines), err)
		}
		wantBalances(t, s, "a", noon, 60, 200, 60, 200, 60, 200, 60, 200)

		_, err = s.writer.db.ExecContext(t.Context(), "DELETE FROM goose_db_version WHERE version_id = 9999")
		ok(t, err)
		m, err := s.Maintain(t.Context(), noon.AddDate(1, 0, 0))
		if err != nil || m.Expired != 2 {
			t.Errorf("%+v, %v: want what is late to expire", m, err)
		}
		if got, err := s.Claim(t.Context(), "me", 5, noon, time.Minute); err != nil || len(got.Lines) != 1 {
			t.Errorf("%d lines were taken, %v", len(got.Lines), err)
		}
	})
}

// A migration that does not get its table gives way: while it waits, all who
// change the table wait behind it.
func TestMigrationGivesWayToLongReadings(t *testing.T) {
	cfg := Config{DSN: needServer(t).Database(t), WriteTimeout: time.Minute}
	s := open(t, cfg)
	for _, statement := range beforeBatches {
		if _, err := s.writer.db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	reading, err := s.read.BeginTx(t.Context(), s.d.snapshot)
	ok(t, err)
	var n int
	ok(t, reading.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM ledger_entries").Scan(&n))
	cfg.WriteTimeout = 300 * time.Millisecond
	_, err = Open(t.Context(), cfg)
	wantErr(t, err, ErrTableInUse)
	ok(t, reading.Rollback())
	cfg.WriteTimeout = time.Minute
	again := open(t, cfg)
	reserve(t, again, "r", "a", 0)
	ok(t, again.Verify(t.Context()))
}
