package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/recommend"
)

func recordOf(n int) recommend.Record {
	client := "a"
	if n%3 == 0 {
		client = "b"
	}
	return recommend.Record{
		ID: fmt.Sprintf("rec_%d", n), CreatedAt: noon.Add(time.Duration(n) * time.Second), Client: client,
		RequestID: fmt.Sprintf("req_%d", n), RequestHash: fmt.Sprintf("%064d", n),
		Policy: "p1", Engine: "e1", Prompt: "q1", ModelID: "m", Region: "us-east-2",
		Attempts: []recommend.Attempt{{
			Reservation: fmt.Sprintf("at_%d", n), At: noon, System: "system", User: "secret prompt", Raw: "secret \x00 \xff raw",
			InputTokens: n, CostNano: int64(n), Verdicts: []recommend.Verdict{{Item: "A1", Reason: "fence", Action: "repaired"}},
		}},
		Source: "model", Request: []byte(`{"n": 1}`), Answer: fmt.Appendf(nil, `{"secret": %d}`, n),
	}
}

func fill(t testing.TB, s *Store, n int) {
	t.Helper()
	for i := range n {
		ok(t, s.Append(context.Background(), recordOf(i+1)))
	}
}

func TestRecordComesBackAsItWas(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		fill(t, s, 3)
		want := recordOf(2)
		want.Attempts[0].Raw = "secret \x00 � raw" // JSON holds text
		got, err := s.Record(t.Context(), "rec_2")
		ok(t, err)
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		ok(t, s.VerifyChain(t.Context()))
	})
}

func TestAnswerBelongsToItsClient(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		fill(t, s, 3)
		got, err := s.Answer(t.Context(), "a", "rec_1")
		if err != nil || string(got) != `{"secret": 1}` {
			t.Errorf("Answer: %s, %v", got, err)
		}
		for _, c := range [][2]string{{"b", "rec_1"}, {"a", "rec_3"}, {"a", "rec_9"}, {"", "rec_1"}} {
			_, err := s.Answer(t.Context(), c[0], c[1])
			wantErr(t, err, recommend.ErrNotFound)
		}
		_, err = s.Record(t.Context(), "rec_9")
		wantErr(t, err, recommend.ErrNotFound)
	})
}

func TestAppendAgain(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		cfg.Keys = keysOf("k1")
		s := open(t, cfg)
		r := recordOf(1)
		r.Attempts[0].Raw = "text"
		ok(t, s.Append(t.Context(), r))
		ok(t, s.Append(t.Context(), r))
		r.Answer = []byte("another")
		wantErr(t, s.Append(t.Context(), r), ErrDuplicateRecord)
		if h, err := s.Head(t.Context()); h.Seq != 1 || err != nil {
			t.Errorf("head %d, %v, want 1 record", h.Seq, err)
		}
	})
}

func TestAppendRefusesNonsense(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		for name, change := range map[string]func(*recommend.Record){
			"no id":          func(r *recommend.Record) { r.ID = "" },
			"no client":      func(r *recommend.Record) { r.Client = "" },
			"no time":        func(r *recommend.Record) { r.CreatedAt = time.Time{} },
			"NUL in a field": func(r *recommend.Record) { r.RequestID = "a\x00" },
			"no such end":    func(r *recommend.Record) { r.RetainUntil = time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC) },
		} {
			r := recordOf(1)
			change(&r)
			var invalid *InvalidError
			if err := s.Append(t.Context(), r); !errors.As(err, &invalid) {
				t.Errorf("%s: %v, want an InvalidError", name, err)
			}
		}
		if h, _ := s.Head(t.Context()); h.Seq != 0 {
			t.Errorf("%d records were written", h.Seq)
		}
	})
}

