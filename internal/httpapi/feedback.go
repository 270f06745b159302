package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/recommend"
)

// CreateFeedback records what came of a recommendation.
func (h handlers) CreateFeedback(ctx context.Context, r api.CreateFeedbackRequestObject) (api.CreateFeedbackResponseObject, error) {
	return h.onceAbout(ctx, r.Params.IdempotencyKey, "feedback", r.ID, r.Body, func(ctx context.Context) (document, error) { return h.feedback(ctx, r) })
}

func (h handlers) feedback(ctx context.Context, r api.CreateFeedbackRequestObject) (document, error) {
	i := infoOf(ctx)
	receipt, err := h.Service.Feedback(ctx, recommend.Feedback{
		Client: i.principal.Name, RequestID: i.requestID, About: r.ID,
		Outcome: string(r.Body.Outcome), Action: orZero(r.Body.Action), Reason: orZero(r.Body.Reason),
	})
	if err != nil {
		return document{}, unlessKnown(err, "journal")
	}
	return encode(receipt)
}

// ListFeedback sends a page of what the caller said of one of its own
// recommendations.
func (h handlers) ListFeedback(ctx context.Context, r api.ListFeedbackRequestObject) (api.ListFeedbackResponseObject, error) {
	client, kind := infoOf(ctx).principal.Name, recommend.RecordFeedback
	if _, err := h.Answers.Answer(ctx, client, r.ID); err != nil {
		return nil, unlessKnown(err, "journal")
	}
	lines, next, err := h.page(ctx, paging{cursor: orZero(r.Params.Cursor), limit: r.Params.Limit},
		recommend.RecordFilter{Client: client, Kind: &kind, About: r.ID})
	if err != nil {
		return nil, err
	}
	out := api.FeedbackPage{Feedback: []api.GivenFeedback{}, Next: told(next)}
	for _, line := range lines {
		given, err := h.given(ctx, line.ID)
		switch {
		case errors.Is(err, recommend.ErrNotFound): // its retention has ended since
		case err != nil:
			return nil, fmt.Errorf("%w: journal: %w", errUnavailable, err)
		default:
			out.Feedback = append(out.Feedback, given)
		}
	}
	return encode(out)
}

// given reads a piece of feedback: the receipt, and the reason of what was sent.
func (h handlers) given(ctx context.Context, id string) (api.GivenFeedback, error) {
	var out api.GivenFeedback
	rec, err := h.Records.Record(ctx, id)
	if err != nil {
		return out, err
	}
	return out, errors.Join(json.Unmarshal(rec.Answer, &out), json.Unmarshal(rec.Request, &out))
}
