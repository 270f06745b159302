package oidc

import "github.com/prometheus/client_golang/prometheus"

// Metrics counts what came of asking for keys.
type Metrics struct {
	fetches *prometheus.CounterVec // result
}

// NewMetrics registers them.
func NewMetrics(reg prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "ballast_oidc_key_fetches_total",
		Help: "Fetches of the identity provider's keys: ok or failed. After a failure the last good keys stay for a day.",
	}, []string{"result"})}
	for _, result := range []string{"ok", "failed"} {
		m.fetches.WithLabelValues(result)
	}
	return m, reg.Register(m.fetches)
}

func (m *Metrics) fetched(err error) {
	result := "ok"
	if err != nil {
		result = "failed"
	}
	m.fetches.WithLabelValues(result).Inc()
}
