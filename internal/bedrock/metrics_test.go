package bedrock

import (
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
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
	want := `
# HELP ballast_bedrock_attempts_total Model calls by outcome: answered, or the kind of failure.
# TYPE ballast_bedrock_attempts_total counter
ballast_bedrock_attempts_total{model="anthropic.claude-3-haiku-20240307-v1:0",outcome="answered"} 2
ballast_bedrock_attempts_total{model="anthropic.claude-3-haiku-20240307-v1:0",outcome="throttled"} 1
`
	if err := testutil.GatherAndCompare(reg, strings.NewReader(want), "ballast_bedrock_attempts_total"); err != nil {
		t.Error(err)
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
