package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	contract "ballast.internal/ballast/api"
	"ballast.internal/ballast/internal/budget"
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
	estimate := recommend.Estimate{ModelID: "m", Provider: "bedrock", NeedsModel: true, InputTokens: 900, OutputTokens: 700, CostNano: 1_100_000, MaxAttempts: 2, MaxCostNano: 2_300_000}
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
		if got["within_budget"] != tc.want || got["input_tokens"] != 900.0 || got["max_attempts"] != 2.0 || got["max_cost_usd"] != "0.0023" {
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
		`"limits":[{"name":"requests","quota":60,"remaining":59,"reset_s":1,"window_s":60},{"name":"concurrency","quota":4,"remaining":3}],"role":"client"}`
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

// Whoever keeps the contract or its page is not sent it again.
func TestContractAndPageAreSentOnce(t *testing.T) {
	h := newHarness(t)
	for _, path := range []string{"/openapi.json", "/docs"} {
		first := h.send("GET", path, "")
		etag := first.header.Get("ETag")
		if len(etag) != 26 || first.header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: ETag %q, Cache-Control %q", path, etag, first.header.Get("Cache-Control"))
		}
		for known, status := range map[string]int{
			etag: 304, "W/" + etag: 304, `"other", ` + etag: 304, "*": 304, `"other"`: 200, "": 200, "W/": 200,
		} {
			r := h.send("GET", path, "", "If-None-Match", known)
			if r.status != status || (status == 304) != (len(r.body) == 0) || r.header.Get("ETag") != etag {
				t.Errorf("%s with %s: %d, %d bytes, ETag %q", path, known, r.status, len(r.body), r.header.Get("ETag"))
			}
		}
	}
}

func TestContractAndPageNeedNoKey(t *testing.T) {
	h := newHarness(t)
	if r := h.send("GET", "/openapi.json", "", "Authorization", ""); !bytes.Equal(r.body, contract.JSON) {
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
