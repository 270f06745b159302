package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/budget"
)

// said is what a provider says that it bills.
type said struct{ input, output int }

// liar is a Bedrock that says what it likes, the same for some calls on end.
type liar struct {
	bills []said
	calls atomic.Int64
}

func (l *liar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	s := l.bills[int(l.calls.Add(1))%len(l.bills)]
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"content":[{"type":"text","text":%q}],"stop_reason":"end_turn","usage":{"input_tokens":%d,"output_tokens":%d}}`,
		`"s":"{F12}.","r":[["A1",["F13"],"{F13}."],["A2",["F7"],"{F7}."]]}`, s.input, s.output)
}

// mountBefore starts a program before a model of the test's own.
func mountBefore(t *testing.T, model http.Handler) *mounted {
	t.Helper()
	server := httptest.NewServer(model)
	t.Cleanup(server.Close)
	keys := write(t, "credentials", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = none\n")
	return mount(t, `
budgets: {global: {day_usd: 100, month_usd: 1000}}
address_limit: {requests_per_second: 100000, burst: 100000}
bedrock_quota: {requests_per_minute: 600000, tokens_per_minute: 1000000000, in_flight: 64}
clients:
  - name: web
    keys: [KEY0]
    budget: {day_usd: 100, month_usd: 1000}
    limits: {requests_per_second: 10000, burst: 10000, in_flight: 64}
`, map[string]string{"BALLAST_BEDROCK_ENDPOINT": server.URL, "BALLAST_AWS_CREDENTIALS_FILE": keys})
}

// day is what the client has spent and holds today.
func (m *mounted) day(t interface{ Fatal(...any) }) budget.Balance {
	balances, err := m.store.Balances(m.t.Context(), "web", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return balances[0]
}

// TestNoBillExceedsABudget, whatever the provider says: below what a prompt must
// have, above what it can have, first the one and then the other, to callers that
// come at once, under any limit.
func TestNoBillExceedsABudget(t *testing.T) {
	model := &liar{}
	m := mountBefore(t, model)
	n := 0
	tokens := func(learnt, possible, impossible int) *rapid.Generator[int] {
		return rapid.OneOf(rapid.Just(learnt), rapid.IntRange(1, possible), rapid.IntRange(1, impossible))
	}
	bill := rapid.Custom(func(t *rapid.T) said {
		return said{tokens(500, 2000, 250_000).Draw(t, "input"), tokens(20, 300, 5000).Draw(t, "output")}
	})
	body := p0(t)
	rapid.Check(t, func(t *rapid.T) {
		model.bills = rapid.SliceOfN(bill, 1, 4).Draw(t, "bills")
		room := rapid.SampledFrom([]budget.Nano{0, 200_000, 400_000, 1_000_000, 2_000_000, 4_000_000}).Draw(t, "calls")
		limit := m.day(t).Spent + room + budget.Nano(rapid.Int64Range(0, 500_000).Draw(t, "room"))
		all := budget.Limit{Day: budget.Unlimited, Month: budget.Unlimited}
		err := m.store.SetLimits(budget.Limits{Global: all, Clients: map[string]budget.Limit{"web": {Day: limit, Month: budget.Unlimited}}})
		if err != nil {
			t.Fatal(err)
		}
		var callers sync.WaitGroup
		var refused atomic.Value
		for range rapid.IntRange(1, 8).Draw(t, "callers") {
			n++
			request := strings.Replace(body, `"amount": "5000"`, fmt.Sprintf(`"amount": "%d"`, 5000+n), 1)
			callers.Go(func() {
				if res := m.call(http.MethodPost, "/v1/recommendations", request); res.Code != http.StatusOK {
					refused.Store(res.Body.String())
				}
			})
		}
		callers.Wait()
		if body := refused.Load(); body != nil {
			t.Fatal(body)
		}
		if b := m.day(t); b.Spent+b.Reserved > limit {
			t.Fatalf("spent %s and reserved %s of %s", b.Spent, b.Reserved, limit)
		}
	})
	if calls := model.calls.Load(); calls < 50 {
		t.Errorf("the model was asked %d times", calls)
	}
}

// TestWhatPhysicsAllowsIsCharged for a usage that cannot be true, and it is told.
func TestWhatPhysicsAllowsIsCharged(t *testing.T) {
	for name, bill := range map[string]said{
		"more than was asked for":    {600, 1000},
		"more than a token per byte": {20_000, 100},
		"all that the model can":     {199_000, 4000},
	} {
		t.Run(name, func(t *testing.T) {
			m := mountBefore(t, &liar{bills: []said{bill}})
			var estimate struct {
				CostUSD budget.Nano `json:"cost_usd"`
			}
			res := m.call(http.MethodPost, "/v1/estimates", p0(t))
			if err := json.Unmarshal(res.Body.Bytes(), &estimate); err != nil {
				t.Fatal(err, res.Body)
			}
			m.call(http.MethodPost, "/v1/recommendations", p0(t))
			if b := m.day(t); b.Spent != estimate.CostUSD || b.Reserved != 0 {
				t.Errorf("charged %s, of %s that the call can cost at the most", b.Spent, estimate.CostUSD)
			}
			if !strings.Contains(m.log.String(), "a usage that cannot be true") || m.reading("ballast_bedrock_bound_doubted") != 1 {
				t.Errorf("it is not told: %s", m.log.String())
			}
		})
	}
}
