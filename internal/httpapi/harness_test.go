package httpapi

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/prometheus/client_golang/prometheus"

	contract "ballast.internal/ballast/api"
	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/httpapi/apikey"
	"ballast.internal/ballast/internal/recommend"
)

var testNow = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// harness is a whole server on a real socket, with fakes behind it.
type harness struct {
	t       *testing.T
	url     string
	key     string // of client web
	other   string // of client other
	auditor string
	client  *http.Client

	service *fakeService
	limiter *fakeLimiter
	budgets *fakeBudgets
	keys    *fakeIdempotency
	reg     *prometheus.Registry
	log     *syncBuffer
}

func newHarness(t *testing.T, edit ...func(*Config)) *harness {
	t.Helper()
	h := &harness{
		t: t, service: &fakeService{stored: map[string][]byte{}}, limiter: &fakeLimiter{}, budgets: &fakeBudgets{},
		keys: &fakeIdempotency{claims: map[string]*claim{}}, reg: prometheus.NewPedanticRegistry(), log: &syncBuffer{},
	}
	cfg := Config{
		Service: h.service, Answers: h.service, Budgets: h.budgets, Authenticator: h.ring(), Limiter: h.limiter, Idempotency: h.keys,
		Registerer: h.reg, Now: func() time.Time { return testNow },
		Logger: slog.New(slog.NewJSONHandler(h.log, nil)),
		Models: func(time.Time) []Model { return []Model{testModel} },
	}
	for _, e := range edit {
		e(&cfg)
	}
	handler, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	h.url = server.URL
	h.client = &http.Client{Transport: validating{t, server.Client().Transport}}
	return h
}

var testModel = Model{
	ID: "anthropic.claude-3-haiku-20240307-v1:0", Name: "Claude 3 Haiku", Provider: "bedrock", Region: "us-east-2", InUse: true,
	ContextTokens: 200000, MaxOutputTokens: 4096, PriceFrom: "2024-03-13", InputPrice: "0.25", OutputPrice: "1.25",
	Lifecycle: "legacy", LegacyOn: "2026-01-01", EndOfLifeOn: "2027-01-01", Successor: "another",
}

// ring gives each of three clients a key.
func (h *harness) ring() Authenticator {
	pepper := bytes.Repeat([]byte{1}, 32)
	var clients []apikey.Client
	for name, role := range map[string]apikey.Role{"web": apikey.RoleClient, "other": apikey.RoleClient, "audit": apikey.RoleAuditor} {
		key, err := apikey.Generate(rand.Reader)
		if err != nil {
			h.t.Fatal(err)
		}
		stored, err := apikey.Hash(pepper, key)
		if err != nil {
			h.t.Fatal(err)
		}
		clients = append(clients, apikey.Client{Name: name, Role: role, Keys: []apikey.Key{{Stored: stored}}})
		switch name {
		case "web":
			h.key = key
		case "other":
			h.other = key
		default:
			h.auditor = key
		}
	}
	r, err := apikey.NewRing(pepper, clients, testNow)
	if err != nil {
		h.t.Fatal(err)
	}
	return Keys(func() *apikey.Ring { return r })
}

// reply is a response with its body read.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// problem reads the body of an error.
func (r reply) problem(t *testing.T) map[string]any {
	t.Helper()
	if got := r.header.Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("status %d, content type %q: %s", r.status, got, r.body)
	}
	var p map[string]any
	if err := json.Unmarshal(r.body, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// send sends a request with the key of client web unless header says otherwise;
// header is pairs of name and value, and an empty value removes the name.
func (h *harness) send(method, path, body string, header ...string) reply {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+h.key)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		if header[i+1] == "" {
			req.Header.Del(header[i])
			continue
		}
		req.Header.Set(header[i], header[i+1])
	}
	return h.do(req)
}

func (h *harness) do(req *http.Request) reply {
	h.t.Helper()
	res, err := h.client.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, b}
}

// logged waits for nothing: the line is written before the response ends, but
// after its last byte, so it is read when the server has been asked again.
func (h *harness) logged() []map[string]any {
	h.t.Helper()
	h.send("GET", "/openapi.json", "")
	var lines []map[string]any
	for line := range strings.Lines(h.log.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			h.t.Fatal(err)
		}
		lines = append(lines, m)
	}
	return lines
}

// validating checks every response against the contract.
type validating struct {
	t    *testing.T
	next http.RoundTripper
}

