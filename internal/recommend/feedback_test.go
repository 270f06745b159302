package recommend_test

import (
	"encoding/json"
	"errors"
	"testing"

	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

// TestFeedbackIsRecordedAndCounted by the kind of its action, or of all.
func TestFeedbackIsRecordedAndCounted(t *testing.T) {
	b := newBench(t, []turn{good}, nil)
	answer := b.one(t, p0(t)).Answer
	first := answer.Recommendations[0]
	f := recommend.Feedback{Client: "desk", RequestID: "req-2", About: answer.ID, Outcome: "dismissed", Action: first.ID, Reason: "Not now."}
	got, err := b.Feedback(t.Context(), f)
	if err != nil || got.About != answer.ID || *got.Action != first.ID {
		t.Fatalf("%+v, %v", got, err)
	}
	if n := b.observer.seen("feedback " + first.Kind + " dismissed"); n != 1 {
		t.Errorf("counted %d times", n)
	}
	f.Action, f.Outcome = "", "accepted"
	if got, err = b.Feedback(t.Context(), f); err != nil || got.Action != nil {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, r := range answer.Recommendations {
		if n := b.observer.seen("feedback " + r.Kind + " accepted"); n != 1 {
			t.Errorf("%s was counted %d times", r.Kind, n)
		}
	}
	rec := b.journal.kept()[1]
	var kept map[string]string
	if err := json.Unmarshal(rec.Request, &kept); err != nil {
		t.Fatal(err)
	}
	if rec.Kind != recommend.RecordFeedback || rec.About != answer.ID || kept["reason"] != "Not now." || rec.RetainUntil.IsZero() {
		t.Errorf("kept %+v", rec)
	}
}

// TestFeedbackThatIsRefused leaves no record and is not counted.
func TestFeedbackThatIsRefused(t *testing.T) {
	b := newBench(t, []turn{good}, func(b *bench, _ *recommend.Config) {
		b.journal.fault = func(n int) fault {
			if n == 2 {
				return notApplied
			}
			return works
		}
	})
	answer := b.one(t, p0(t)).Answer
	f := recommend.Feedback{Client: "desk", About: answer.ID, Outcome: "accepted"}
	if _, err := b.Feedback(t.Context(), f); !errors.Is(err, recommend.ErrJournal) {
		t.Errorf("no journal: %v", err)
	}
	f.Action = "A99"
	var faults portfolio.Faults
	if _, err := b.Feedback(t.Context(), f); !errors.As(err, &faults) {
		t.Errorf("unknown action: %v", err)
	}
	f.Action, f.Client = "", "other"
	if _, err := b.Feedback(t.Context(), f); !errors.Is(err, recommend.ErrNotFound) {
		t.Errorf("another's: %v", err)
	}
	if n := b.observer.seen("feedback"); n != 0 || len(b.journal.kept()) != 1 {
		t.Errorf("counted %d, recorded %d", n, len(b.journal.kept()))
	}
}
