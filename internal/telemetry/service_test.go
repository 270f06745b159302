package telemetry_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/telemetry"
)

var _ recommend.Observer = (*telemetry.ServiceMetrics)(nil)

// labelsOf lists the labels of every family that has been gathered, by name.
func labelsOf(t *testing.T, reg *prometheus.Registry) map[string][]string {
	t.Helper()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, f := range families {
		names := map[string]bool{}
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				names[l.GetName()] = true
			}
		}
		out[f.GetName()] = slices.Sorted(maps.Keys(names))
	}
	return out
}

// TestServiceMetrics has the names and labels of the contract after use.
func TestServiceMetrics(t *testing.T) {
	reg := prometheus.NewPedanticRegistry()
	m := telemetry.NewServiceMetrics(reg, "aws.bedrock")
	m.Recommendation("desk", "mixed", "")
	m.Tokens("desk", "haiku", 812, 214, 470_500)
	m.Operation("haiku", 950*time.Millisecond, "throttled")
	m.Rejection("digit")
	m.Cache("hit")
	m.Limit("budget", "allowed")
	m.Overhead(3 * time.Millisecond)
	want := map[string][]string{
		"ballast_recommendations_total":            {"client", "degraded", "source"},
		"ballast_bedrock_tokens_total":             {"client", "model", "type"},
		"ballast_spend_usd_total":                  {"client", "model"},
		"ballast_answer_rejections_total":          {"reason"},
		"ballast_cache_requests_total":             {"result"},
		"ballast_limit_decisions_total":            {"decision", "limit"},
		"ballast_overhead_seconds":                 {},
		"gen_ai_client_token_usage":                {"gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "gen_ai_token_type"},
		"gen_ai_client_operation_duration_seconds": {"error_type", "gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model"},
	}
	if d := cmp.Diff(want, labelsOf(t, reg), cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
	if problems, err := testutil.GatherAndLint(reg); err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", err, problems)
	}
}

// TestWhatIsCounted has the values, an attempt of unknown outcome included.
func TestWhatIsCounted(t *testing.T) {
	reg := prometheus.NewRegistry()
	m := telemetry.NewServiceMetrics(reg, "emulator")
	m.Tokens("desk", "haiku", 812, 214, 470_500)
	m.Tokens("desk", "haiku", 0, 0, 529_500) // charged in full, no tokens known
	m.Recommendation("desk", "model", "")
	m.Recommendation("desk", "rules", "budget_exhausted")
	m.Recommendation("desk", "rules", "budget_exhausted")
	err := testutil.GatherAndCompare(reg, strings.NewReader(`
# HELP ballast_bedrock_tokens_total Tokens billed by the model's provider.
# TYPE ballast_bedrock_tokens_total counter
ballast_bedrock_tokens_total{client="desk",model="haiku",type="input"} 812
ballast_bedrock_tokens_total{client="desk",model="haiku",type="output"} 214
# HELP ballast_recommendations_total Recommendations given.
# TYPE ballast_recommendations_total counter
ballast_recommendations_total{client="desk",degraded="",source="model"} 1
ballast_recommendations_total{client="desk",degraded="budget_exhausted",source="rules"} 2
# HELP ballast_spend_usd_total USD charged for model calls.
# TYPE ballast_spend_usd_total counter
ballast_spend_usd_total{client="desk",model="haiku"} 0.001
`), "ballast_bedrock_tokens_total", "ballast_recommendations_total", "ballast_spend_usd_total")
	if err != nil {
		t.Error(err)
	}
}

// TestHistograms can be read by old and by new Prometheus servers.
func TestHistograms(t *testing.T) {
	reg := prometheus.NewRegistry()
	m := telemetry.NewServiceMetrics(reg, "emulator")
	m.Overhead(3 * time.Millisecond)
	m.Operation("haiku", time.Second, "")
	m.Tokens("desk", "haiku", 10, 0, 0)
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, f := range families {
		if f.GetType().String() != "HISTOGRAM" {
			continue
		}
		seen++
		h := f.GetMetric()[0].GetHistogram()
		if len(h.GetBucket()) == 0 || h.Schema == nil {
			t.Errorf("%s: %d classic buckets, native schema %v", f.GetName(), len(h.GetBucket()), h.Schema)
		}
	}
	if seen != 3 {
		t.Errorf("%d histograms", seen)
	}
}

// TestRegistry tells about the process, and twice the same name is a fault of
// the wiring that is seen at once.
func TestRegistry(t *testing.T) {
	reg := telemetry.NewRegistry()
	labels := labelsOf(t, reg)
	for _, name := range []string{"go_goroutines", "process_cpu_seconds_total", "go_build_info"} {
		if _, ok := labels[name]; !ok {
			t.Errorf("no %s", name)
		}
	}
	telemetry.NewServiceMetrics(reg, "emulator")
	defer func() {
		if recover() == nil {
			t.Error("the same names were registered twice")
		}
	}()
	telemetry.NewServiceMetrics(reg, "emulator")
}

// TestUp is one or zero.
func TestUp(t *testing.T) {
	reg := prometheus.NewRegistry()
	up := telemetry.NewUp(reg, "ballast_redis_up", "Help.")
	for _, ok := range []bool{true, false, true} {
		up(ok)
		want := "# HELP ballast_redis_up Help.\n# TYPE ballast_redis_up gauge\nballast_redis_up 0\n"
		if ok {
			want = strings.Replace(want, "up 0", "up 1", 1)
		}
		if err := testutil.GatherAndCompare(reg, strings.NewReader(want)); err != nil {
			t.Error(err)
		}
	}
}
