package httpapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"ballast.internal/ballast/internal/httpapi/strictjson"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

func TestRateLimit(t *testing.T) {
	h := newHarness(t)
	h.limiter.refuse = "requests"
	r := h.send("POST", "/v1/recommendations", valid)
	p := r.problem(t)
	if r.status != 429 || p["code"] != "rate_limited" || p["limit"] != "requests" || r.header.Get("Retry-After") != "2" ||
		p["type"] != "https://iana.org/assignments/http-problem-types#quota-exceeded" {
		t.Errorf("%d %v %s", r.status, r.header, r.body)
	}
	if r.header.Get("RateLimit") == "" || len(h.service.requests()) != 0 || h.limiter.released != 0 {
		t.Errorf("%v, %d calls", r.header, len(h.service.requests()))
	}
	want := `
		# HELP ballast_limit_decisions_total Decisions of limits: allowed or refused.
		# TYPE ballast_limit_decisions_total counter
		ballast_limit_decisions_total{decision="refused",limit="requests"} 1
	`
	if err := testutil.GatherAndCompare(h.reg, strings.NewReader(want), "ballast_limit_decisions_total"); err != nil {
		t.Error(err)
	}
}

func TestErrorsOfTheService(t *testing.T) {
	retry := 30
	resets := testNow.Add(90 * time.Minute)
	budgetErr := &recommend.BudgetError{Budget: "client", Window: "day", ResetsAt: resets}
	for _, tc := range []struct {
		name       string
		err        error
		status     int
		code       string
		retryAfter string
	}{
		{"journal", fmt.Errorf("append: %w", recommend.ErrJournal), 503, "journal_unavailable", "5"},
		{"closed", recommend.ErrClosed, 503, "shutting_down", "5"},
		{"budget in mode model", &recommend.ModelUnavailableError{Degraded: recommend.Degraded{Reason: recommend.ReasonBudget}, Err: budgetErr}, 429, "budget_exhausted", "5400"},
		{"throttled in mode model", &recommend.ModelUnavailableError{Degraded: recommend.Degraded{Reason: recommend.ReasonThrottled, RetryAfter: &retry}}, 503, "model_unavailable", "30"},
		{"timeout in mode model", &recommend.ModelUnavailableError{Degraded: recommend.Degraded{Reason: recommend.ReasonTimeout}, Err: context.DeadlineExceeded}, 503, "model_unavailable", ""},
		{"within a limit later", &recommend.LimitError{Limit: "client_tokens", RetryAfter: 1500 * time.Millisecond}, 429, "rate_limited", "2"},
		{"above a limit", &recommend.LimitError{Limit: "client_tokens"}, 429, "rate_limited", ""},
		{"deadline", context.DeadlineExceeded, 504, "timeout", "5"},
		{"anything else", errors.New("secret at 10.0.0.7"), 500, "internal", ""},
		{"cancelled, but not by the caller", context.Canceled, 500, "internal", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := newHarness(t)
			h.service.before = func(context.Context, recommend.Progress) error { return tc.err }
			r := h.send("POST", "/v1/recommendations", valid)
			if p := r.problem(t); r.status != tc.status || p["code"] != tc.code || r.header.Get("Retry-After") != tc.retryAfter {
				t.Errorf("%d, Retry-After %q: %s", r.status, r.header.Get("Retry-After"), r.body)
			}
			if p := r.problem(t); (p["retry_after_s"] != nil) != (tc.retryAfter != "") || tc.retryAfter != "" && fmt.Sprint(p["retry_after_s"]) != tc.retryAfter {
				t.Errorf("Retry-After %q, and in the body %v", tc.retryAfter, p["retry_after_s"])
			}
			if bytes.Contains(r.body, []byte("10.0.0.7")) {
				t.Errorf("the cause is told: %s", r.body)
			}
			if line := h.logged()[0]; line["problem"] != tc.code || line["cause"] != tc.err.Error() {
				t.Errorf("logged %v", line)
			}
		})
	}
}

// A kind for every error, also one that several could claim.
func TestClassifyPrefersTheSpecific(t *testing.T) {
	for _, tc := range []struct {
		err  error
		want errorKind
	}{
		{portfolio.Faults{{}}, kindInvalid},
		{&strictjson.SyntaxError{}, kindMalformed},
		{&http.MaxBytesError{}, kindTooLarge},
		{fmt.Errorf("%w: %w", errUnavailable, context.DeadlineExceeded), kindUnavailable},
		{&recommend.ModelUnavailableError{Err: recommend.ErrJournal}, kindJournal},
		{nil, kindInternal},
	} {
		if got := classify(tc.err); got != tc.want {
			t.Errorf("%v: %v", tc.err, got)
		}
	}
}

