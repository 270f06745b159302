package httpapi

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ballast.internal/ballast/internal/httpapi/apikey"
)

var testNow = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// harness is a whole server on a real socket, with fakes behind it.
type harness struct {
	t       *testing.T
	handler http.Handler
	url     string
	key     string // of client web
	other   string // of client other
	auditor string
	admin   string
	client  *http.Client

	service *fakeService
	limiter *fakeLimiter
	budgets *fakeBudgets
	keys    *fakeIdempotency
	batches *fakeBatches
	reg     *prometheus.Registry
	log     *syncBuffer
}

func newHarness(t *testing.T, edit ...func(*Config)) *harness {
	t.Helper()
	h := &harness{
		t: t, service: &fakeService{stored: map[string][]byte{}}, limiter: &fakeLimiter{}, budgets: &fakeBudgets{},
		keys: &fakeIdempotency{claims: map[string]*claim{}}, reg: prometheus.NewPedanticRegistry(), log: &syncBuffer{},
		batches: newFakeBatches(),
	}
	cfg := Config{
		Service: h.service, Answers: h.service, Records: &fakeRecords{}, Budgets: h.budgets, Overview: fakeOverview{}, Authenticator: h.ring(), Limiter: h.limiter, Idempotency: h.keys, Batches: h.batches,
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
	h.handler = handler
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

// ring gives each of four clients a key.
func (h *harness) ring() Authenticator {
	pepper := bytes.Repeat([]byte{1}, 32)
	var clients []apikey.Client
	for name, role := range map[string]apikey.Role{"web": apikey.RoleClient, "other": apikey.RoleClient, "audit": apikey.RoleAuditor, "boss": apikey.RoleAdmin} {
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
		case "boss":
			h.admin = key
		default:
			h.auditor = key
		}
	}
	r, err := apikey.NewRing(pepper, clients, testNow)
	if err != nil {
		h.t.Fatal(err)
	}
	return Current(func() Identities { return Identities{Keys: r} })
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

func nowForTests() time.Time { return testNow }
