package store

import (
	"context"
	"database/sql"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// openWork is what a client's jobs have still to do.
type openWork struct{ jobs, lines int }

// batchCollector reads the open jobs when it is scraped, so that every replica
// tells the same. While the database does not answer it repeats what it last
// knew.
type batchCollector struct {
	store       *Store
	jobs, lines *prometheus.Desc

	mu   sync.Mutex
	last map[string]openWork
}

func newBatchCollector(s *Store) *batchCollector {
	gauge := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, []string{"client"}, nil)
	}
	return &batchCollector{
		store: s,
		jobs:  gauge("ballast_batch_jobs_open", "Batch jobs that have not ended."),
		lines: gauge("ballast_batch_lines_open", "Lines of batch jobs that have not ended."),
	}
}

// Describe implements prometheus.Collector.
func (c *batchCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- c.jobs
	ch <- c.lines
}

// Collect implements prometheus.Collector.
func (c *batchCollector) Collect(ch chan<- prometheus.Metric) {
	for client, w := range c.open() {
		ch <- prometheus.MustNewConstMetric(c.jobs, prometheus.GaugeValue, float64(w.jobs), client)
		ch <- prometheus.MustNewConstMetric(c.lines, prometheus.GaugeValue, float64(w.lines), client)
	}
}

func (c *batchCollector) open() map[string]openWork {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	fresh, err := c.store.openWork(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.last = fresh
	}
	return c.last
}

// openWork is that of each configured client, and of others that have some.
func (s *Store) openWork(ctx context.Context) (map[string]openWork, error) {
	out := map[string]openWork{}
	for client := range s.limits.Load().Clients {
		out[client] = openWork{}
	}
	err := s.look(ctx, func(ctx context.Context, c conn) error {
		return c.each(ctx, func(rows *sql.Rows) error {
			var (
				client string
				w      openWork
			)
			err := rows.Scan(&client, &w.jobs, &w.lines)
			out[client] = w
			return err
		}, `SELECT j.client, COUNT(DISTINCT j.id), COUNT(l.line) FROM batch_jobs j
			LEFT JOIN batch_lines l ON l.job = j.id AND l.state IN ('queued', 'running')
			WHERE j.state IN ('active', 'cancelling') GROUP BY j.client`)
	})
	return out, err
}
