package bedrock

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"ballast.internal/ballast/internal/recommend"
)

// outcomeAnswered is the outcome of an attempt that brought an answer; every
// other outcome is an ErrorKind.
const outcomeAnswered = "answered"

// metrics are the package's own. Labels come from closed sets: the configured
// model and the kinds of outcome.
type metrics struct {
	attempts    *prometheus.CounterVec
	duration    *prometheus.HistogramVec
	breakerOpen prometheus.Gauge
	keyReads    *prometheus.CounterVec
	keysLoaded  prometheus.Gauge
	keysWritten prometheus.Gauge
	endOfLife   *prometheus.GaugeVec
	// boundDoubted has no model for a label: a client calls one.
	boundDoubted prometheus.Gauge
}

func newMetrics(reg prometheus.Registerer) *metrics {
	f := promauto.With(reg)
	return &metrics{
		attempts: f.NewCounterVec(prometheus.CounterOpts{
			Name: "ballast_bedrock_attempts_total",
			Help: "Model calls by outcome: answered, or the kind of failure.",
		}, []string{"model", "outcome"}),
		duration: f.NewHistogramVec(prometheus.HistogramOpts{
			Name:                        "ballast_bedrock_attempt_duration_seconds",
			Help:                        "Time of one model call, whatever its outcome.",
			Buckets:                     []float64{.05, .1, .25, .5, 1, 2, 4, 8, 16, 32, 64},
			NativeHistogramBucketFactor: 1.1,
		}, []string{"model"}),
		breakerOpen: f.NewGauge(prometheus.GaugeOpts{
			Name: "ballast_bedrock_breaker_open",
			Help: "1 while calls are held back because Bedrock keeps failing, all or all but one.",
		}),
		keyReads: f.NewCounterVec(prometheus.CounterOpts{
			Name: "ballast_bedrock_credentials_reads_total",
			Help: "Reads of the AWS key file by result; after a failed one the last good keys stay.",
		}, []string{"result"}),
		keysLoaded: f.NewGauge(prometheus.GaugeOpts{
			Name: "ballast_bedrock_credentials_loaded_timestamp_seconds",
			Help: "When the AWS key file was last read well.",
		}),
		keysWritten: f.NewGauge(prometheus.GaugeOpts{
			Name: "ballast_bedrock_credentials_written_timestamp_seconds",
			Help: "When the AWS keys in use were made, as their file says; else when the file was written.",
		}),
		endOfLife: f.NewGaugeVec(prometheus.GaugeOpts{
			Name: "ballast_bedrock_model_end_of_life_timestamp_seconds",
			Help: "When the model in use is retired; absent while no date is known.",
		}, []string{"model"}),
		boundDoubted: f.NewGauge(prometheus.GaugeOpts{
			Name: "ballast_bedrock_bound_doubted",
			Help: "1 once a bill has contradicted earlier ones: calls are reserved at a token per byte since.",
		}),
	}
}

// expect begins to count at 0: of a series that begins with its first event no
// alert would see an increase.
func (m *metrics) expect(model string) {
	m.attempts.WithLabelValues(model, outcomeAnswered)
	for _, kind := range recommend.ErrorKinds() {
		m.attempts.WithLabelValues(model, string(kind))
	}
	m.keyReads.WithLabelValues("failed")
}

// keysRead counts a read of the key file.
func (m *metrics) keysRead(ok bool, made, now time.Time) {
	if !ok {
		m.keyReads.WithLabelValues("failed").Inc()
		return
	}
	m.keyReads.WithLabelValues("ok").Inc()
	m.keysLoaded.Set(float64(now.Unix()))
	m.keysWritten.Set(float64(made.Unix()))
}

// attempted counts one attempt.
func (m *metrics) attempted(model, outcome string, took time.Duration) {
	m.attempts.WithLabelValues(model, outcome).Inc()
	m.duration.WithLabelValues(model).Observe(took.Seconds())
}