// TestAboveALimit: whoever is never admitted is told so, and not to come again.
func TestAboveALimit(t *testing.T) {
	h := newHarness(t)
	for after, told := range map[time.Duration]bool{0: true, time.Second: false} {
		h.service.before = func(context.Context, recommend.Progress) error {
			return &recommend.LimitError{Limit: "client_tokens", RetryAfter: after}
		}
		detail, _ := h.send("POST", "/v1/recommendations", valid).problem(t)["detail"].(string)
		if strings.Contains(detail, "repeating it never helps") != told {
			t.Errorf("after %v: %q", after, detail)
		}
	}
}

func TestPanicIsABare500(t *testing.T) {
	h := newHarness(t)
	h.service.before = func(context.Context, recommend.Progress) error { panic("secret") }
	r := h.send("POST", "/v1/recommendations", valid)
	if r.status != 500 || r.problem(t)["code"] != "internal" || bytes.Contains(r.body, []byte("secret")) {
		t.Errorf("%d %s", r.status, r.body)
	}
	if lines := h.logged(); lines[0]["msg"] != "panic" || lines[0]["panic"] != "a string" || strings.Contains(h.log.String(), "secret") || lines[1]["status"] != 500.0 {
		t.Errorf("logged %v", lines)
	}
	if h.limiter.released != 1 {
		t.Error("the admission was not released")
	}
}

func TestTimeout(t *testing.T) {
	h := newHarness(t, func(c *Config) { c.RequestTimeout = time.Millisecond })
	h.service.before = func(ctx context.Context, _ recommend.Progress) error { <-ctx.Done(); return ctx.Err() }
	for _, path := range []string{"/v1/recommendations", "/v1/analyses"} {
		if r := h.send("POST", path, valid); r.status != 504 {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
}

func TestCallerThatLeaves(t *testing.T) {
	h := newHarness(t)
	asked := make(chan struct{})
	h.service.before = func(ctx context.Context, _ recommend.Progress) error { close(asked); <-ctx.Done(); return ctx.Err() }
	ctx, leave := context.WithCancel(t.Context())
	go func() { <-asked; leave() }()
	req, _ := http.NewRequestWithContext(ctx, "POST", h.url+"/v1/recommendations", strings.NewReader(valid))
	req.Header.Set("Authorization", "Bearer "+h.key)
	req.Header.Set("Content-Type", "application/json")
	if _, err := h.client.Do(req); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	h.eventually(func() bool { return strings.Contains(h.log.String(), `"problem":"client_gone"`) })
	if !strings.Contains(h.log.String(), `"status":499`) {
		t.Error(h.log.String())
	}
}

// eventually waits for what another goroutine of the server is about to do.
func (h *harness) eventually(done func() bool) {
	h.t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range 5000 {
		if done() {
			return
		}
		<-tick.C
	}
	h.t.Fatalf("it did not happen; logged:\n%s", h.log.String())
}

// A request is for about today, alone or in a batch.
func TestPortfolioOfADayToCome(t *testing.T) {
	h := newHarness(t)
	ahead := func(days int) string {
		return strings.Replace(valid, testNow.Format(time.DateOnly), testNow.AddDate(0, 0, days).Format(time.DateOnly), 1)
	}
	for _, path := range []string{"/v1/recommendations", "/v1/analyses", "/v1/estimates"} {
		if r := h.send("POST", path, ahead(7)); r.status != 200 {
			t.Errorf("%s for a day next week: %d %s", path, r.status, r.body)
		}
		r := h.send("POST", path, ahead(8))
		body := string(r.body)
		if r.status != 422 || !strings.Contains(body, `"/portfolio/as_of"`) || !strings.Contains(body, `"future_date"`) {
			t.Errorf("%s for a day further ahead: %d %s", path, r.status, body)
		}
	}
	var faults portfolio.Faults
	if _, _, err := (BatchLines{Now: nowForTests}).Decode([]byte(ahead(8))); !errors.As(err, &faults) || faults[0].Code != "future_date" {
		t.Errorf("a line of a batch: %v", err)
	}
}
