package httpapi

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestRoutesThatAreNot(t *testing.T) {
	h := newHarness(t)
	for _, tc := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/v1", 404, ""},
		{"GET", "/v1/nothing", 404, ""},
		{"GET", "/v1/usage/", 404, ""},
		{"GET", "//v1/usage", 404, ""},
		{"GET", "/console/none.js", 404, ""},
		{"POST", "/", 405, "GET, HEAD, OPTIONS"},
		{"GET", "/metrics", 404, ""},
		{"GET", "/debug/pprof/", 404, ""},
		{"PUT", "/v1/usage", 405, "GET, HEAD, OPTIONS"},
		{"GET", "/v1/analyses", 405, "POST, OPTIONS"},
		{"TRACE", "/v1/usage", 405, "GET, HEAD, OPTIONS"},
		{"BREW", "/v1/usage", 405, "GET, HEAD, OPTIONS"},
		{"POST", "/docs", 405, "GET, HEAD, OPTIONS"},
		{"OPTIONS", "/v1/recommendations", 204, "GET, HEAD, POST, OPTIONS"},
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

// timed is a writer that keeps in mind whether its first writing had a deadline.
type timed struct {
	*httptest.ResponseRecorder
	bounded, writtenBounded bool
}

func (w *timed) SetWriteDeadline(at time.Time) error { w.bounded = !at.IsZero(); return nil }

func (w *timed) Write(b []byte) (int, error) {
	w.writtenBounded = w.bounded
	return w.ResponseRecorder.Write(b)
}

// Whoever does not read what was asked for holds nothing for long.
func TestEveryAnswerIsWrittenInItsTime(t *testing.T) {
	h := newHarness(t)
	for _, path := range []string{"/", "/console/console.js", "/docs", "/openapi.json", "/v1/usage", "/nothing"} {
		w := &timed{ResponseRecorder: httptest.NewRecorder()}
		h.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		if !w.writtenBounded {
			t.Errorf("%s is written without a deadline", path)
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
	delete(got, "trace_id")
	delete(got, "span_id")
	want := map[string]any{
		"level": "INFO", "msg": "request", "request_id": "mine", "client": "web", "method": "POST", "route": "/v1/recommendations",
		"status": 200.0, "duration": 0.0, "id": "rec_A", "source": "rules", "degraded": "model_throttled",
		"input_tokens": 812.0, "output_tokens": 214.0, "cost_usd": "0.0004705", "cached": false,
		"stations": map[string]any{"analysis": 1e6, "ledger": 0.0, "queue": 2e6, "model": 3e6, "check": 0.0, "journal": 0.0},
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
	h.send("GET", "/v1/models", "", "Authorization", "")
	h.send("HEAD", "/v1/batches/x", "", "Authorization", "")
	h.send("GET", "/v1/of/nobody", "", "Authorization", "")
	h.send("HEAD", "/docs", "")
	want := `
		# HELP ballast_http_requests_total HTTP requests by route pattern, method and status code.
		# TYPE ballast_http_requests_total counter
		ballast_http_requests_total{code="200",method="GET",route="/v1/usage"} 1
		ballast_http_requests_total{code="200",method="HEAD",route="/docs"} 1
		ballast_http_requests_total{code="401",method="GET",route="/v1/models"} 1
		ballast_http_requests_total{code="401",method="GET",route="unmatched"} 1
		ballast_http_requests_total{code="401",method="HEAD",route="/v1/batches/{id}"} 1
		ballast_http_requests_total{code="404",method="GET",route="/v1/recommendations/{id}"} 1
		ballast_http_requests_total{code="404",method="GET",route="unmatched"} 1
		ballast_http_requests_total{code="405",method="other",route="unmatched"} 1
	`
	h.eventually(func() bool { return testutil.CollectAndCount(h.reg, "ballast_http_requests_total") == 8 })
	if err := testutil.GatherAndCompare(h.reg, strings.NewReader(want), "ballast_http_requests_total"); err != nil {
		t.Error(err)
	}
	if n := testutil.CollectAndCount(h.reg, "ballast_http_request_duration_seconds"); n != 8 {
		t.Errorf("%d durations", n)
	}
	if n := testutil.CollectAndCount(h.reg, "ballast_limit_decisions_total"); n != 2 {
		t.Errorf("%d limits", n)
	}
}

func TestNewReportsEveryFault(t *testing.T) {
	_, err := New(Config{})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"Service", "Answers", "Budgets", "Authenticator", "Limiter", "Registerer", "Now"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("nothing about %s in:\n%v", want, err)
		}
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

// Two keys are no key: a proxy and the server might each believe another one.
func TestTwoAuthorizations(t *testing.T) {
	h := newHarness(t)
	req, _ := http.NewRequestWithContext(t.Context(), "GET", h.url+"/v1/usage", nil)
	req.Header["Authorization"] = []string{"Bearer " + h.key, "Bearer " + h.key}
	if r := h.do(req); r.status != 401 {
		t.Errorf("status %d", r.status)
	}
}