var contractRouter = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromData(contract.YAML)
	if err != nil {
		return nil, err
	}
	openapi3filter.RegisterBodyDecoder("text/event-stream", openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.FileBodyDecoder)
	return legacy.NewRouter(doc)
})

func (v validating) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := v.next.RoundTrip(req)
	if err != nil || strings.HasPrefix(res.Header.Get("Content-Type"), eventStream) {
		return res, err // a stream is read by its own test
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	if err := v.check(req, res, body); err != nil {
		v.t.Errorf("%s %s: response %d breaks the contract: %v\n%s", req.Method, req.URL.Path, res.StatusCode, err, body)
	}
	return res, nil
}

func (v validating) check(req *http.Request, res *http.Response, body []byte) error {
	if res.StatusCode >= 400 && req.Method != http.MethodHead {
		if err := checkProblem(res, body); err != nil {
			return err
		}
	}
	router, err := contractRouter()
	if err != nil {
		return err
	}
	plain := req.Clone(req.Context())
	plain.URL.Scheme, plain.URL.Host, plain.Host = "", "", ""
	route, params, err := router.FindRoute(plain)
	if err != nil || strings.HasSuffix(req.URL.Path, "/") { // not in the contract: a problem, checked above
		if res.StatusCode < 400 && req.Method != http.MethodOptions && req.Method != http.MethodHead {
			return errors.New("served, but not in the contract")
		}
		return nil
	}
	return openapi3filter.ValidateResponse(req.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: plain, PathParams: params, Route: route},
		Status:                 res.StatusCode, Header: res.Header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
}

// checkProblem holds for every error, whether its route is declared or not.
func checkProblem(res *http.Response, body []byte) error {
	if res.Header.Get("Content-Type") != "application/problem+json" {
		return errors.New("an error that is no problem")
	}
	var p struct {
		Status    int    `json:"status"`
		RequestID string `json:"request_id"`
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return err
	}
	if p.Status != res.StatusCode || p.RequestID != res.Header.Get("X-Request-Id") {
		return errors.New("the problem's status or request id is not the response's")
	}
	return nil
}

// syncBuffer is a buffer that a server may write while a test reads.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// fakeService answers with what it is told to, or fails.
type fakeService struct {
	mu     sync.Mutex
	calls  []recommend.Request
	stored map[string][]byte // by client and id

	broken   error                                                        // of Answer
	before   func(ctx context.Context, progress recommend.Progress) error // hook: fails the call, or waits
	estimate recommend.Estimate
}

func (f *fakeService) Recommend(ctx context.Context, req recommend.Request, progress recommend.Progress) (recommend.Result, error) {
	f.mu.Lock()
	f.calls = append(f.calls, req)
	n := len(f.calls)
	f.mu.Unlock()
	if f.before != nil {
		if err := f.before(ctx, progress); err != nil {
			return recommend.Result{}, err
		}
	}
	answer := testAnswer(n)
	body, err := json.Marshal(answer)
	f.mu.Lock()
	f.stored[req.Client+" "+answer.ID] = body
	f.mu.Unlock()
	return recommend.Result{Answer: answer, Body: body}, err
}

func (f *fakeService) Analyze(ctx context.Context, _ recommend.Request) (*analysis.Result, error) {
	if f.before != nil {
		if err := f.before(ctx, nil); err != nil {
			return nil, err
		}
	}
	return testAnalysis(), nil
}

func (f *fakeService) Estimate(context.Context, recommend.Request) (recommend.Estimate, error) {
	return f.estimate, nil
}

func (f *fakeService) Answer(_ context.Context, client, id string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken != nil {
		return nil, f.broken
	}
	if body, ok := f.stored[client+" "+id]; ok {
		return body, nil
	}
	return nil, recommend.ErrNotFound
}

func (f *fakeService) requests() []recommend.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]recommend.Request(nil), f.calls...)
}

func testAnswer(n int) recommend.Answer {
	retry := 30
	return recommend.Answer{
		ID: "rec_" + strings.Repeat("A", n), CreatedAt: testNow, Source: "rules",
		Degraded: &recommend.Degraded{Reason: recommend.ReasonThrottled, RetryAfter: &retry, Detail: "The model is busy."},
		Summary:  "One <holding> is large.\nIt is \"AAPL\".",
		Recommendations: []recommend.Recommendation{{
			ID: "A1", Kind: "reduce_concentration", Priority: 1, Severity: analysis.High, Source: "rules", Title: "Sell some", Rationale: "Too much.",
			Trades: []analysis.Trade{{Side: analysis.Sell, Ticker: "AAPL", Quantity: "45", Amount: "8100.00", Lots: []analysis.LotSale{}}},
			Impact: []analysis.Impact{{Fact: "F1", Before: "0.18", After: "0.099"}}, Evidence: []string{"F1"}, Caveats: []string{},
		}},
		Analysis:    testAnalysis(),
		Disclosures: []string{"Not advice."},
		Usage: recommend.Usage{ModelID: "m", Provider: "emulator", InputTokens: 812, OutputTokens: 214, CostUSD: "0.0004705",
			Attempts: 1, ModelMS: 950},
		Versions: recommend.Versions{Prompt: "p", Policy: "q", Engine: "e"},
	}
}

