package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

// TestExactlySoManyCalls lets 300 callers storm a budget for exactly 217 calls,
// first on one process with SQLite, then on three that share PostgreSQL and
// Redis. Nobody goes without an answer; when the storm is over the budget is
// used up to the last call, and the ledger agrees with the provider's own bill
// to the nano-USD.
func TestExactlySoManyCalls(t *testing.T) {
	const callers, fit = 300, 217
	// One nano-USD less than another call costs: whatever the order, the last
	// call that fits is made when all others have been settled and its own
	// reservation, which the calls before have made a close one, fits beside them.
	billed := price(t, local(t, nil))
	limit := (fit+1)*billed - 1
	for name, replicas := range map[string]int{"one process": 1, "three processes": 3} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t, clusterConfig{replicas: replicas, budget: decimal.New(limit, -9).String()})
			byModel, refused := 0, 0
			count := func(outs []outcome) {
				for _, o := range outs {
					switch {
					case o.err != nil || o.status != http.StatusOK:
						t.Fatalf("status %d, %v: %s", o.status, o.err, o.body)
					case o.answer.Source == "model":
						byModel++
					case o.answer.Source == "rules" && o.answer.Degraded != nil && o.answer.Degraded.Reason == "budget_exhausted":
						refused++
					default:
						t.Fatalf("source %s, degraded %+v", o.answer.Source, o.answer.Degraded)
					}
				}
			}
			outs := c.storm(t, 1, callers)
			count(outs)
			if byModel > fit || byModel+refused != callers {
				t.Errorf("%d by the model, %d refused, of %d", byModel, refused, callers)
			}
			for i := 0; refused < callers && byModel < fit; i++ { // what the storm left, one by one
				count(c.storm(t, 1000+i, 1))
				if i > fit {
					t.Fatalf("%d by the model", byModel)
				}
			}
			count(c.storm(t, 2000, 5))
			bill, held := c.cloud.bill(t), usageNano(t, c.servers[0])
			if byModel != fit || bill != fit*billed || held.spent != bill || held.reserved != 0 || bill > limit {
				t.Errorf("%d by the model, billed %d, ledger %+v, limit %d", byModel, bill, held, limit)
			}
			c.checkProblem(t)
		})
	}
}

// checkProblem asks for the model or nothing when the budget is used up.
func (c *cluster) checkProblem(t *testing.T) {
	t.Helper()
	body := variant(t, 5000, func(doc map[string]any) { option(doc, "mode", "model") })
	out := ask(t.Context(), c.servers[0].lines["api"], c.key, body)
	var p struct {
		Type, Code, Limit, Detail string
		ResetsAt                  time.Time `json:"resets_at"`
	}
	if err := json.Unmarshal(out.body, &p); err != nil || out.status != http.StatusTooManyRequests {
		t.Fatalf("status %d, %v: %s", out.status, err, out.body)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	y, m, d := time.Now().In(berlin).Date()
	midnight := time.Date(y, m, d+1, 0, 0, 0, 0, berlin)
	if !strings.HasSuffix(p.Type, "#quota-exceeded") || p.Limit != "client day" || !p.ResetsAt.Equal(midnight) {
		t.Errorf("%+v, want the client's day until %s", p, midnight.UTC())
	}
	var after int
	if _, err := fmt.Sscan(out.header.Get("Retry-After"), &after); err != nil || time.Until(midnight)-time.Duration(after)*time.Second > 5*time.Second {
		t.Errorf("Retry-After %q", out.header.Get("Retry-After"))
	}
}

// bill is the emulator's own count of nano-USD.
func (p *process) bill(t *testing.T) int64 {
	t.Helper()
	text := page(t, p.lines["emulator"]+"/_emulator/bill")
	var b struct {
		NanoUSD *int64 `json:"nano_usd"`
	}
	if err := json.Unmarshal([]byte(text), &b); err != nil || b.NanoUSD == nil {
		t.Fatalf("%v: %s", err, text)
	}
	return *b.NanoUSD
}

// TestBudgetHoldsUnderConcurrency lets 40 callers with different requests run
// against a budget for a few calls. Nobody goes without an answer, nobody spends
// more than the budget, and ledger and bill agree to the nano-USD.
func TestBudgetHoldsUnderConcurrency(t *testing.T) {
	t.Parallel()
	const budget = "0.0050"
	server, cloud := production(t, budget, "", "latency=20ms")
	var (
		mu                sync.Mutex
		byModel, degraded int
		wg                sync.WaitGroup
	)
	for i := range 40 {
		body := example(t, "p0.json", func(doc map[string]any) {
			doc["portfolio"].(map[string]any)["cash"].([]any)[0].(map[string]any)["amount"] = fmt.Sprint(5000 + i)
		})
		wg.Go(func() {
			a, _ := server.recommend(t, body)
			mu.Lock()
			defer mu.Unlock()
			if a.Source == "model" {
				byModel++
			}
			if a.Degraded != nil && a.Degraded.Reason == "budget_exhausted" {
				degraded++
			}
		})
	}
	wg.Wait()
	if byModel == 0 || degraded == 0 || byModel+degraded != 40 {
		t.Errorf("%d answers by the model, %d over budget, of 40", byModel, degraded)
	}
	limit := decimal.RequireFromString(budget).Shift(9).IntPart()
	spent := spentNano(t, server)
	if billed := cloud.bill(t); billed > limit || billed != spent || billed == 0 {
		t.Errorf("billed %d, ledger %d, budget %d nano-USD", billed, spent, limit)
	}
}

// spentNano is what /v1/usage says was spent today.
func spentNano(t *testing.T, p *process) int64 { return usageNano(t, p).spent }

// heldNano is what was spent and is reserved today.
func heldNano(t *testing.T, p *process) int64 {
	u := usageNano(t, p)
	return u.spent + u.reserved
}

type nanos struct{ spent, reserved int64 }

func usageNano(t *testing.T, p *process) nanos {
	t.Helper()
	status, body := p.call(t, http.MethodGet, "/v1/usage", nil)
	var usage struct {
		Budgets []struct {
			SpentUSD    string `json:"spent_usd"`
			ReservedUSD string `json:"reserved_usd"`
		}
	}
	if err := json.Unmarshal(body, &usage); status != http.StatusOK || err != nil || len(usage.Budgets) == 0 {
		t.Fatalf("status %d, %v: %s", status, err, body)
	}
	nano := func(usd string) int64 { return decimal.RequireFromString(usd).Shift(9).IntPart() }
	return nanos{nano(usage.Budgets[0].SpentUSD), nano(usage.Budgets[0].ReservedUSD)}
}
