package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/httpapi/docs"
	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/report"
)

// GetReport prints what was journalled.
func (h handlers) GetReport(ctx context.Context, r api.GetReportRequestObject) (api.GetReportResponseObject, error) {
	body, err := h.stored(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	var answer recommend.Answer
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("stored answer: %w", err)
	}
	if answer.Analysis == nil {
		return nil, errors.New("stored answer: no analysis")
	}
	html, err := report.HTML(&answer, string(orZero(r.Params.Language)))
	return page{docs.Page{HTML: html, Policy: docs.Policy(report.Style())}}, err
}

// stored reads one of the caller's own answers from the journal.
func (h handlers) stored(ctx context.Context, id string) ([]byte, error) {
	body, err := h.Answers.Answer(ctx, infoOf(ctx).principal.Name, id)
	if err != nil && !errors.Is(err, recommend.ErrNotFound) {
		err = fmt.Errorf("%w: journal: %w", errUnavailable, err)
	}
	return body, err
}
