package telemetry_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ballast.internal/ballast/internal/telemetry"
)

func get(h http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

// TestHealth: alive from the first moment to the last; ready only in between,
// and while every check holds. The cause of a failed one is for the log alone.
func TestHealth(t *testing.T) {
	var log bytes.Buffer
	var broken error
	a := telemetry.NewAdmin(prometheus.NewRegistry(), slog.New(slog.NewTextHandler(&log, nil)),
		telemetry.Check{Name: "first", Fault: "is gone", Ping: func(context.Context) error { return nil }},
		telemetry.Check{Name: "database", Fault: "does not answer", Ping: func(context.Context) error { return broken }})
	for _, step := range []struct {
		ready  bool
		broken error
		status int
		body   string
	}{
		{false, nil, http.StatusServiceUnavailable, "starting or stopping\n"},
		{true, nil, http.StatusOK, "ok\n"},
		{true, errors.New("password=secret"), http.StatusServiceUnavailable, "database does not answer\n"},
		{true, nil, http.StatusOK, "ok\n"},
		{false, nil, http.StatusServiceUnavailable, "starting or stopping\n"},
	} {
		broken = step.broken
		a.Ready(step.ready)
		if w := get(a, "/readyz"); w.Code != step.status || w.Body.String() != step.body {
			t.Errorf("ready: %d %q, want %+v", w.Code, w.Body.String(), step)
		}
		if w := get(a, "/readyz?exclude=database"); (w.Code == http.StatusOK) != step.ready {
			t.Errorf("ready without the database: %d, want %+v", w.Code, step)
		}
		w := get(a, "/livez")
		if w.Code != http.StatusOK || w.Body.String() != "ok\n" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("alive: %d %q, %v", w.Code, w.Body.String(), w.Header())
		}
	}
	if !strings.Contains(log.String(), "check=database") || !strings.Contains(log.String(), "password=secret") {
		t.Errorf("the log has %q", log.String())
	}
}

// TestSlowCheck is answered before a kubelet gives up on the probe.
func TestSlowCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := telemetry.NewAdmin(prometheus.NewRegistry(), slog.New(slog.DiscardHandler),
			telemetry.Check{Name: "database", Ping: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }})
		a.Ready(true)
		start := time.Now()
		if w := get(a, "/readyz"); w.Code != http.StatusServiceUnavailable || time.Since(start) >= time.Second {
			t.Errorf("%d after %v", w.Code, time.Since(start))
		}
	})
}

// TestAdminPages are there, for those who may read only.
func TestAdminPages(t *testing.T) {
	a := telemetry.NewAdmin(telemetry.NewRegistry(), slog.New(slog.DiscardHandler))
	for path, want := range map[string]string{
		"/metrics": "# TYPE go_goroutines gauge", "/debug/pprof/": "goroutine", "/debug/pprof/heap?debug=1": "heap profile",
		"/debug/pprof/cmdline": "telemetry", "/debug/pprof/symbol": "num_symbols", "/debug/pprof/trace?seconds=0.01": "",
	} {
		if w := get(a, path); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d, no %q", path, w.Code, want)
		}
	}
	for path, want := range map[string]int{"/": http.StatusNotFound, "/metrics/": http.StatusNotFound, "/debug": http.StatusNotFound} {
		if w := get(a, path); w.Code != want {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/readyz", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
}

// TestOneSickCollector must not hide all other metrics.
func TestOneSickCollector(t *testing.T) {
	reg := prometheus.NewRegistry()
	reg.MustRegister(sick{}, prometheus.NewGauge(prometheus.GaugeOpts{Name: "well", Help: "Help."}))
	w := get(telemetry.NewAdmin(reg, slog.New(slog.DiscardHandler)), "/metrics")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "\nwell 0") {
		t.Errorf("%d: %s", w.Code, w.Body.String())
	}
}

// sick is a collector that cannot collect.
type sick struct{}

var sickDesc = prometheus.NewDesc("sick", "Help.", nil, nil)

func (sick) Describe(ch chan<- *prometheus.Desc) { ch <- sickDesc }
func (sick) Collect(ch chan<- prometheus.Metric) {
	ch <- prometheus.NewInvalidMetric(sickDesc, errors.New("ill"))
}

// TestLogger writes in the wanted format from the wanted level on.
func TestLogger(t *testing.T) {
	for _, tc := range []struct{ format, level, want string }{
		{"json", "info", `"msg":"seen"`}, {"text", "info", "msg=seen"}, {"text", "debug", "msg=unseen"}, {"json", "error", ""},
	} {
		var out bytes.Buffer
		log, err := telemetry.NewLogger(&out, tc.format, tc.level)
		if err != nil {
			t.Fatal(err)
		}
		log.Debug("unseen")
		log.Info("seen")
		if !strings.Contains(out.String(), tc.want) || tc.want == "" && out.Len() > 0 || tc.level != "debug" && strings.Contains(out.String(), "unseen") {
			t.Errorf("%s at %s: %q", tc.format, tc.level, out.String())
		}
	}
	for _, tc := range [][2]string{{"xml", "info"}, {"", "info"}, {"json", "loud"}, {"json", ""}} {
		if _, err := telemetry.NewLogger(&bytes.Buffer{}, tc[0], tc[1]); err == nil {
			t.Errorf("%q at %q is accepted", tc[0], tc[1])
		}
	}
}
