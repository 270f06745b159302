package recommend

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"ballast.internal/ballast/internal/portfolio"
)

// Feedback is what came of one action of a recommendation, or of all of them.
type Feedback struct {
	Client    string // the authenticated client's name
	RequestID string
	About     string // the id of the recommendation
	Action    string // an action's id; "" for all of them
	Outcome   string // accepted, dismissed or modified
	Reason    string // kept in the journal alone
}

// Receipt says that feedback was recorded.
type Receipt struct {
	ID        string    `json:"id"`
	CreatedAt time.Time `json:"created_at"`
	About     string    `json:"recommendation_id"`
	Outcome   string    `json:"outcome"`
	Action    *string   `json:"action"`
}

// Feedback records what came of one of the client's own recommendations, and
// counts it by the kind of each action that it is about. It fails with
// ErrNotFound, with portfolio.Faults for an action that the recommendation does
// not have, and with ErrJournal.
func (s *Service) Feedback(ctx context.Context, f Feedback) (Receipt, error) {
	body, err := s.cfg.Journal.Answer(ctx, f.Client, f.About)
	if err != nil {
		return Receipt{}, err
	}
	var answer Answer
	if err := json.Unmarshal(body, &answer); err != nil {
		return Receipt{}, fmt.Errorf("recommend: stored answer: %w", err)
	}
	kinds := kindsOf(answer.Recommendations, f.Action)
	if f.Action != "" && len(kinds) == 0 {
		return Receipt{}, portfolio.Faults{{
			Pointer: "/action", Code: "unknown_action", Detail: "The recommendation has no action of this id.",
		}}
	}
	r := Receipt{ID: "fbk_" + s.cfg.NewID(), CreatedAt: s.now(), About: f.About, Outcome: f.Outcome}
	if f.Action != "" {
		r.Action = &f.Action
	}
	if err := s.keepFeedback(ctx, f, r); err != nil {
		return Receipt{}, err
	}
	for _, kind := range kinds {
		s.cfg.Observer.Feedback(kind, f.Outcome)
	}
	return r, nil
}

// kindsOf lists the kinds of an action, or of all.
func kindsOf(recs []Recommendation, action string) []string {
	var kinds []string
	for _, r := range recs {
		if (action == "" || r.ID == action) && !slices.Contains(kinds, r.Kind) {
			kinds = append(kinds, r.Kind)
		}
	}
	return kinds
}

// told is the request of a piece of feedback as the journal keeps it.
type told struct {
	Outcome string `json:"outcome"`
	Action  string `json:"action,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

func (s *Service) keepFeedback(ctx context.Context, f Feedback, r Receipt) error {
	return s.keepAbout(ctx, told{f.Outcome, f.Action, f.Reason}, r, Record{
		ID: r.ID, Kind: RecordFeedback, About: f.About, CreatedAt: r.CreatedAt, Client: f.Client, RequestID: f.RequestID,
	})
}
