package telemetry

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// BatchMetrics counts what becomes of jobs and their lines.
type BatchMetrics struct{ jobs, lines *prometheus.CounterVec }

// NewBatchMetrics registers the metrics. It panics when a name is taken: that
// is a fault of the wiring.
func NewBatchMetrics(reg prometheus.Registerer) *BatchMetrics {
	f := promauto.With(reg)
	return &BatchMetrics{
		jobs: f.NewCounterVec(prometheus.CounterOpts{
			Name: "ballast_batch_jobs_total", Help: "Batch jobs that ended here: completed, cancelled, or unknown when that could not be read.",
		}, []string{"client", "status"}),
		lines: f.NewCounterVec(prometheus.CounterOpts{
			Name: "ballast_batch_lines_total", Help: "Lines of batch jobs: succeeded, failed, or returned to be answered later.",
		}, []string{"client", "outcome"}),
	}
}

// Line counts what came of one line.
func (m *BatchMetrics) Line(client, outcome string) { m.lines.WithLabelValues(client, outcome).Inc() }

// Job counts a job that has ended.
func (m *BatchMetrics) Job(client, status string) { m.jobs.WithLabelValues(client, status).Inc() }
