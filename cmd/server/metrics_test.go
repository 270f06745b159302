package main

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/recommend"
)

// contractMetrics are the names that dashboards and alerts rely on, with their
// labels in alphabetical order.
var contractMetrics = map[string]string{
	"ballast_http_requests_total":              "code method route",
	"ballast_http_request_duration_seconds":    "code method route",
	"ballast_recommendations_total":            "client degraded source",
	"ballast_bedrock_attempts_total":           "model outcome",
	"ballast_bedrock_attempt_duration_seconds": "model",
	"ballast_bedrock_tokens_total":             "client model type",
	"ballast_spend_usd_total":                  "client model",
	"ballast_budget_limit_usd":                 "client window",
	"ballast_budget_spent_usd":                 "client window",
	"ballast_budget_reserved_usd":              "client window",
	"ballast_limit_decisions_total":            "decision limit",
	"ballast_batch_jobs_open":                  "client",
	"ballast_batch_jobs_total":                 "client status",
	"ballast_batch_lines_open":                 "client",
	"ballast_batch_lines_total":                "client outcome",
	"ballast_cache_requests_total":             "result",
	"ballast_answer_rejections_total":          "reason",
	"ballast_overhead_seconds":                 "",
	"gen_ai_client_token_usage":                "gen_ai_operation_name gen_ai_provider_name gen_ai_request_model gen_ai_token_type",
	"gen_ai_client_operation_duration_seconds": "error_type gen_ai_operation_name gen_ai_provider_name gen_ai_request_model",
}

// TestMetricsOfTheContract are in the registry of the wired program after one
// request whose answer was refused in part, each with its labels and with
// nothing that the caller wrote.
func TestMetricsOfTheContract(t *testing.T) {
	p := &program{env: map[string]string{"BALLAST_DATA_DIR": t.TempDir()}}
	set, err := loadSettings([]string{"-local", "-faults", "promise=1"}, p.environment())
	if err != nil {
		t.Fatal(err)
	}
	a, c, err := newBackend(t.Context(), set, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.release(); err != nil {
			t.Error(err)
		}
	}()
	handler, err := a.newHandler(c)
	if err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile("../../examples/p0.json")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/v1/recommendations": http.StatusOK, "/made/up/by/zqxmark": http.StatusNotFound} {
		req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(strings.ReplaceAll(string(body), "Apple Inc.", "zqxmark")))
		req.Header.Set("Authorization", "Bearer "+a.local.key)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Request-Id", "zqxmark")
		w := httptest.NewRecorder()
		if handler.ServeHTTP(w, req); w.Code != want {
			t.Fatalf("%s: %d: %s", path, w.Code, w.Body)
		}
	}
	jobOfOneLine(t, a, handler)
	if err := a.service.Close(t.Context()); err != nil {
		t.Error(err)
	}
	families, err := c.reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range families {
		names := map[string]bool{}
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				names[l.GetName()] = true
				if strings.Contains(l.GetValue(), "zqxmark") {
					t.Errorf("%s has the label %s=%q", f.GetName(), l.GetName(), l.GetValue())
				}
			}
		}
		if _, ok := contractMetrics[f.GetName()]; ok {
			got[f.GetName()] = strings.Join(slices.Sorted(maps.Keys(names)), " ")
		}
		if f.GetHelp() == "" || !wellNamed.MatchString(f.GetName()) {
			t.Errorf("%s: help %q", f.GetName(), f.GetHelp())
		}
	}
	if d := cmp.Diff(contractMetrics, got); d != "" {
		t.Error(d)
	}
}

// TestRejectionsBeginAtZero, each reason of them, or an alert would not see the
// increase that the first one is.
func TestRejectionsBeginAtZero(t *testing.T) {
	p := &program{env: map[string]string{"BALLAST_DATA_DIR": t.TempDir()}}
	set, err := loadSettings([]string{"-local"}, p.environment())
	if err != nil {
		t.Fatal(err)
	}
	a, c, err := newBackend(t.Context(), set, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	families, err := c.reg.Gather()
	if err := errors.Join(err, a.release()); err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		if f.GetName() == "ballast_answer_rejections_total" {
			for _, m := range f.GetMetric() {
				got[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
			}
		}
	}
	want := map[string]float64{}
	for _, reason := range recommend.RejectionReasons() {
		want[reason] = 0
	}
	if d := cmp.Diff(want, got); d != "" || len(want) < 40 {
		t.Error(d, len(want))
	}
}

// jobOfOneLine answers a job to its end.
func jobOfOneLine(t *testing.T, a *app, handler http.Handler) {
	t.Helper()
	const line = `{"options":{"mode":"rules"},"portfolio":{"as_of":"2026-11-20","base_currency":"USD","cash":[{"currency":"USD","amount":"1"}],"positions":[]}}`
	req := httptest.NewRequest(http.MethodPost, "/v1/batches", strings.NewReader(line))
	req.Header.Set("Authorization", "Bearer "+a.local.key)
	req.Header.Set("Content-Type", "application/jsonl")
	w := httptest.NewRecorder()
	if handler.ServeHTTP(w, req); w.Code != http.StatusAccepted {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { a.jobs.Runner.Run(ctx) })
	for open := true; open; time.Sleep(5 * time.Millisecond) {
		var err error
		if open, err = a.store.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	running.Wait()
	if err := a.jobs.Runner.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// wellNamed metrics are our own, OpenTelemetry's or of the process.
var wellNamed = regexp.MustCompile(`^(ballast|gen_ai|go|process)_[a-z0-9_]+$`)
