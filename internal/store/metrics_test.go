package store

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"ballast.internal/ballast/internal/budget"
)

const budgetMetrics = `
# HELP ballast_budget_limit_usd Limit of the budget in the current window; +Inf when unlimited.
# TYPE ballast_budget_limit_usd gauge
ballast_budget_limit_usd{client="a",window="day"} 1
ballast_budget_limit_usd{client="a",window="month"} +Inf
ballast_budget_limit_usd{client="global",window="day"} 2
ballast_budget_limit_usd{client="global",window="month"} 4
# HELP ballast_budget_reserved_usd Reserved for model calls under way in the current window.
# TYPE ballast_budget_reserved_usd gauge
ballast_budget_reserved_usd{client="a",window="day"} 0.25
ballast_budget_reserved_usd{client="a",window="month"} 0.25
ballast_budget_reserved_usd{client="global",window="day"} 0.25
ballast_budget_reserved_usd{client="global",window="month"} 0.25
# HELP ballast_budget_spent_usd Spent from the budget in the current window.
# TYPE ballast_budget_spent_usd gauge
ballast_budget_spent_usd{client="a",window="day"} 0.125
ballast_budget_spent_usd{client="a",window="month"} 0.125
ballast_budget_spent_usd{client="global",window="day"} 0.125
ballast_budget_spent_usd{client="global",window="month"} 0.125
`

const otherMetrics = `
# HELP ballast_budget_up Whether the balances could be read for this scrape.
# TYPE ballast_budget_up gauge
ballast_budget_up UP
# HELP ballast_journal_append_failures_total Records that could not be journalled.
# TYPE ballast_journal_append_failures_total counter
ballast_journal_append_failures_total FAILURES
`

func TestMetrics(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		const usd = 1_000_000_000
		cfg.Limits = budget.Limits{
			Global:  budget.Limit{Day: 2 * usd, Month: 4 * usd},
			Clients: map[string]budget.Limit{"a": {Day: usd, Month: budget.Unlimited}},
		}
		s, err := Open(t.Context(), cfg)
		ok(t, err)
		registry := prometheus.NewPedanticRegistry()
		ok(t, registry.Register(s.Collector()))
		reserve(t, s, "r1", "a", usd/4)
		ok(t, s.Settle(t.Context(), "r1", bill(usd/8)))
		reserve(t, s, "r2", "a", usd/4)
		wantMetrics(t, registry, "1", "0")

		ok(t, s.Close())
		wantErr(t, s.Append(t.Context(), recordOf(1)), ErrClosed)
		wantMetrics(t, registry, "0", "1") // the balances that were last known
	})
}

func wantMetrics(t *testing.T, g prometheus.Gatherer, up, failures string) {
	t.Helper()
	want := budgetMetrics + strings.NewReplacer("UP", up, "FAILURES", failures).Replace(otherMetrics)
	if err := testutil.GatherAndCompare(g, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
}

func TestNoClientMayBeNamedGlobal(t *testing.T) {
	l := budget.Limits{Clients: map[string]budget.Limit{budget.GlobalBudget: {}}}
	if _, err := Open(t.Context(), Config{Dir: t.TempDir(), Limits: l}); err == nil {
		t.Error("allowed: its metrics would be those of the global budget")
	}
}
