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

// GetReport prints what was journalled, in the language that it was asked for in
// unless the caller wants the words around it in another.
func (h handlers) GetReport(ctx context.Context, r api.GetReportRequestObject) (api.GetReportResponseObject, error) {
	body, err := h.stored(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	language := string(orZero(r.Params.Language))
	if language == "" {
		if language, err = h.languageOf(ctx, r.ID); err != nil {
			return nil, err
		}
	}
	var answer recommend.Answer
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("stored answer: %w", err)
	}
	if answer.Analysis == nil {
		return nil, errors.New("stored answer: no analysis")
	}
	html, err := report.HTML(&answer, language)
	return page{docs.Page{HTML: html, Policy: docs.Policy(report.Style())}}, err
}

// languageOf is the language that one of the caller's own answers was asked for
// in, "" where the request left it to the service.
func (h handlers) languageOf(ctx context.Context, id string) (string, error) {
	rec, err := h.own(ctx, infoOf(ctx).principal.Name, id)
	if err != nil {
		return "", err
	}
	var asked struct{ Options struct{ Language string } }
	if err := json.Unmarshal(rec.Request, &asked); err != nil {
		return "", fmt.Errorf("stored request of %s: not readable", id)
	}
	return asked.Options.Language, nil
}

// stored reads one of the caller's own answers from the journal.
func (h handlers) stored(ctx context.Context, id string) ([]byte, error) {
	body, err := h.Answers.Answer(ctx, infoOf(ctx).principal.Name, id)
	if err != nil && !errors.Is(err, recommend.ErrNotFound) {
		err = fmt.Errorf("%w: journal: %w", errUnavailable, err)
	}
	return body, err
}
