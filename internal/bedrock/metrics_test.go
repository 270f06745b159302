package bedrock

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"ballast.internal/ballast/internal/recommend"
)

// Every metric is registered, and counts what it says.
func TestMetrics(t *testing.T) {
	reg := prometheus.NewRegistry()
	throttle := false
	c := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		if throttle {
			w.Header().Set("x-amzn-ErrorType", "ThrottlingException")
			w.WriteHeader(429)
			return
		}
		answering(goodAnswer)(w, r)
	}, func(cfg *Config) { cfg.Registerer = reg })
	for _, throttle = range []bool{false, true, false} {
		c.Invoke(t.Context(), simpleRequest)
	}
	attempts := map[string]float64{"answered": 2, "throttled": 1}
	for _, kind := range recommend.ErrorKinds() {
		if got := attemptsOf(c, string(kind)); got != attempts[string(kind)] {
			t.Errorf("%v attempts %s", got, kind)
		}
	}
	if got := attemptsOf(c, "answered"); got != 2 {
		t.Errorf("%v attempts answered", got)
	}
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, f := range families {
		got[f.GetName()] = true
		if f.GetName() == "ballast_bedrock_attempt_duration_seconds" {
			h := f.GetMetric()[0].GetHistogram()
			if h.GetSampleCount() != 3 || len(h.GetBucket()) == 0 || h.GetSchema() == 0 {
				t.Errorf("duration: %d samples, %d classic buckets, schema %d", h.GetSampleCount(), len(h.GetBucket()), h.GetSchema())
			}
		}
	}
	for _, name := range []string{
		"ballast_bedrock_attempts_total", "ballast_bedrock_attempt_duration_seconds", "ballast_bedrock_breaker_open",
		"ballast_bedrock_credentials_loaded_timestamp_seconds", "ballast_bedrock_credentials_written_timestamp_seconds",
	} {
		if !got[name] {
			t.Errorf("%s is not gathered", name)
		}
	}
}

func attemptsOf(c *Client, outcome string) float64 {
	return testutil.ToFloat64(c.metrics.attempts.WithLabelValues(c.cfg.ModelID, outcome))
}

// An alert sees the increase of what was 0 before, and none of a series that begins
// with its first event.
func TestEveryOutcomeBeginsAtZero(t *testing.T) {
	c := newTestClient(t, answering(goodAnswer))
	if got, want := testutil.CollectAndCount(c.metrics.attempts), 1+len(recommend.ErrorKinds()); got != want {
		t.Errorf("%d series before the first call, want %d", got, want)
	}
}

// Every kind that the package declares is told by ErrorKinds.
func TestErrorKindsAreAll(t *testing.T) {
	source, err := os.ReadFile("../recommend/ports_model.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`ErrorKind = "(\w+)"`).FindAllStringSubmatch(string(source), -1)
	for _, m := range declared {
		if !slices.Contains(recommend.ErrorKinds(), recommend.ErrorKind(m[1])) {
			t.Errorf("%s is not told", m[1])
		}
	}
	if len(declared) != len(recommend.ErrorKinds()) {
		t.Errorf("%d are declared, %d told", len(declared), len(recommend.ErrorKinds()))
	}
}
