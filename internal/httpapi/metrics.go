package httpapi

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics counts requests. Every label is from a closed set.
type metrics struct {
	inFlight  prometheus.Gauge
	requests  *prometheus.CounterVec   // route, method, code
	duration  *prometheus.HistogramVec // route, method, code
	decisions *prometheus.CounterVec   // limit, decision
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "ballast_http_requests_in_flight",
			Help: "HTTP requests being served, streams included.",
		}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ballast_http_requests_total",
			Help: "HTTP requests by route pattern, method and status code.",
		}, []string{"route", "method", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:                        "ballast_http_request_duration_seconds",
			Help:                        "Time to serve an HTTP request, in seconds, streams included.",
			Buckets:                     []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
			NativeHistogramBucketFactor: 1.1,
		}, []string{"route", "method", "code"}),
		decisions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ballast_limit_decisions_total",
			Help: "Decisions of limits: allowed or refused.",
		}, []string{"limit", "decision"}),
	}
	if err := errors.Join(reg.Register(m.inFlight), reg.Register(m.requests), reg.Register(m.duration)); err != nil {
		return nil, err
	}
	decisions, err := shared(reg, m.decisions)
	m.decisions = decisions
	return m, err
}

// shared registers a counter that other packages count in too.
func shared(reg prometheus.Registerer, c *prometheus.CounterVec) (*prometheus.CounterVec, error) {
	err := reg.Register(c)
	if taken, ok := errors.AsType[prometheus.AlreadyRegisteredError](err); ok {
		if theirs, ok := taken.ExistingCollector.(*prometheus.CounterVec); ok {
			return theirs, nil
		}
	}
	return c, err
}

func (m *metrics) request(route, method string, code int, d time.Duration) {
	labels := prometheus.Labels{"route": route, "method": knownMethod(method), "code": strconv.Itoa(code)}
	m.requests.With(labels).Inc()
	m.duration.With(labels).Observe(d.Seconds())
}

func (m *metrics) decision(d Decision) {
	if !d.Allowed {
		m.decisions.WithLabelValues(d.Refused, "refused").Inc()
		return
	}
	for _, l := range d.Limits {
		m.decisions.WithLabelValues(l.Name, "allowed").Inc()
	}
}

// knownMethod keeps a caller from making up labels.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	default:
		return "other"
	}
}
