package store

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ballast.internal/ballast/internal/budget"
)

// scrapeTimeout bounds the reading of balances for one scrape.
const scrapeTimeout = 2 * time.Second

// collector reads the balances when it is scraped, so that every replica tells
// the same. While the database does not answer it repeats what it last knew.
type collector struct {
	store                            *Store
	limit, spent, reserved, failures *prometheus.Desc
	fresh                            *prometheus.Desc

	mu   sync.Mutex
	last []budget.Balance
}

// Collectors returns the metrics of the store: those of the budgets, and those of
// jobs.
func (s *Store) Collectors() []prometheus.Collector {
	return []prometheus.Collector{s.Collector(), newBatchCollector(s)}
}

// Collector returns the metrics of budgets and records. The global budgets have the
// label client="global".
func (s *Store) Collector() prometheus.Collector {
	gauge := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, []string{"client", "window"}, nil)
	}
	return &collector{
		store:    s,
		limit:    gauge("ballast_budget_limit_usd", "Limit of the budget in the current window; +Inf when unlimited."),
		spent:    gauge("ballast_budget_spent_usd", "Spent from the budget in the current window."),
		reserved: gauge("ballast_budget_reserved_usd", "Reserved for model calls under way in the current window."),
		failures: prometheus.NewDesc("ballast_journal_append_failures_total", "Records that could not be journalled.", nil, nil),
		fresh:    prometheus.NewDesc("ballast_budget_up", "Whether the balances could be read for this scrape.", nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.limit, c.spent, c.reserved, c.failures, c.fresh} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	balances, up := c.balances()
	for _, b := range balances {
		client := b.Client
		if b.Budget == budget.GlobalBudget {
			client = budget.GlobalBudget
		}
		send := func(d *prometheus.Desc, usd float64) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, usd, client, string(b.Window.Kind))
		}
		send(c.limit, limitUSD(b.Limit))
		send(c.spent, b.Spent.USD())
		send(c.reserved, b.Reserved.USD())
	}
	ch <- prometheus.MustNewConstMetric(c.failures, prometheus.CounterValue, float64(c.store.appendFailures.Load()))
	ch <- prometheus.MustNewConstMetric(c.fresh, prometheus.GaugeValue, up)
}

func limitUSD(n budget.Nano) float64 {
	if n == budget.Unlimited {
		return math.Inf(1)
	}
	return n.USD()
}

// balances returns the current balances and 1, or the last known and 0.
func (c *collector) balances() ([]budget.Balance, float64) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	fresh, err := c.store.AllBalances(ctx, c.store.now())
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		return c.last, 0
	}
	c.last = fresh
	return fresh, 1
}