func testAnalysis() *analysis.Result {
	return &analysis.Result{
		AsOf: "2026-11-20", BaseCurrency: "USD", TotalValue: "100000.00", RiskLevel: "moderate",
		Allocation: []analysis.AllocationLine{{By: "asset_class", Key: "equity", Value: "86000.00", Weight: "0.86", Target: "0.6"}},
		Facts:      []analysis.Fact{{ID: "F1", Code: "issuer_weight", Subject: "AAPL", Value: "0.18", Unit: analysis.Ratio, Threshold: "0.1", Text: "18 %"}},
		Findings: []analysis.Finding{{ID: "N1", Code: "issuer_concentration", Severity: analysis.High, Subject: "AAPL", Observed: "0.18",
			Threshold: "0.1", Policy: "concentration", Evidence: []string{"F1"}, Text: "Large."}},
		Actions: []analysis.Action{},
	}
}

// fakeLimiter admits everything unless told otherwise.
type fakeLimiter struct {
	mu       sync.Mutex
	refuse   string
	taken    []string // clients
	released int
}

func (f *fakeLimiter) Take(_ context.Context, client string, _ time.Time) Decision {
	f.mu.Lock()
	defer f.mu.Unlock()
	limits := []LimitState{
		{Name: "requests", Quota: 60, Window: time.Minute, Remaining: 59, Reset: 400 * time.Millisecond},
		{Name: "concurrency", Quota: 4, Remaining: 3},
	}
	if f.refuse != "" {
		return Decision{Refused: f.refuse, RetryAfter: 1200 * time.Millisecond, Limits: limits}
	}
	f.taken = append(f.taken, client)
	return Decision{Allowed: true, Limits: limits, Release: func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.released++
	}}
}

// fakeBudgets has one client budget and one global one.
type fakeBudgets struct {
	spent, shared budget.Nano
	unlimited     bool
	err           error
}

func (f *fakeBudgets) Balances(_ context.Context, client string, now time.Time) ([]budget.Balance, error) {
	b := budget.Balance{Budget: budget.ClientBudget, Client: client, Window: budget.WindowAt(budget.Day, now, time.UTC),
		Limit: 10_000_000, Spent: f.spent, Reserved: 1_000_000}
	if f.unlimited {
		b.Limit = budget.Unlimited
	}
	return []budget.Balance{b}, f.err
}

func (f *fakeBudgets) GlobalBalances(_ context.Context, now time.Time) ([]budget.Balance, error) {
	return []budget.Balance{{Budget: budget.GlobalBudget, Window: budget.WindowAt(budget.Month, now, time.UTC),
		Limit: 100_000_000, Spent: f.shared}}, f.err
}

// fakeIdempotency keeps claims in memory, and can fail.
type fakeIdempotency struct {
	mu          sync.Mutex
	claims      map[string]*claim
	failBegin   error
	failConcede error
}

type claim struct {
	hash string
	body []byte
}

func (f *fakeIdempotency) Begin(_ context.Context, client, key, hash string, _ time.Time) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failBegin != nil {
		return nil, f.failBegin
	}
	c := f.claims[client+" "+key]
	switch {
	case c == nil:
		f.claims[client+" "+key] = &claim{hash: hash}
		return nil, nil
	case c.hash != hash:
		return nil, ErrKeyReused
	case c.body == nil:
		return nil, ErrKeyInProgress
	}
	return c.body, nil
}

func (f *fakeIdempotency) Complete(ctx context.Context, client, key string, _ int, body []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failConcede != nil || ctx.Err() != nil {
		return errors.Join(f.failConcede, ctx.Err())
	}
	f.claims[client+" "+key].body = body
	return nil
}

func (f *fakeIdempotency) Abandon(ctx context.Context, client, key string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	delete(f.claims, client+" "+key)
	return nil
}

func nowForTests() time.Time { return testNow }