// TestWhatCameOfARecommendation is listed by what it is about, is no
// recommendation, and is proven like one.
func TestWhatCameOfARecommendation(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		fill(t, s, 2)
		r := recordOf(3)
		r.ID, r.Client, r.Kind, r.About, r.SavedNano = "fbk_3", "a", recommend.RecordFeedback, "rec_1", 5
		ok(t, s.Append(t.Context(), r))
		repeat := recordOf(4)
		repeat.About = "rec_1"
		ok(t, s.Append(t.Context(), repeat))
		got, err := s.Record(t.Context(), "fbk_3")
		ok(t, err)
		if got.Kind != r.Kind || got.About != "rec_1" || got.SavedNano != 5 {
			t.Errorf("read %+v", got)
		}
		_, err = s.Answer(t.Context(), "a", "fbk_3")
		wantErr(t, err, recommend.ErrNotFound)
		advice := recommend.RecordRecommendation
		for want, f := range map[string]recommend.RecordFilter{
			"rec_4 fbk_3":       {About: "rec_1"},
			"rec_4":             {About: "rec_1", Kind: &advice},
			"rec_4 rec_2 rec_1": {Kind: &advice},
			"rec_2":             {RequestID: "req_2"},
		} {
			page, _, err := s.List(t.Context(), "", 10, f)
			ok(t, err)
			var ids []string
			for _, item := range page {
				ids = append(ids, item.ID)
			}
			if got := strings.Join(ids, " "); got != want {
				t.Errorf("listed %q, want %q", got, want)
			}
		}
		ok(t, s.VerifyChain(t.Context()))
	})
}

// TestKindIsProven changes the columns that came later.
func TestKindIsProven(t *testing.T) {
	for name, change := range map[string]string{
		"kind":  `UPDATE journal_content SET kind = '' WHERE seq = 2`,
		"about": `UPDATE journal_content SET about = 'rec_2' WHERE seq = 2`,
		"saved": `UPDATE journal_content SET saved_nano = 1 WHERE seq = 1`,
		"words": `UPDATE journal_content SET about = 'rec_9' WHERE seq = 3`,
	} {
		s := open(t, Config{Dir: t.TempDir()})
		fill(t, s, 1)
		r := recordOf(2)
		r.Kind, r.About = recommend.RecordQuestion, "rec_1"
		ok(t, s.Append(t.Context(), r))
		repeat := recordOf(3)
		repeat.About = "rec_1"
		ok(t, s.Append(t.Context(), repeat))
		for _, statement := range []string{`DROP TRIGGER journal_content_no_update`, change} {
			_, err := s.writer.db.ExecContext(t.Context(), statement)
			ok(t, err)
		}
		var broken *ChainError
		if err := s.VerifyChain(t.Context()); !errors.As(err, &broken) || broken.Fault != FaultChanged {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStatistics(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		reserve(t, s, "r1", "a", 400)
		ok(t, s.Settle(t.Context(), "r1", bill(150)))
		for n := 1; n <= 4; n++ {
			r := recordOf(n) // 3 is b's
			r.SavedNano = int64(n)
			if n == 4 {
				r.Kind = recommend.RecordFeedback
			}
			r.CreatedAt = noon.Add(time.Duration(n-1) * time.Hour)
			ok(t, s.Append(t.Context(), r))
		}
		got, err := s.Statistics(t.Context(), noon, noon.Add(4*time.Hour), 2*time.Hour)
		ok(t, err)
		want := recommend.Statistics{
			Buckets: []recommend.Bucket{
				{Start: noon, Client: "a", InputTokens: 10, OutputTokens: 20, CostNano: 150, SavedNano: 3, Answers: 2},
				{Start: noon.Add(2 * time.Hour), Client: "b", SavedNano: 3, Answers: 1},
			},
			Outcomes: []recommend.Outcome{{Client: "a", Source: "model", Count: 2}, {Client: "b", Source: "model", Count: 1}},
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		if got, err = s.Statistics(t.Context(), noon.Add(-time.Hour), noon, time.Hour); err != nil || got.Buckets != nil || got.Outcomes != nil {
			t.Errorf("before: %v, %v", got, err)
		}
	})
}
