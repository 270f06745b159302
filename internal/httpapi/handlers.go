package httpapi

import (
	"context"
	"fmt"
	"time"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/recommend"
)

// handlers are the operations of the contract.
type handlers struct{ *server }

var _ api.StrictServerInterface = handlers{}

// toDomain turns a checked body into the caller's request.
func (h handlers) toDomain(ctx context.Context, body *api.RecommendationRequest) (recommend.Request, error) {
	req, err := requestNow(body, h.Now())
	i := infoOf(ctx)
	req.Client, req.RequestID, req.TraceID = i.principal.Name, i.requestID, i.trace.id
	return req, err
}

// CreateRecommendation answers at once, or in stages.
func (h handlers) CreateRecommendation(ctx context.Context, r api.CreateRecommendationRequestObject) (api.CreateRecommendationResponseObject, error) {
	req, err := h.toDomain(ctx, r.Body)
	if err != nil {
		return nil, err
	}
	run := h.once(r.Params.IdempotencyKey, req)
	if infoOf(ctx).stream {
		return h.newStream(ctx, run), nil
	}
	return run(ctx, nil)
}

// GetRecommendation sends what was journalled.
func (h handlers) GetRecommendation(ctx context.Context, r api.GetRecommendationRequestObject) (api.GetRecommendationResponseObject, error) {
	body, err := h.stored(ctx, r.ID)
	return jsonDocument(body), err
}

// CreateAnalysis sends the analysis alone.
func (h handlers) CreateAnalysis(ctx context.Context, r api.CreateAnalysisRequestObject) (api.CreateAnalysisResponseObject, error) {
	req, err := h.toDomain(ctx, r.Body)
	if err != nil {
		return nil, err
	}
	res, err := h.Service.Analyze(ctx, req)
	if err != nil {
		return nil, err
	}
	return encode(res)
}

// CreateEstimate sends the bounds and whether the budgets have room for them.
func (h handlers) CreateEstimate(ctx context.Context, r api.CreateEstimateRequestObject) (api.CreateEstimateResponseObject, error) {
	req, err := h.toDomain(ctx, r.Body)
	if err != nil {
		return nil, err
	}
	e, err := h.Service.Estimate(ctx, req)
	if err != nil {
		return nil, err
	}
	out, err := EstimateOut(ctx, h.Budgets, req.Client, infoOf(ctx).tokensAtMost(), e, h.Now())
	if err != nil {
		return nil, err
	}
	return encode(out)
}

// EstimateOut is an estimate as the contract shows it, by what is left of a
// client's budgets and by all the tokens that it may take in a minute, 0 for no limit.
func EstimateOut(ctx context.Context, b Budgets, client string, tokensAtMost int, e recommend.Estimate, now time.Time) (api.Estimate, error) {
	room, err := roomFor(ctx, b, client, budget.Nano(e.CostNano), now)
	return api.Estimate{
		ModelID: e.ModelID, Provider: e.Provider, ModelNeeded: e.NeedsModel, Cached: e.Cached,
		InputTokens: e.InputTokens, OutputTokens: e.OutputTokens, CostUSD: e.CostUSD(),
		MaxAttempts: e.MaxAttempts, MaxCostUSD: e.WorstCaseUSD(), WithinBudget: room,
		WithinLimits: e.Cached || tokensAtMost == 0 || e.QuotaTokens <= tokensAtMost,
	}, err
}

func roomFor(ctx context.Context, b Budgets, client string, amount budget.Nano, now time.Time) (bool, error) {
	own, err := b.Balances(ctx, client, now)
	if err != nil {
		return false, fmt.Errorf("%w: balances: %w", errUnavailable, err)
	}
	shared, err := b.GlobalBalances(ctx, now)
	if err != nil {
		return false, fmt.Errorf("%w: global balances: %w", errUnavailable, err)
	}
	return amount == 0 || budget.Refusing(append(own, shared...), amount) == nil, nil
}

// GetUsage tells the caller's own budgets and limits, and nobody else's.
func (h handlers) GetUsage(ctx context.Context, _ api.GetUsageRequestObject) (api.GetUsageResponseObject, error) {
	i, now := infoOf(ctx), h.Now()
	balances, err := h.Budgets.Balances(ctx, i.principal.Name, now)
	if err != nil {
		return nil, fmt.Errorf("%w: balances: %w", errUnavailable, err)
	}
	return encode(api.UsageReport{
		Client:  i.principal.Name,
		Role:    string(i.principal.Role),
		AsOf:    now.UTC(),
		Budgets: orEmpty(convert(balances, budgetOut)),
		Limits:  orEmpty(convert(i.limits, limitOut)),
	})
}

func budgetOut(_ int, b *budget.Balance) api.Budget {
	out := api.Budget{
		Window:   api.BudgetWindow(b.Window.Kind),
		StartsAt: b.Window.Start, ResetsAt: b.Window.End,
		SpentUSD: b.Spent.String(), ReservedUSD: b.Reserved.String(),
	}
	if b.Limit != budget.Unlimited {
		out.LimitUSD, out.RemainingUSD = told(b.Limit.String()), told(b.Remaining().String())
	}
	return out
}

func limitOut(_ int, l *LimitState) api.Limit {
	out := api.Limit{Name: l.Name, Quota: l.Quota, Remaining: max(l.Remaining, 0)}
	if l.Window > 0 {
		out.WindowS, out.ResetS = told(wholeSeconds(l.Window)), new(wholeSeconds(l.Reset))
	}
	return out
}

// ListModels sends the catalogue.
func (h handlers) ListModels(context.Context, api.ListModelsRequestObject) (api.ListModelsResponseObject, error) {
	return encode(api.ModelList{Models: orEmpty(convert(h.Models(h.Now()), modelOut))})
}

func modelOut(_ int, m *Model) api.Model {
	out := api.Model{
		ID: m.ID, Name: m.Name, Provider: api.ModelProvider(m.Provider), Region: m.Region, InUse: m.InUse,
		ContextTokens: m.ContextTokens, MaxOutputTokens: m.MaxOutputTokens,
		Lifecycle: api.ModelLifecycle(m.Lifecycle), LegacyOn: told(m.LegacyOn), EndOfLifeOn: told(m.EndOfLifeOn),
		Successor: told(m.Successor),
	}
	if m.PriceFrom != "" {
		out.Price = &api.Price{From: m.PriceFrom, InputUSDPerMillionTokens: m.InputPrice, OutputUSDPerMillionTokens: m.OutputPrice}
	}
	return out
}

// orEmpty keeps null out of an answer that promises a list.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
