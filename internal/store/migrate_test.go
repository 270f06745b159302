package store

import (
	"fmt"
	"testing"

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
