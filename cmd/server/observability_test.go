package main

import (
	"encoding/json"
	"log/slog"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/prometheus/client_golang/prometheus"
	"go.yaml.in/yaml/v4"

	"ballast.internal/ballast/internal/recommend"
)

var (
	described   = regexp.MustCompile(`fqName: "([^"]+)"`)
	metricNames = regexp.MustCompile(`\b(?:ballast|gen_ai)_[a-z0-9_]+`)
	ofHistogram = regexp.MustCompile(`_(bucket|sum|count)$`)
)

// registered are the metrics of the running program, those without a series
// yet among them.
func registered(t *testing.T) map[string]bool {
	t.Helper()
	set, faults := readEnvironment(testEnvironment(nil, nil))
	if err := faults.err(); err != nil {
		t.Fatal(err)
	}
	set.RedisURL = "redis://" + miniredis.RunT(t).Addr()
	set.Local, set.Addr, set.AdminAddr, set.DataDir = true, "127.0.0.1:0", "127.0.0.1:0", t.TempDir()
	a, c, err := newBackend(t.Context(), set, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.release(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := a.newHandler(c); err != nil {
		t.Fatal(err)
	}
	descs := make(chan *prometheus.Desc)
	go func() { c.reg.Describe(descs); close(descs) }()
	out := map[string]bool{}
	for d := range descs {
		out[described.FindStringSubmatch(d.String())[1]] = true
	}
	return out
}

// Dashboards and alerts name no metric that the program does not have, and
// those of the contract are there.
func TestEveryMetricOfTheDashboardsExists(t *testing.T) {
	known := registered(t)
	for _, file := range []string{"../../deploy/grafana/ballast.json", "../../deploy/prometheus/rules.yaml", "../../deploy/kubernetes/base/horizontalpodautoscaler.yaml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		names := metricNames.FindAllString(string(text), -1)
		if len(names) == 0 {
			t.Errorf("%s names no metric", file)
		}
		for _, name := range names {
			if !known[name] && !known[ofHistogram.ReplaceAllString(name, "")] {
				t.Errorf("%s: the program has no metric %s", file, name)
			}
		}
	}
}

// Every query of the dashboard is PromQL: promtool reads them as rules.
func TestTheDashboardsQueriesParse(t *testing.T) {
	text, err := os.ReadFile("../../deploy/grafana/ballast.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			ID      int
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	var rules strings.Builder
	rules.WriteString("groups:\n- name: dashboard\n  rules:\n")
	variables := strings.NewReplacer("$__rate_interval", "5m", "$client", ".*")
	var ids []int
	queries := 0
	for _, p := range dashboard.Panels {
		ids = append(ids, p.ID)
		for _, target := range p.Targets {
			if strings.Contains(target.Expr, "ballast_budget_") && !regexp.MustCompile(`^(max by|min)\b`).MatchString(target.Expr) {
				t.Errorf("%s: every replica tells the same balance: %s", p.Title, target.Expr)
			}
			expr, _ := json.Marshal(variables.Replace(target.Expr))
			rules.WriteString("  - record: dashboard:query\n    expr: " + string(expr) + "\n    labels: {panel: \"" + string(rune('A'+queries/26)) + string(rune('A'+queries%26)) + "\"}\n")
			queries++
		}
	}
	slices.Sort(ids)
	if queries < 20 || len(slices.Compact(ids)) != len(dashboard.Panels) {
		t.Errorf("%d queries, panels %v", queries, ids)
	}
	promtool(t, "check", "rules", write(t, "dashboard.yaml", rules.String()))
}

// The alerts fire when they should, and not before.
func TestAlerts(t *testing.T) {
	promtool(t, "test", "rules", "../../deploy/prometheus/rules_test.yaml", "../../deploy/prometheus/rules_keys_test.yaml")
}

// Every alert leads to a section of the runbook, and is tested.
func TestEveryAlertHasARunbookAndATest(t *testing.T) {
	read := func(path string) string {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	tests := read("../../deploy/prometheus/rules_test.yaml") + read("../../deploy/prometheus/rules_keys_test.yaml")
	book := read("../../docs/runbook.md")
	var rules struct {
		Groups []struct {
			Rules []struct {
				Alert       string
				Annotations struct{ Runbook string }
			}
		}
	}
	if err := yaml.Unmarshal([]byte(read("../../deploy/prometheus/rules.yaml")), &rules); err != nil {
		t.Fatal(err)
	}
	for _, r := range rules.Groups[0].Rules[1:] { // the first is no alert
		if fires := regexp.MustCompile(`alertname: ` + r.Alert + `\n\s+exp_alerts`); !fires.MatchString(tests) {
			t.Errorf("no test in which %s fires", r.Alert)
		}
		_, anchor, _ := strings.Cut(r.Annotations.Runbook, "docs/runbook.md#")
		_, section, _ := strings.Cut(book, `<a id="`+anchor+`"></a>`+"\n\n#")
		section, _, _ = strings.Cut(section, "\n#")
		if r.Alert == "" || !strings.Contains(section, "`"+r.Alert+"`") {
			t.Errorf("the section %q of the runbook is not about %s", anchor, r.Alert)
		}
	}
}

// Whatever a model call can fail by, some alert counts it.
func TestEveryFailureHasAnAlert(t *testing.T) {
	rules, err := os.ReadFile("../../deploy/prometheus/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	counted := map[string]bool{}
	for _, m := range regexp.MustCompile(`ballast_bedrock_attempts_total\{outcome=~?"([a-z_|]+)"`).FindAllSubmatch(rules, -1) {
		for outcome := range strings.SplitSeq(string(m[1]), "|") {
			counted[outcome] = true
		}
	}
	for _, kind := range recommend.ErrorKinds() {
		if !counted[string(kind)] {
			t.Errorf("no alert counts %s", kind)
		}
	}
}

func promtool(t *testing.T, args ...string) {
	t.Helper()
	path, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed (Debian package prometheus)")
	}
	if out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput(); err != nil {
		t.Errorf("promtool %v: %v\n%s", args, err, out)
	}
}
