package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// expiry tells when the keys of clients end, as the configuration in force says
// at the moment of the scrape.
type expiry struct {
	desc *prometheus.Desc
	ends func() map[string]time.Time
}

// NewKeyExpiry returns a gauge of when the last key of each client ends. Clients
// that ends leaves out have no series.
func NewKeyExpiry(ends func() map[string]time.Time) prometheus.Collector {
	return &expiry{
		desc: prometheus.NewDesc("ballast_client_key_expiration_timestamp_seconds",
			"When the last of the client's API keys expires; absent where one never does, or there is none.", []string{"client"}, nil),
		ends: ends,
	}
}

// Describe implements prometheus.Collector.
func (e *expiry) Describe(ch chan<- *prometheus.Desc) { ch <- e.desc }

// Collect implements prometheus.Collector.
func (e *expiry) Collect(ch chan<- prometheus.Metric) {
	for client, end := range e.ends() {
		ch <- prometheus.MustNewConstMetric(e.desc, prometheus.GaugeValue, float64(end.Unix()), client)
	}
}
