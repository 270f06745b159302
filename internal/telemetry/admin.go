package telemetry

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// probeTimeout bounds one readiness check, well under a kubelet's own timeout.
const probeTimeout = 800 * time.Millisecond

// Check reports whether something the service cannot do without is there.
type Check struct {
	Name  string
	Fault string // what /readyz says of it when Ping fails
	Ping  func(context.Context) error
}

// Admin is the handler of the admin port: GET /metrics, /livez, /readyz and
// /debug/pprof. It is not ready until Ready(true).
type Admin struct {
	http.Handler
	ready  atomic.Bool
	checks []Check
	log    *slog.Logger
}

// NewAdmin returns the admin port's handler.
func NewAdmin(reg *prometheus.Registry, log *slog.Logger, checks ...Check) *Admin {
	a := &Admin{checks: checks, log: log}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{
		Registry: reg, EnableOpenMetrics: true,
		ErrorHandling: promhttp.ContinueOnError, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelError),
	}))
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", a.readyz)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	a.Handler = mux
	return a
}

// Ready says whether new requests may come. It is set to false first of all
// when the process stops, so that load balancers look elsewhere.
func (a *Admin) Ready(ok bool) { a.ready.Store(ok) }

// readyz names the check that failed, and leaves its cause to the log. With
// ?exclude=NAME it goes without that check: a load balancer must not take all
// replicas away for what they share, and with them what is answered without it.
func (a *Admin) readyz(w http.ResponseWriter, r *http.Request) {
	if !a.ready.Load() {
		plain(w, http.StatusServiceUnavailable, "starting or stopping")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), probeTimeout)
	defer cancel()
	excluded := r.URL.Query()["exclude"]
	for _, c := range a.checks {
		if slices.Contains(excluded, c.Name) {
			continue
		}
		if err := c.Ping(ctx); err != nil {
			a.log.WarnContext(ctx, "not ready", slog.String("check", c.Name), slog.String("fault", c.Fault), slog.Any("error", err))
			plain(w, http.StatusServiceUnavailable, c.Name+" "+c.Fault)
			return
		}
	}
	plain(w, http.StatusOK, "ok")
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}
