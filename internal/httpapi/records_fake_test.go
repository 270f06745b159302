package httpapi

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

// fakeRecords is a journal of a few records, which keeps what it was asked.
type fakeRecords struct {
	mu      sync.Mutex
	asked   recommend.RecordFilter
	limit   int
	records []recommend.Record
	fault   *ChainFault
	err     error
}

func (f *fakeRecords) List(_ context.Context, cursor string, limit int, filter recommend.RecordFilter) ([]recommend.RecordSummary, string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked, f.limit = filter, limit
	from, err := strconv.Atoi("0" + cursor)
	if err != nil {
		return nil, "", recommend.ErrCursor
	}
	var out []recommend.RecordSummary
	for _, r := range f.records[min(from, len(f.records)):] {
		if filter.Kind != nil && r.Kind != *filter.Kind {
			continue
		}
		if len(out) == limit {
			return out, strconv.Itoa(from + limit), f.err
		}
		out = append(out, recommend.RecordSummary{ID: r.ID, CreatedAt: r.CreatedAt, Kind: r.Kind, About: r.About, Client: r.Client, Source: r.Source, Degraded: r.Degraded})
	}
	return out, "", f.err
}

func (f *fakeRecords) filter() recommend.RecordFilter {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked
}

func (f *fakeRecords) Record(_ context.Context, id string) (recommend.Record, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !utf8.ValidString(id) || strings.ContainsRune(id, 0) {
		return recommend.Record{}, errors.New("invalid byte sequence") // as PostgreSQL has it
	}
	for _, r := range f.records {
		if r.ID == id {
			return r, f.err
		}
	}
	return recommend.Record{}, recommend.ErrNotFound
}

func (f *fakeRecords) Verify(context.Context) (Verification, error) {
	return Verification{Records: int64(len(f.records)), Head: "00ff", Fault: f.fault}, f.err
}

// fakeOverview tells the same for every time.
type fakeOverview struct{ err error }

func (f fakeOverview) AllBalances(_ context.Context, now time.Time) ([]budget.Balance, error) {
	day := budget.WindowAt(budget.Day, now, time.UTC)
	return []budget.Balance{
		{Budget: budget.GlobalBudget, Window: day, Limit: 100, Spent: 7, Reserved: 3},
		{Budget: budget.ClientBudget, Client: "web", Window: day, Limit: budget.Unlimited, Spent: 7, Reserved: 3},
	}, f.err
}

func (f fakeOverview) Statistics(_ context.Context, from, _ time.Time, length time.Duration) (recommend.Statistics, error) {
	return recommend.Statistics{
		Buckets: []recommend.Bucket{
			{Start: from, Client: "web", InputTokens: 10, OutputTokens: 4, CostNano: 500, SavedNano: 250, Answers: 2},
			{Start: from.Add(length), Client: "other", InputTokens: 1, OutputTokens: 1, CostNano: 100, Answers: 1},
		},
		Outcomes: []recommend.Outcome{{Client: "web", Source: "rules", Degraded: "budget_exhausted", Count: 2}},
	}, f.err
}

func (f *fakeService) Feedback(_ context.Context, fb recommend.Feedback) (recommend.Receipt, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.broken != nil:
		return recommend.Receipt{}, f.broken
	case f.stored[fb.Client+" "+fb.About] == nil:
		return recommend.Receipt{}, recommend.ErrNotFound
	case fb.Action != "" && fb.Action != "A1":
		return recommend.Receipt{}, portfolio.Faults{{Pointer: "/action", Code: "unknown_action"}}
	}
	f.feedback = append(f.feedback, fb)
	r := recommend.Receipt{ID: "fbk_1", CreatedAt: testNow, About: fb.About, Outcome: fb.Outcome}
	if fb.Action != "" {
		r.Action = &fb.Action
	}
	return r, nil
}

func (f *fakeService) Ask(_ context.Context, q recommend.Question) (recommend.Reply, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.questions = append(f.questions, q)
	return recommend.Reply{
		ID: "qst_1", CreatedAt: testNow, About: q.About, Source: "rules", Answered: true, Text: "Because.", Evidence: []string{"F1"},
		Usage: recommend.Usage{CostUSD: "0"},
	}, f.broken
}
