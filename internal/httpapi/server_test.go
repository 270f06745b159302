package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	contract "ballast.internal/ballast/api"
	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/httpapi/strictjson"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

var valid = fmt.Sprintf(minimal, "", "")

func TestRecommend(t *testing.T) {
	h := newHarness(t)
	r := h.send("POST", "/v1/recommendations", valid, "X-Request-Id", "mine-1")
	if r.status != 200 || r.header.Get("Content-Type") != "application/json" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if !bytes.Equal(r.body, h.service.stored["web rec_A"]) {
		t.Errorf("not the bytes that were journalled: %s", r.body)
	}
	got := h.service.requests()[0]
	if got.Client != "web" || got.RequestID != "mine-1" || len(got.Portfolio.Positions) != 1 || len(got.Canonical) == 0 {
		t.Errorf("the service was asked %+v", got)
	}
	for name, want := range map[string]string{
		"X-Request-Id":            "mine-1",
		"RateLimit-Policy":        `"requests";q=60;w=60, "concurrency";q=4;qu="concurrent-requests"`,
		"RateLimit":               `"requests";r=59;t=1, "concurrency";r=3`,
		"X-Content-Type-Options":  "nosniff",
		"Cache-Control":           "no-store",
		"Referrer-Policy":         "no-referrer",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
		"Content-Length":          fmt.Sprint(len(r.body)),
		"Idempotency-Replayed":    "",
	} {
		if got := r.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if h.limiter.released != 1 {
		t.Errorf("%d of 1 admissions released", h.limiter.released)
	}
}

func TestReadRecommendation(t *testing.T) {
	h := newHarness(t)
	h.send("POST", "/v1/recommendations", valid)
	if r := h.send("GET", "/v1/recommendations/rec_A", ""); r.status != 200 || !bytes.Equal(r.body, h.service.stored["web rec_A"]) {
		t.Errorf("own record: %d %s", r.status, r.body)
	}
	for name, r := range map[string]reply{
		"another client's":  h.send("GET", "/v1/recommendations/rec_A", "", "Authorization", "Bearer "+h.other),
		"one that is not":   h.send("GET", "/v1/recommendations/rec_B", ""),
		"escaped traversal": h.send("GET", "/v1/recommendations/..%2frec_A", ""),
	} {
		if r.status != 404 || r.problem(t)["code"] != "not_found" {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	h.service.broken = errors.New("secret")
	if r := h.send("GET", "/v1/recommendations/rec_A", ""); r.status != 503 || bytes.Contains(r.body, []byte("secret")) {
		t.Errorf("unreadable journal: %d %s", r.status, r.body)
	}
}

func TestAnalyze(t *testing.T) {
	h := newHarness(t)
	r := h.send("POST", "/v1/analyses", valid)
	want, _ := json.Marshal(testAnalysis())
	if r.status != 200 || !bytes.Equal(r.body, want) || len(h.service.requests()) != 0 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestEstimate(t *testing.T) {
	estimate := recommend.Estimate{ModelID: "m", Provider: "bedrock", NeedsModel: true, InputTokens: 900, OutputTokens: 700, CostNano: 1_100_000, MaxAttempts: 2}
	for _, tc := range []struct {
		name          string
		spent, shared budget.Nano
		want          bool
	}{
		{"room in both", 7_900_000, 0, true},
		{"a nano too much", 7_900_001, 0, false},
		{"global budget used up", 0, 99_000_000, false},
	} {
		h := newHarness(t)
		h.service.estimate = estimate
		h.budgets.spent, h.budgets.shared = tc.spent, tc.shared
		r := h.send("POST", "/v1/estimates", valid)
		var got map[string]any
		if err := json.Unmarshal(r.body, &got); err != nil {
			t.Fatal(err)
		}
		if got["within_budget"] != tc.want || got["input_tokens"] != 900.0 || got["max_attempts"] != 2.0 {
			t.Errorf("%s: %s", tc.name, r.body)
		}
	}
}

func TestUsage(t *testing.T) {
	h := newHarness(t)
	h.budgets.spent = 4_705
	r := h.send("GET", "/v1/usage", "")
	want := `{"as_of":"2026-11-20T12:00:00Z","budgets":[{"limit_usd":"0.01","remaining_usd":"0.008995295","reserved_usd":"0.001",` +
		`"resets_at":"2026-11-21T00:00:00Z","spent_usd":"0.000004705","starts_at":"2026-11-20T00:00:00Z","window":"day"}],"client":"web",` +
		`"limits":[{"name":"requests","quota":60,"remaining":59,"reset_s":1,"window_s":60},{"name":"concurrency","quota":4,"remaining":3}]}`
	if diff := cmp.Diff(want, string(r.body)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	h.budgets.unlimited = true
	if r := h.send("GET", "/v1/usage", ""); !bytes.Contains(r.body, []byte(`"limit_usd":null,"remaining_usd":null`)) {
		t.Errorf("without a limit: %s", r.body)
	}
	h.budgets.err = errors.New("disk I/O error on /var/lib/secret")
	if r := h.send("GET", "/v1/usage", ""); r.status != 503 || bytes.Contains(r.body, []byte("secret")) {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestModels(t *testing.T) {
	h := newHarness(t)
	r := h.send("GET", "/v1/models", "")
	if r.status != 200 || !bytes.Contains(r.body, []byte(`"input_usd_per_million_tokens":"0.25"`)) {
		t.Errorf("%d %s", r.status, r.body)
	}
	none := newHarness(t, func(c *Config) { c.Models = nil })
	if r := none.send("GET", "/v1/models", ""); string(r.body) != `{"models":[]}` {
		t.Errorf("%s", r.body)
	}
}

func TestContractAndPageNeedNoKey(t *testing.T) {
	h := newHarness(t)
	if r := h.send("GET", "/openapi.json", "", "Authorization", ""); !bytes.Equal(r.body, contract.JSON()) {
		t.Errorf("%d %.80s", r.status, r.body)
	}
	r := h.send("GET", "/docs", "", "Authorization", "")
	if r.status != 200 || !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
		t.Fatalf("%d", r.status)
	}
	if csp := r.header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'; style-src 'sha256-") {
		t.Errorf("policy %q", csp)
	}
	if len(h.limiter.taken) != 0 {
		t.Error("the limiter was asked about nobody")
	}
}

// What a body may get wrong, through the whole server: the status, the
// pointers, and nothing of what was submitted.
func TestEveryFaultIsAProblem(t *testing.T) {
	h := newHarness(t)
	for _, tc := range faultCases {
		t.Run(tc.name, func(t *testing.T) {
			r := h.send("POST", "/v1/recommendations", tc.body, "Content-Type", "application/json")
			p := r.problem(t)
			if strings.Contains(string(r.body), marker) {
				t.Errorf("the submitted value is repeated: %s", r.body)
			}
			if tc.want == nil {
				if r.status != 400 || p["code"] != "malformed_json" {
					t.Errorf("%d %s", r.status, r.body)
				}
				return
			}
			var got []string
			for _, e := range p["errors"].([]any) {
				fault := e.(map[string]any)
				got = append(got, fmt.Sprint(fault["pointer"], " ", fault["code"]))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" || r.status != 422 || p["code"] != "invalid_request" {
				t.Errorf("%d (-want +got):\n%s", r.status, diff)
			}
		})
	}
	if n := len(h.service.requests()); n != 0 {
		t.Errorf("%d faulty requests reached the service", n)
	}
	for _, line := range h.logged() {
		if text, _ := json.Marshal(line); strings.Contains(string(text), marker) {
			t.Errorf("logged: %s", text)
		}
	}
}

func TestBodies(t *testing.T) {
	h := newHarness(t)
	large := valid[:len(valid)-1] + strings.Repeat(" ", 1<<20) + "}"
	exact := valid[:len(valid)-1] + strings.Repeat(" ", 1<<20-len(valid)) + "}"
	for _, tc := range []struct {
		name, body, contentType string
		status                  int
	}{
		{"over 1 MiB", large, "application/json", 413},
		{"1 MiB", exact, "application/json", 200},
		{"charset", valid, "application/json; charset=UTF-8", 200},
		{"another charset", valid, "application/json; charset=latin1", 415},
		{"no content type", valid, "", 415},
		{"text", valid, "text/plain", 415},
		{"form", "a=b", "application/x-www-form-urlencoded", 415},
		{"almost JSON", valid, "application/json-seq", 415},
		{"unreadable content type", valid, ";;", 415},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, path := range []string{"/v1/recommendations", "/v1/analyses", "/v1/estimates"} {
				if r := h.send("POST", path, tc.body, "Content-Type", tc.contentType); r.status != tc.status {
					t.Errorf("%s: %d %s", path, r.status, r.body)
				}
			}
		})
	}
	if r := h.send("POST", "/v1/analyses", valid, "Content-Encoding", "gzip"); r.status != 415 {
		t.Errorf("gzip: %d", r.status)
	}
	if r := h.send("POST", "/v1/analyses", "", "Content-Type", "application/json"); r.status != 400 {
		t.Errorf("empty: %d", r.status)
	}
	// A body of unknown length is cut at the limit too.
	req, _ := http.NewRequestWithContext(t.Context(), "POST", h.url+"/v1/analyses", struct{ *strings.Reader }{strings.NewReader(large)})
	req.ContentLength = -1
	req.Header.Set("Authorization", "Bearer "+h.key)
	req.Header.Set("Content-Type", "application/json")
	if r := h.do(req); r.status != 413 {
		t.Errorf("chunked: %d", r.status)
	}
}

func TestAuthentication(t *testing.T) {
	h := newHarness(t)
	for name, header := range map[string]string{
		"no key": "", "no scheme": h.key, "wrong scheme": "Basic " + h.key, "truncated": "Bearer " + h.key[:40],
		"another server's": "Bearer blk_aaaaaaaa_" + strings.Repeat("a", 52), "empty": "Bearer ", "two": "Bearer " + h.key + "," + h.other,
	} {
		for _, path := range []string{"/v1/usage", "/v1/nothing"} {
			r := h.send("GET", path, "", "Authorization", header)
			if r.status != 401 || r.problem(t)["code"] != "unauthenticated" || r.header.Get("WWW-Authenticate") != `Bearer realm="ballast"` {
				t.Errorf("%s %s: %d %s", name, path, r.status, r.body)
			}
			if strings.Contains(string(r.body), h.key[13:]) {
				t.Errorf("%s: the key is repeated", name)
			}
		}
	}
	if r := h.send("GET", "/v1/usage?key="+h.key, "", "Authorization", ""); r.status != 401 {
		t.Errorf("key in the URL: %d", r.status)
	}
	if len(h.limiter.taken) != 0 {
		t.Error("strangers were counted against a limit")
	}
	if r := h.send("GET", "/v1/usage", "", "Authorization", "bearer "+h.key); r.status != 200 {
		t.Errorf("lower-case scheme: %d", r.status)
	}
}

func TestAuditorsReadAndSpendNothing(t *testing.T) {
	h := newHarness(t)
	as := []string{"Authorization", "Bearer " + h.auditor}
	if r := h.send("GET", "/v1/usage", "", as...); r.status != 200 {
		t.Errorf("GET: %d", r.status)
	}
	if r := h.send("POST", "/v1/recommendations", valid, as...); r.status != 403 || r.problem(t)["code"] != "forbidden" {
		t.Errorf("POST: %d %s", r.status, r.body)
	}
}

type brokenAuthenticator struct{}

func (brokenAuthenticator) Authenticate(context.Context, string, time.Time) (Principal, error) {
	return Principal{}, errors.New("no connection to 10.0.0.7")
}

func TestAuthenticatorThatCannotTell(t *testing.T) {
	h := newHarness(t, func(c *Config) { c.Authenticator = brokenAuthenticator{} })
	if r := h.send("GET", "/v1/usage", ""); r.status != 503 || bytes.Contains(r.body, []byte("10.0.0.7")) {
		t.Errorf("%d %s", r.status, r.body)
	}
}

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

func TestPanicIsABare500(t *testing.T) {
	h := newHarness(t)
	h.service.before = func(context.Context, recommend.Progress) error { panic("secret") }
	r := h.send("POST", "/v1/recommendations", valid)
	if r.status != 500 || r.problem(t)["code"] != "internal" || bytes.Contains(r.body, []byte("secret")) {
		t.Errorf("%d %s", r.status, r.body)
	}
	if lines := h.logged(); lines[0]["msg"] != "panic" || lines[0]["value"] != "secret" || lines[1]["status"] != 500.0 {
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

func TestRoutesThatAreNot(t *testing.T) {
	h := newHarness(t)
	for _, tc := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/", 404, ""},
		{"GET", "/v1", 404, ""},
		{"GET", "/v1/nothing", 404, ""},
		{"GET", "/v1/usage/", 404, ""},
		{"GET", "//v1/usage", 404, ""},
		{"GET", "/metrics", 404, ""},
		{"GET", "/debug/pprof/", 404, ""},
		{"PUT", "/v1/usage", 405, "GET, HEAD, OPTIONS"},
		{"GET", "/v1/analyses", 405, "POST, OPTIONS"},
		{"TRACE", "/v1/usage", 405, "GET, HEAD, OPTIONS"},
		{"BREW", "/v1/usage", 405, "GET, HEAD, OPTIONS"},
		{"POST", "/docs", 405, "GET, HEAD, OPTIONS"},
		{"OPTIONS", "/v1/recommendations", 204, "POST, OPTIONS"},
		{"OPTIONS", "/nothing", 404, ""},
		{"HEAD", "/v1/usage", 200, ""},
		{"HEAD", "/docs", 200, ""},
		{"HEAD", "/v1/analyses", 405, "POST, OPTIONS"},
	} {
		r := h.send(tc.method, tc.path, "")
		if r.status != tc.status || r.header.Get("Allow") != tc.allow {
			t.Errorf("%s %s: %d, Allow %q", tc.method, tc.path, r.status, r.header.Get("Allow"))
		}
		if tc.method == "HEAD" && len(r.body) != 0 {
			t.Errorf("HEAD %s has a body", tc.path)
		}
	}
}

func TestRequestIDs(t *testing.T) {
	h := newHarness(t, func(c *Config) { c.NewRequestID = func() string { return "made-up" } })
	for given, want := range map[string]string{
		"A-z_0.9": "A-z_0.9", "": "made-up", strings.Repeat("x", 64): strings.Repeat("x", 64), strings.Repeat("x", 65): "made-up",
		`"quoted"`: "made-up", "a b": "made-up", "é": "made-up",
	} {
		if r := h.send("GET", "/openapi.json", "", "X-Request-Id", given); r.header.Get("X-Request-Id") != want {
			t.Errorf("%q: %q, want %q", given, r.header.Get("X-Request-Id"), want)
		}
	}
	req, _ := http.NewRequestWithContext(t.Context(), "GET", h.url+"/v1/usage", nil)
	req.Header["X-Request-Id"] = []string{"a", "b"}
	req.Header.Set("Authorization", "Bearer "+h.key)
	if r := h.do(req); r.header.Get("X-Request-Id") != "made-up" || r.status != 200 {
		t.Errorf("two ids: %d %q", r.status, r.header.Get("X-Request-Id"))
	}
	if a, b := newRequestID(), newRequestID(); a == b || !callersID.MatchString(a) {
		t.Errorf("%s %s", a, b)
	}
}

func TestOneLinePerRequest(t *testing.T) {
	h := newHarness(t)
	h.send("POST", "/v1/recommendations", valid, "X-Request-Id", "mine")
	lines := h.logged()
	if len(lines) != 2 && len(lines) != 1 {
		t.Fatalf("%d lines", len(lines))
	}
	got := lines[0]
	delete(got, "time")
	delete(got, "remote")
	delete(got, "bytes")
	want := map[string]any{
		"level": "INFO", "msg": "request", "request_id": "mine", "client": "web", "method": "POST", "route": "/v1/recommendations",
		"status": 200.0, "duration": 0.0, "id": "rec_A", "source": "rules", "degraded": "model_throttled",
		"input_tokens": 812.0, "output_tokens": 214.0, "cost_usd": "0.0004705", "cached": false,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMetrics(t *testing.T) {
	h := newHarness(t)
	h.send("GET", "/v1/usage", "")
	h.send("GET", "/v1/recommendations/rec_ZZZ", "")
	h.send("GET", "/v1/made/up/by/a/caller", "")
	h.send("BREW", "/v1/usage", "")
	h.send("GET", "/v1/usage", "", "Authorization", "")
	h.send("HEAD", "/docs", "")
	want := `
		# HELP ballast_http_requests_total HTTP requests by route pattern, method and status code.
		# TYPE ballast_http_requests_total counter
		ballast_http_requests_total{code="200",method="GET",route="/v1/usage"} 1
		ballast_http_requests_total{code="200",method="HEAD",route="/docs"} 1
		ballast_http_requests_total{code="401",method="GET",route="unmatched"} 1
		ballast_http_requests_total{code="404",method="GET",route="/v1/recommendations/{id}"} 1
		ballast_http_requests_total{code="404",method="GET",route="unmatched"} 1
		ballast_http_requests_total{code="405",method="other",route="unmatched"} 1
	`
	h.eventually(func() bool { return testutil.CollectAndCount(h.reg, "ballast_http_requests_total") == 6 })
	if err := testutil.GatherAndCompare(h.reg, strings.NewReader(want), "ballast_http_requests_total"); err != nil {
		t.Error(err)
	}
	if n := testutil.CollectAndCount(h.reg, "ballast_http_request_duration_seconds"); n != 6 {
		t.Errorf("%d durations", n)
	}
	if n := testutil.CollectAndCount(h.reg, "ballast_limit_decisions_total"); n != 2 {
		t.Errorf("%d limits", n)
	}
}

func TestCORS(t *testing.T) {
	const ours, theirs = "https://app.example.com", "https://evil.example.com"
	preflight := func(h *harness, origin string) reply {
		return h.send("OPTIONS", "/v1/recommendations", "", "Authorization", "", "Origin", origin,
			"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type,idempotency-key")
	}
	closed := newHarness(t)
	if r := preflight(closed, ours); r.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("closed by default, but %v", r.header)
	}
	open := newHarness(t, func(c *Config) { c.CORSOrigins = []string{ours} })
	if r := preflight(open, ours); r.header.Get("Access-Control-Allow-Origin") != ours || r.status >= 300 || r.header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("preflight of ours: %d %v", r.status, r.header)
	}
	if r := preflight(open, theirs); r.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("preflight of theirs: %v", r.header)
	}
	r := open.send("GET", "/v1/usage", "", "Origin", ours)
	if r.header.Get("Access-Control-Allow-Origin") != ours || !strings.Contains(strings.ToLower(r.header.Get("Access-Control-Expose-Headers")), "x-request-id") {
		t.Errorf("request of ours: %v", r.header)
	}
}

func TestNewReportsEveryFault(t *testing.T) {
	_, err := New(Config{CORSOrigins: []string{"*", "https://*", "https://a.example/path", "file://x", "https://ok.example"}})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"Service", "Answers", "Budgets", "Authenticator", "Limiter", "Registerer", "Now", `"*"`, `"https://*"`, "/path", "file:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("nothing about %s in:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "ok.example") {
		t.Errorf("a good origin is refused:\n%v", err)
	}
}

func TestRegisteringTwiceFails(t *testing.T) {
	reg := prometheus.NewRegistry()
	if _, err := newMetrics(reg); err != nil {
		t.Fatal(err)
	}
	if _, err := newMetrics(reg); err == nil {
		t.Error("two servers count in one registry")
	}
}

func TestClientAddr(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, tc := range []struct{ peer, forwarded, want string }{
		{"203.0.113.5:4711", "", "203.0.113.5"},
		{"203.0.113.5:4711", "198.51.100.1", "203.0.113.5"}, // a stranger may not say
		{"10.0.0.1:80", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:80", "192.0.2.66, 198.51.100.1, 10.2.2.2", "198.51.100.1"},
		{"10.0.0.1:80", "192.0.2.66, nonsense", "10.0.0.1"},
		{"10.0.0.1:80", "", "10.0.0.1"},
		{"[fd00::1]:80", "2001:db8::7", "2001:db8::7"},
		{"[::ffff:10.0.0.1]:80", "198.51.100.1", "198.51.100.1"},
		{"@", "198.51.100.1", ""},
	} {
		r := &http.Request{RemoteAddr: tc.peer, Header: http.Header{}}
		if tc.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tc.forwarded)
		}
		if got := clientAddr(r, trusted); got != tc.want {
			t.Errorf("%s for %q: %q, want %q", tc.peer, tc.forwarded, got, tc.want)
		}
	}
}
