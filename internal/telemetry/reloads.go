package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// Reloads tells how the configuration in force came about.
type Reloads struct {
	successful, at, restart prometheus.Gauge
}

// NewReloads registers the gauges. The configuration of the start counts as
// the first success. It panics when a name is taken: that is a fault of the
// wiring.
func NewReloads(reg prometheus.Registerer, start time.Time) *Reloads {
	f := promauto.With(reg)
	gauge := func(name, help string) prometheus.Gauge {
		return f.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	r := &Reloads{
		successful: gauge("ballast_config_last_reload_successful", "Whether the configuration file was in order when it last changed; 0 while the last good one stays in force."),
		at:         gauge("ballast_config_last_reload_success_timestamp_seconds", "When the configuration in force was loaded."),
		restart:    gauge("ballast_config_restart_needed", "1 when the configuration file has a change that takes effect at the next start alone."),
	}
	r.Loaded(start, false)
	return r
}

// Loaded says that a configuration is in force from now on, except for what a
// restart is needed for.
func (r *Reloads) Loaded(now time.Time, restart bool) {
	r.successful.Set(1)
	r.at.Set(float64(now.Unix()))
	setBool(r.restart, restart)
}

// Refused says that the file was not in order.
func (r *Reloads) Refused() { r.successful.Set(0) }
