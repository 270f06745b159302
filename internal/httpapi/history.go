package httpapi

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/httpapi/apikey"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

// usualPage is how many lines a page has when the caller does not say.
const usualPage = 50

// paging is what a caller says of the page it wants.
type paging struct {
	cursor   string
	limit    *int
	from, to *time.Time
}

// ListRecommendations sends a page of the caller's own history, or of another
// client's to those who may read it.
func (h handlers) ListRecommendations(ctx context.Context, r api.ListRecommendationsRequestObject) (api.ListRecommendationsResponseObject, error) {
	p, caller, kind := r.Params, infoOf(ctx).principal, recommend.RecordRecommendation
	f := recommend.RecordFilter{
		Client: caller.Name, Kind: &kind, Source: string(orZero(p.Source)), Degraded: string(orZero(p.Degraded)),
	}
	if p.Client != nil && *p.Client != caller.Name {
		if caller.Role == apikey.RoleClient {
			return nil, &forbiddenError{[]apikey.Role{apikey.RoleAuditor, apikey.RoleAdmin}}
		}
		f.Client = *p.Client
	}
	lines, next, err := h.page(ctx, paging{orZero(p.Cursor), p.Limit, p.From, p.To}, f)
	if err != nil {
		return nil, err
	}
	return encode(api.History{Recommendations: orEmpty(convert(lines, historyLine)), Next: told(next)})
}

func historyLine(_ int, s *recommend.RecordSummary) api.HistoryLine {
	return api.HistoryLine{
		ID: s.ID, CreatedAt: s.CreatedAt, Client: s.Client, Source: api.HistoryLineSource(s.Source), Degraded: told(s.Degraded),
		ModelID: s.ModelID, Versions: api.Versions{Prompt: s.Prompt, Policy: s.Policy, Engine: s.Engine},
	}
}

// page reads one page of the journal.
func (h handlers) page(ctx context.Context, p paging, f recommend.RecordFilter) ([]recommend.RecordSummary, string, error) {
	f.Since, f.Until = orZero(p.from), orZero(p.to)
	if faults := checkTimes(f); len(faults) > 0 {
		return nil, "", faults
	}
	lines, next, err := h.Records.List(ctx, p.cursor, or(p.limit, usualPage), f)
	if errors.Is(err, recommend.ErrCursor) {
		return nil, "", badParameter("cursor", "bad_form", "must be the next of the page before")
	}
	if err != nil {
		return nil, "", fmt.Errorf("%w: journal: %w", errUnavailable, err)
	}
	return lines, next, nil
}

// checkTimes finds what the contract cannot say of a span.
func checkTimes(f recommend.RecordFilter) parameterFaults {
	var faults parameterFaults
	for _, end := range []struct {
		name string
		at   time.Time
	}{{"from", f.Since}, {"to", f.Until}} {
		if !end.at.IsZero() && !recordable(end.at) {
			faults = append(faults, badParameter(end.name, "out_of_range", "must be from 1970 to 2199")...)
		}
	}
	if len(faults) == 0 && !f.Until.IsZero() && f.Until.Before(f.Since) {
		return badParameter("from", "out_of_range", "must not be after to")
	}
	return faults
}

// recordable tells the times that a journal can hold.
func recordable(t time.Time) bool { return t.Year() >= 1970 && t.Year() < 2200 }

// unlessKnown takes an error that nothing else explains for a failure of what
// the server needs.
func unlessKnown(err error, what string) error {
	if classify(err) != kindInternal {
		return err
	}
	return fmt.Errorf("%w: %s: %w", errUnavailable, what, err)
}

// CreateQuestion answers a follow-up.
func (h handlers) CreateQuestion(ctx context.Context, r api.CreateQuestionRequestObject) (api.CreateQuestionResponseObject, error) {
	if strings.TrimSpace(orZero(r.Body.Question)) == "" && r.Body.Topic == nil { // white space is not worth a call
		return nil, portfolio.Faults{{Pointer: "/question", Code: "required", Detail: "Either question or topic is needed."}}
	}
	return h.onceAbout(ctx, r.Params.IdempotencyKey, "question", r.ID, r.Body, func(ctx context.Context) (document, error) { return h.reply(ctx, r) })
}

func (h handlers) reply(ctx context.Context, r api.CreateQuestionRequestObject) (document, error) {
	i := infoOf(ctx)
	original, err := h.original(ctx, i.principal.Name, r.ID)
	if err != nil {
		return document{}, err
	}
	reply, err := h.Service.Ask(ctx, recommend.Question{
		About: r.ID, Original: original, RequestID: i.requestID,
		Text: orZero(r.Body.Question), Topic: string(orZero(r.Body.Topic)), Action: orZero(r.Body.Action),
	})
	if err != nil {
		return document{}, err
	}
	return encode(reply)
}

// own is one of a client's own recommendations as it was recorded.
func (h handlers) own(ctx context.Context, client, id string) (recommend.Record, error) {
	rec, err := h.Records.Record(ctx, id)
	switch {
	case err != nil && !errors.Is(err, recommend.ErrNotFound):
		return recommend.Record{}, fmt.Errorf("%w: journal: %w", errUnavailable, err)
	case err != nil || rec.Client != client || rec.Kind != recommend.RecordRecommendation:
		return recommend.Record{}, recommend.ErrNotFound
	}
	return rec, nil
}

// original is what one of a client's own recommendations was asked for.
func (h handlers) original(ctx context.Context, client, id string) (recommend.Request, error) {
	rec, err := h.own(ctx, client, id)
	if err != nil {
		return recommend.Request{}, err
	}
	req, err := DecodeRequest(rec.Request)
	var faults portfolio.Faults
	switch { // neither tells of faults, which would name what this caller did not send
	case errors.As(err, &faults): // by today's rules
		return req, recommend.ErrFactsChanged
	case err != nil:
		return req, fmt.Errorf("stored request of %s: not readable", id)
	}
	req.Client = client
	return req, nil
}
