// Package telemetry owns what operators look at: the metric registry, the log
// format and the admin port with metrics, health and profiles.
//
// It imports no other package of this module; where another package wants to
// be observed, a type here has the methods that package asks for.
package telemetry

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// NewRegistry returns a registry with the metrics of the Go runtime, of the
// process and of the build.
func NewRegistry() *prometheus.Registry {
	reg := prometheus.NewRegistry()
	reg.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewBuildInfoCollector(),
	)
	return reg
}

// NewUp registers a gauge of 1 and 0 and returns what sets it. It panics when
// the name is taken: that is a fault of the wiring.
func NewUp(reg prometheus.Registerer, name, help string) (set func(up bool)) {
	g := promauto.With(reg).NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	return func(up bool) { setBool(g, up) }
}

// setBool sets a gauge to 1 or 0.
func setBool(g prometheus.Gauge, yes bool) {
	if yes {
		g.Set(1)
		return
	}
	g.Set(0)
}
