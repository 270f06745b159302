package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
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
