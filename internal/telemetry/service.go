package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// nanoUSD is how many nano-USD are one USD.
const nanoUSD = 1e9

// ServiceMetrics counts what the recommendation service does. Its methods are
// those the service asks of an observer. Clients are configured names, and
// every other label is from a closed set, so the number of series is bounded.
type ServiceMetrics struct {
	recommendations *prometheus.CounterVec
	feedback        *prometheus.CounterVec
	tokens          *prometheus.CounterVec
	spend           *prometheus.CounterVec
	rejections      *prometheus.CounterVec
	cache           *prometheus.CounterVec
	limits          *prometheus.CounterVec
	overhead        prometheus.Histogram
	genTokens       *prometheus.HistogramVec
	genDuration     *prometheus.HistogramVec
	provider        string
}

// NewServiceMetrics registers the metrics. provider labels the OpenTelemetry
// names: aws.bedrock or emulator. rejections are all reasons of a rejection, which
// begin at 0: of a series that begins with its first event no alert would see an
// increase. It panics when a name is taken: that is a fault of the wiring.
func NewServiceMetrics(reg prometheus.Registerer, provider string, rejections ...string) *ServiceMetrics {
	f := promauto.With(reg)
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return f.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &ServiceMetrics{
		recommendations: counter("ballast_recommendations_total", "Recommendations given.", "client", "source", "degraded"),
		feedback:        counter("ballast_feedback_total", "What came of recommended actions, by their kind.", "kind", "outcome"),
		tokens:          counter("ballast_bedrock_tokens_total", "Tokens billed by the model's provider.", "client", "model", "type"),
		spend:           counter("ballast_spend_usd_total", "USD charged for model calls.", "client", "model"),
		rejections:      counter("ballast_answer_rejections_total", "Items of model answers that a check refused.", "reason"),
		cache:           counter("ballast_cache_requests_total", "Look-ups in the answer cache.", "result"),
		// The HTTP layer counts in the same vector; it must name it alike.
		limits: counter("ballast_limit_decisions_total", "Decisions of limits: allowed or refused.", "limit", "decision"),
		overhead: f.NewHistogram(prometheus.HistogramOpts{
			Name: "ballast_overhead_seconds", Help: "Time of a request less the time of its model calls.",
			Buckets:                     []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2.5, 5, 10},
			NativeHistogramBucketFactor: 1.1,
		}),
		genTokens: f.NewHistogramVec(prometheus.HistogramOpts{
			Name: "gen_ai_client_token_usage", Help: "Tokens of one model call.",
			Buckets:                     []float64{1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144},
			NativeHistogramBucketFactor: 1.1,
		}, []string{"gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "gen_ai_token_type"}),
		genDuration: f.NewHistogramVec(prometheus.HistogramOpts{
			Name: "gen_ai_client_operation_duration_seconds", Help: "Duration of one model call.",
			Buckets:                     []float64{.01, .02, .04, .08, .16, .32, .64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92},
			NativeHistogramBucketFactor: 1.1,
		}, []string{"gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "error_type"}),
		provider: provider,
	}
	for _, reason := range rejections {
		m.rejections.WithLabelValues(reason)
	}
	return m
}

// Recommendation counts one answer given to a client.
func (m *ServiceMetrics) Recommendation(client, source, degraded string) {
	m.recommendations.WithLabelValues(client, source, degraded).Inc()
}

// Feedback counts what came of an action.
func (m *ServiceMetrics) Feedback(kind, outcome string) {
	m.feedback.WithLabelValues(kind, outcome).Inc()
}

// Tokens counts what one attempt was billed. A charge without known tokens, of
// an attempt whose outcome is unknown, counts as spend alone.
func (m *ServiceMetrics) Tokens(client, model string, input, output int, costNano int64) {
	m.spend.WithLabelValues(client, model).Add(float64(costNano) / nanoUSD)
	for kind, n := range map[string]int{"input": input, "output": output} {
		if n == 0 {
			continue
		}
		m.tokens.WithLabelValues(client, model, kind).Add(float64(n))
		m.genTokens.WithLabelValues("chat", m.provider, model, kind).Observe(float64(n))
	}
}

// Operation times one attempt; errorType is "" when it was answered.
func (m *ServiceMetrics) Operation(model string, d time.Duration, errorType string) {
	m.genDuration.WithLabelValues("chat", m.provider, model, errorType).Observe(d.Seconds())
}

// Rejection counts one item that a check refused.
func (m *ServiceMetrics) Rejection(reason string) { m.rejections.WithLabelValues(reason).Inc() }

// Cache counts one look-up.
func (m *ServiceMetrics) Cache(result string) { m.cache.WithLabelValues(result).Inc() }

// Limit counts one decision.
func (m *ServiceMetrics) Limit(limit, decision string) {
	m.limits.WithLabelValues(limit, decision).Inc()
}

// Overhead times one request without its model calls.
func (m *ServiceMetrics) Overhead(d time.Duration) { m.overhead.Observe(d.Seconds()) }
