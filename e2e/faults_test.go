package e2e

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"ballast.internal/ballast/internal/bedrock/emulator"
)

// degradedBy is what the caller must be told when every call fails in one way.
var degradedBy = map[string]string{
	"throttle": "model_throttled", "500": "model_unavailable", "503": "model_unavailable",
	"model_timeout": "model_timeout", "model_error": "model_unavailable", "not_ready": "model_unavailable",
	"timeout": "model_timeout", "reset": "model_unavailable", "truncated_json": "answer_rejected",
	"empty": "answer_rejected", "refusal": "answer_rejected",
	"throttle_tokens": "model_throttled", "throttle_day": "model_throttled", "quota": "model_throttled",
	"denied": "model_denied", "explicit_deny": "model_denied", "no_access": "model_denied", "not_cleared": "model_denied",
	"unknown_key": "model_denied", "expired_token": "model_denied", "profile_only": "model_unavailable",
	"end_of_life": "model_retired", "legacy": "model_retired", "invalid_model": "model_retired",
}

// refusedFor is the check that must catch a lie of the emulator.
var refusedFor = map[string]string{
	"wrong_sum": "digit", "moved_decimal": "digit", "percent_for_fraction": "percent", "other_digits": "digit",
	"number_words": "number_word", "inverted": "inverted_direction", "invented_ticker": "ticker", "foreign_id": "foreign_evidence",
	"promise": "promise", "urgency": "urgency", "links": "link", "html": "markup", "flattery": "flattery",
	"prompt_echo": "prompt_echo", "canary": "canary", "wrong_language": "wrong_language", "deep_nesting": "too_deep",
	"huge": "no_item", "duplicated": "duplicate_action", "refusal": "not_json",
}

// hostile is what the emulator's lies contain and no answer may.
var hostile = regexp.MustCompile(`(?i)guarante|risk-free|certain to|double your|act now|immediately|https?:|www\.|<[a-z]|NVDA|TSLA|GME|sixty|ninety|٣|３|ignore (all|previous)|You write the explanations|\bas an AI\b|\{[FHA]\d`)

// TestEveryFaultIsAnswered meets each fault of the emulator at every call. The
// caller gets 200, an explanation where the model's words are missing, and not
// one wrong word.
func TestEveryFaultIsAnswered(t *testing.T) {
	for _, fault := range emulator.FaultNames() {
		value := fault + "=1"
		if fault == "latency" {
			value = "latency=5ms"
		}
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			p := local(t, []string{"BALLAST_MODEL_TIMEOUT=400ms"}, "-faults", value)
			a, body := p.recommend(t, example(t, "p0.json", nil))
			if found := hostile.FindString(a.text()); found != "" {
				t.Errorf("%q is in the answer:\n%s", found, a.text())
			}
			if strings.Contains(string(body), "emulator fault") {
				t.Error("internals are in the answer")
			}
			if len(a.Recommendations) != 2 || a.Recommendations[0].Trades[0].Quantity != "45" {
				t.Errorf("the advice itself changed: %+v", a.Recommendations)
			}
			if want := degradedBy[fault]; want != "" {
				if a.Source != "rules" || a.Degraded == nil || a.Degraded.Reason != want {
					t.Errorf("source %s, degraded %+v, want %s", a.Source, a.Degraded, want)
				}
			} else if a.Source == "rules" && (a.Degraded == nil || a.Degraded.Reason != "answer_rejected") {
				t.Errorf("rules text without the reason: %+v", a.Degraded)
			}
			metrics := p.metrics(t)
			if want := refusedFor[fault]; want != "" && !strings.Contains(metrics, `ballast_answer_rejections_total{reason="`+want+`"}`) {
				t.Errorf("nothing was refused for %s", want)
			}
			if !strings.Contains(metrics, `ballast_budget_reserved_usd{client="demo",window="day"} 0`) {
				t.Error("money is still reserved")
			}
		})
	}
}

