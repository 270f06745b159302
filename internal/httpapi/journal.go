package httpapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/recommend"
)

// recordKinds are the names of the kinds of records.
var recordKinds = map[string]recommend.RecordKind{
	"recommendation": recommend.RecordRecommendation, "feedback": recommend.RecordFeedback, "question": recommend.RecordQuestion,
}

// ListRecords sends a page of the journal.
func (h handlers) ListRecords(ctx context.Context, r api.ListRecordsRequestObject) (api.ListRecordsResponseObject, error) {
	p := r.Params
	f := recommend.RecordFilter{
		Client: orZero(p.Client), About: orZero(p.About), RequestID: orZero(p.RequestID),
		Source: string(orZero(p.Source)), Degraded: string(orZero(p.Degraded)),
	}
	if p.Kind != nil {
		kind := recordKinds[string(*p.Kind)]
		f.Kind = &kind
	}
	lines, next, err := h.page(ctx, paging{orZero(p.Cursor), p.Limit, p.From, p.To}, f)
	if err != nil {
		return nil, err
	}
	return encode(api.RecordPage{Records: orEmpty(convert(lines, recordLine)), Next: told(next)})
}

func recordLine(_ int, s *recommend.RecordSummary) api.RecordLine {
	line := api.RecordLine{
		ID: s.ID, CreatedAt: s.CreatedAt, Kind: api.RecordLineKind(s.Kind.Name()), Client: s.Client,
		RequestID: s.RequestID, RequestHash: s.RequestHash, ModelID: s.ModelID, Source: s.Source, Degraded: told(s.Degraded),
		Versions: api.Versions{Prompt: s.Prompt, Policy: s.Policy, Engine: s.Engine},
	}
	if s.Kind == recommend.RecordRecommendation {
		line.WordsFrom = told(s.About)
	} else {
		line.About = told(s.About)
	}
	return line
}

// GetRecord sends everything that is kept of a record.
func (h handlers) GetRecord(ctx context.Context, r api.GetRecordRequestObject) (api.GetRecordResponseObject, error) {
	rec, err := h.Records.Record(ctx, r.ID)
	if err != nil && !errors.Is(err, recommend.ErrNotFound) {
		err = fmt.Errorf("%w: journal: %w", errUnavailable, err)
	}
	if err != nil {
		return nil, err
	}
	line := recommend.RecordSummary{
		ID: rec.ID, CreatedAt: rec.CreatedAt, Kind: rec.Kind, About: rec.About, Client: rec.Client, RequestID: rec.RequestID,
		RequestHash: rec.RequestHash, Policy: rec.Policy, Engine: rec.Engine, Prompt: rec.Prompt, ModelID: rec.ModelID,
		Source: rec.Source, Degraded: rec.Degraded,
	}
	return encode(api.JournalRecord{
		Record: recordLine(0, &line), Region: rec.Region, RetainUntil: told(rec.RetainUntil),
		Attempts: orEmpty(convert(rec.Attempts, attemptOut)), Request: string(rec.Request), Answer: string(rec.Answer),
	})
}

func attemptOut(_ int, a *recommend.Attempt) api.JournalAttempt {
	return api.JournalAttempt{
		Reservation: a.Reservation, At: a.At, System: a.System, User: a.User, Prefill: a.Prefill, Raw: a.Raw,
		StopReason: a.StopReason, ErrorKind: a.ErrorKind, ProviderRequestID: a.RequestID,
		InputTokens: a.InputTokens, OutputTokens: a.OutputTokens,
		CostUSD: budget.Nano(a.CostNano).String(), ReservedUSD: budget.Nano(a.ReservedNano).String(), LatencyMs: a.LatencyMS,
		Verdicts: orEmpty(convert(a.Verdicts, func(_ int, v *recommend.Verdict) api.Verdict {
			return api.Verdict{Item: v.Item, Reason: v.Reason, Action: api.VerdictAction(v.Action)}
		})),
	}
}