// TestSilentModelIsLeftAlone: a model that takes calls and never answers has cost
// five callers their patience and a reservation each. Everybody after them is
// answered at once and for nothing.
func TestSilentModelIsLeftAlone(t *testing.T) {
	t.Parallel()
	p := local(t, []string{"BALLAST_MODEL_TIMEOUT=400ms"}, "-faults", "timeout=1")
	ask := func(i int) answer {
		a, _ := p.recommend(t, example(t, "p0.json", func(doc map[string]any) { option(doc, "max_recommendations", i) }))
		return a
	}
	for i := range 5 {
		if a := ask(i + 1); a.Degraded == nil || a.Degraded.Reason != "model_timeout" || !strings.Contains(a.Degraded.Detail, "attempt's timeout") {
			t.Fatalf("call %d: degraded %+v", i+1, a.Degraded)
		}
	}
	spent := spentNano(t, p)
	for i := range 3 {
		a := ask(i + 6)
		if a.Degraded == nil || a.Degraded.Reason != "model_unavailable" || !strings.Contains(a.Degraded.Detail, "held back") || a.Usage.Attempts != 0 {
			t.Errorf("while calls are held back: degraded %+v, usage %+v", a.Degraded, a.Usage)
		}
	}
	if now := spentNano(t, p); now != spent {
		t.Errorf("callers who were held back cost %d nano-USD", now-spent)
	}
	if !strings.Contains(p.metrics(t), "ballast_bedrock_breaker_open 1") {
		t.Error("the metric does not tell that calls are held back")
	}
}

// TestModeModelIsAProblem when the model's words cannot be had.
func TestModeModelIsAProblem(t *testing.T) {
	t.Parallel()
	p := local(t, nil, "-faults", "throttle=1")
	body := example(t, "p0.json", func(doc map[string]any) { option(doc, "mode", "model") })
	status, out := p.call(t, http.MethodPost, "/v1/recommendations", body)
	if status < 400 || !strings.Contains(string(out), "model_throttled") {
		t.Errorf("status %d: %s", status, out)
	}
}

// TestMetricsOfTheContract are all there after one request: its duration a moment
// after the caller has the answer.
func TestMetricsOfTheContract(t *testing.T) {
	t.Parallel()
	p := local(t, nil, "-faults", "promise=1")
	p.recommend(t, example(t, "p0.json", nil))
	text := p.metrics(t)
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(text, "ballast_http_request_duration_seconds") && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
		text = p.metrics(t)
	}
	for _, name := range []string{
		"ballast_http_requests_total", "ballast_http_request_duration_seconds", "ballast_recommendations_total",
		"ballast_bedrock_attempts_total", "ballast_bedrock_attempt_duration_seconds", "ballast_bedrock_tokens_total",
		"ballast_spend_usd_total", "ballast_budget_limit_usd", "ballast_budget_spent_usd", "ballast_budget_reserved_usd",
		"ballast_limit_decisions_total", "ballast_cache_requests_total", "ballast_answer_rejections_total",
		"ballast_overhead_seconds", "gen_ai_client_token_usage", "gen_ai_client_operation_duration_seconds",
	} {
		if !strings.Contains(text, "\n# TYPE "+name+" ") {
			t.Errorf("%s is not gathered", name)
		}
	}
}

// TestNothingOfThePortfolioIsLogged marks every free text of a request and
// looks for the mark in the log, in the metrics and in a problem.
func TestNothingOfThePortfolioIsLogged(t *testing.T) {
	t.Parallel()
	const mark = "zqxmarkzqx"
	p := local(t, []string{"BALLAST_LOG_LEVEL=debug"})
	edit := func(bad bool) func(map[string]any) {
		return func(doc map[string]any) {
			portfolio := doc["portfolio"].(map[string]any)
			portfolio["accounts"] = []any{map[string]any{"account_id": mark, "tax_treatment": "taxable"}}
			for _, x := range portfolio["positions"].([]any) {
				position := x.(map[string]any)
				position["account_id"] = mark
				position["instrument"].(map[string]any)["name"] = mark
				position["instrument"].(map[string]any)["issuer"] = mark + position["instrument"].(map[string]any)["id"].(map[string]any)["ticker"].(string)
				if bad {
					position["price"] = mark
				}
			}
		}
	}
	if status, _ := p.call(t, http.MethodPost, "/v1/recommendations", example(t, "p0.json", edit(false))); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	status, problem := p.call(t, http.MethodPost, "/v1/recommendations", example(t, "p0.json", edit(true)))
	if status != http.StatusUnprocessableEntity || strings.Contains(string(problem), mark) {
		t.Errorf("status %d: %s", status, problem)
	}
	metrics := p.metrics(t)
	p.stop(t)
	if strings.Contains(p.stderr.String()+metrics, mark) {
		t.Error("the log or the metrics hold data of the portfolio")
	}
}