// VerifyJournal proves the chain. A broken one is a finding and no error.
func (h handlers) VerifyJournal(ctx context.Context, _ api.VerifyJournalRequestObject) (api.VerifyJournalResponseObject, error) {
	v, err := h.Records.Verify(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: journal: %w", errUnavailable, err)
	}
	out := api.Verification{Holds: v.Fault == nil, Records: v.Records, Head: v.Head}
	if v.Fault != nil {
		out.Fault = &api.ChainFault{Number: v.Fault.Number, ID: told(v.Fault.ID), What: api.ChainFaultWhat(v.Fault.What)}
	}
	return encode(out)
}

// mostBuckets bounds an answer of GET /v1/admin/usage.
const mostBuckets = 750

// GetAdminUsage sends the use of all clients.
func (h handlers) GetAdminUsage(ctx context.Context, r api.GetAdminUsageRequestObject) (api.GetAdminUsageResponseObject, error) {
	now := h.Now().UTC()
	out := api.AdminUsage{AsOf: now, To: or(r.Params.To, now).UTC(), Bucket: api.AdminUsageBucket(or(r.Params.Bucket, "day"))}
	length := map[api.AdminUsageBucket]time.Duration{"hour": time.Hour, "day": 24 * time.Hour}[out.Bucket]
	out.From = or(r.Params.From, out.To.Add(-30*length)).UTC()
	if span := out.To.Sub(out.From); span <= 0 || span > mostBuckets*length || !recordable(out.From) || !recordable(out.To) {
		return nil, badParameter("from", "out_of_range", "must be before to, by at most "+strconv.Itoa(mostBuckets)+" buckets, and both from 1970 to 2199")
	}
	balances, err := h.Overview.AllBalances(ctx, now)
	if err != nil {
		return nil, fmt.Errorf("%w: balances: %w", errUnavailable, err)
	}
	st, err := h.Overview.Statistics(ctx, out.From, out.To, length)
	if err != nil {
		return nil, fmt.Errorf("%w: statistics: %w", errUnavailable, err)
	}
	out.Budgets = orEmpty(convert(balances, func(i int, b *budget.Balance) api.ClientBudget {
		return api.ClientBudget{Client: told(b.Client), Budget: budgetOut(i, b)}
	}))
	out.Series, out.Outcomes = orEmpty(convert(st.Buckets, bucketOut)), orEmpty(convert(st.Outcomes, outcomeOut))
	out.Totals, out.LimitsHit = totalsOf(st.Buckets), h.refusals.hit()
	return encode(out)
}

func bucketOut(_ int, b *recommend.Bucket) api.UsageBucket {
	return api.UsageBucket{
		Client: b.Client, StartsAt: b.Start, InputTokens: b.InputTokens, OutputTokens: b.OutputTokens,
		CostUSD: budget.Nano(b.CostNano).String(), Answers: b.Answers, SavedUSD: budget.Nano(b.SavedNano).String(),
	}
}

func outcomeOut(_ int, o *recommend.Outcome) api.Outcome {
	return api.Outcome{Client: o.Client, Source: api.OutcomeSource(o.Source), Degraded: told(o.Degraded), Count: o.Count}
}

func totalsOf(buckets []recommend.Bucket) api.UsageTotals {
	var sum recommend.Bucket
	for b := range slices.Values(buckets) {
		sum.InputTokens += b.InputTokens
		sum.OutputTokens += b.OutputTokens
		sum.CostNano += b.CostNano
		sum.SavedNano += b.SavedNano
		sum.Answers += b.Answers
	}
	out := bucketOut(0, &sum)
	return api.UsageTotals{
		InputTokens: out.InputTokens, OutputTokens: out.OutputTokens, CostUSD: out.CostUSD, Answers: out.Answers, SavedUSD: out.SavedUSD,
	}
}
