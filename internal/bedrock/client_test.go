package bedrock

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ballast.internal/ballast/internal/golden"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"ballast.internal/ballast/internal/recommend"
)

var testKeys = &StaticKeys{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}

// newTestClient is a real client, SDK and all, against a server of the test.
func newTestClient(t *testing.T, h http.HandlerFunc, change ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{
		Credentials: Credentials{Static: testKeys},
		Registerer:  prometheus.NewRegistry(),
		Breaker:     BreakerConfig{Failures: 1000},
	}
	if h != nil {
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		cfg.Endpoint = server.URL
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// answering is a server that always answers 200 with body.
func answering(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Amzn-RequestId", "req-1")
		io.WriteString(w, body)
	}
}

const goodAnswer = `{"id":"msg_1","type":"message","role":"assistant","model":"claude-3-haiku-20240307",
"content":[{"type":"text","text":"\"s\":1}"}],"stop_reason":"end_turn","stop_sequence":null,
"usage":{"input_tokens":22,"output_tokens":8}}`

var simpleRequest = recommend.ModelRequest{System: "You explain.", User: "Hi", MaxTokens: 10}

func TestInvokeAnswers(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	c := newTestClient(t, answering(goodAnswer), func(cfg *Config) { cfg.Now = func() time.Time { return at } })
	got, err := c.Invoke(t.Context(), simpleRequest)
	if err != nil {
		t.Fatal(err)
	}
	want := recommend.ModelAnswer{
		Text: `"s":1}`, StopReason: "end_turn", RequestID: "req-1",
		// 22 at 0.25 and 8 at 1.25 USD per million.
		Usage: &recommend.TokenUsage{InputTokens: 22, OutputTokens: 8, CostNano: 22*250 + 8*1250},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

func TestInfo(t *testing.T) {
	c := newTestClient(t, answering(goodAnswer))
	want := recommend.ModelInfo{ID: DefaultModelID, Provider: "bedrock", Region: "us-east-2"}
	if diff := cmp.Diff(want, c.Info()); diff != "" {
		t.Errorf("info (-want +got):\n%s", diff)
	}
}

// What goes over the wire, byte for byte.
func TestRequestOnTheWire(t *testing.T) {
	tool := &recommend.Tool{Name: "submit", Description: "Submits.", InputSchema: json.RawMessage(`{"type":"object"}`)}
	tests := []struct {
		name string
		req  recommend.ModelRequest
	}{
		{"plain", simpleRequest},
		{"prefill", recommend.ModelRequest{System: "s", User: "<facts>a & b</facts>", Prefill: "{", MaxTokens: 700, StopSequences: []string{"\n\n"}}},
		{"tool", recommend.ModelRequest{System: "s", User: "u", Tool: tool, MaxTokens: 700}},
		{"unicode", recommend.ModelRequest{User: "Zürich 東京 \u2028", MaxTokens: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var wire string
			c := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				wire = r.Method + " " + r.URL.EscapedPath() + "\nContent-Type: " + r.Header.Get("Content-Type") +
					"\nAccept: " + r.Header.Get("Accept") + "\n\n" + string(body) + "\n"
				answering(goodAnswer)(w, r)
			})
			if _, err := c.Invoke(t.Context(), tt.req); err != nil {
				t.Fatal(err)
			}
			golden.Check(t, wire, "testdata", "request_"+tt.name+".txt")
		})
	}
}

// An id with a colon or a slash is one segment of the path.
func TestModelIDsAreOneSegment(t *testing.T) {
	spec := DefaultCatalogue().Models()[0]
	ids := map[string]string{
		"anthropic.claude-3-haiku-20240307-v1:0":                                             "/model/anthropic.claude-3-haiku-20240307-v1%3A0/invoke",
		"us.anthropic.claude-3-haiku-20240307-v1:0":                                          "/model/us.anthropic.claude-3-haiku-20240307-v1%3A0/invoke",
		"arn:aws:bedrock:us-east-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0": "/model/arn%3Aaws%3Abedrock%3Aus-east-2%3A%3Afoundation-model%2Fanthropic.claude-3-haiku-20240307-v1%3A0/invoke",
		"arn:aws:bedrock:us-east-2:111122223333:application-inference-profile/abc123":        "/model/arn%3Aaws%3Abedrock%3Aus-east-2%3A111122223333%3Aapplication-inference-profile%2Fabc123/invoke",
	}
	for id, want := range ids {
		t.Run(shortID(id), func(t *testing.T) {
			var got string
			c := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				got = r.RequestURI
				answering(goodAnswer)(w, r)
			}, func(cfg *Config) {
				application := spec
				application.ID = "arn:aws:bedrock:us-east-2:111122223333:application-inference-profile/abc123" // as a file of models may have it
				cfg.Catalogue = Catalogue{append(DefaultCatalogue().Models(), application)}
				cfg.ModelID = id
			})
			if _, err := c.Invoke(t.Context(), simpleRequest); err != nil {
				t.Fatal(err)
			}
			if told := c.Info().ID + c.Spec().PublicID(); strings.Contains(told, "111122223333") || strings.Contains(told, "/") {
				t.Errorf("callers are told of %s", told)
			}
			if got != want {
				t.Errorf("path\n got %s\nwant %s", got, want)
			}
		})
	}
}

// A bearer token in the environment changes nothing unless it is allowed.
func TestBearerTokenIsIgnoredUnlessAllowed(t *testing.T) {
	t.Setenv(BearerTokenVariable, "a-bearer-token")
	for _, allowed := range []bool{false, true} {
		var auth string
		server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			auth = r.Header.Get("Authorization")
			answering(goodAnswer)(w, r)
		}))
		defer server.Close()
		c := newTestClient(t, nil, func(cfg *Config) {
			cfg.Endpoint = server.URL // the SDK sends bearer tokens over TLS only
			cfg.Transport = server.Client().Transport.(*http.Transport)
			cfg.AllowBearerToken = allowed
		})
		if _, err := c.Invoke(t.Context(), simpleRequest); err != nil {
			t.Fatal(err)
		}
		want := "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/"
		if allowed {
			want = "Bearer a-bearer-token"
		}
		if !strings.HasPrefix(auth, want) {
			t.Errorf("allowed=%v: Authorization is %.60q, want it to begin with %q", allowed, auth, want)
		}
	}
}

func TestCheckBearerToken(t *testing.T) {
	env := func(value string) func(string) string {
		return func(name string) string {
			if name == "AWS_BEARER_TOKEN_BEDROCK" {
				return value
			}
			return ""
		}
	}
	if err := CheckBearerToken(env("x"), false); !errors.Is(err, ErrBearerToken) {
		t.Errorf("a token that is not allowed: %v", err)
	}
	if err := CheckBearerToken(env("x"), true); err != nil {
		t.Errorf("a token that is allowed: %v", err)
	}
	if err := CheckBearerToken(env(""), false); err != nil {
		t.Errorf("no token: %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	tests := map[string]struct {
		change func(*Config)
		want   string
	}{
		"a model without a price": {func(c *Config) { c.ModelID = "anthropic.claude-9-v1:0" }, "anthropic.claude-9-v1:0: no price"},
		"an account in the fault": {func(c *Config) { c.ModelID = "arn:aws:bedrock:us-east-2:111122223333:application-inference-profile/x1" }, "model x1: no price"},
		"a price of the future":   {func(c *Config) { c.Now = func() time.Time { return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC) } }, "no price"},
		"an unknown provider":     {func(c *Config) { c.Provider = "azure" }, `provider "azure"`},
		"a wrong endpoint":        {func(c *Config) { c.Endpoint = "localhost:9191" }, "endpoint"},
		"two sources of keys":     {func(c *Config) { c.Credentials.File = "/x" }, "both a file and static keys"},
		"a negative timeout":      {func(c *Config) { c.Timeout = -1 }, "timeout"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			cfg := Config{Credentials: Credentials{Static: testKeys}}
			tt.change(&cfg)
			_, err := New(t.Context(), cfg)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want one with %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "111122223333") {
				t.Errorf("error names the account: %v", err)
			}
		})
	}
}

// Exactly one request is made, whatever the answer.
func TestNoRetries(t *testing.T) {
	for _, status := range []int{429, 500, 503} {
		calls := 0
		c := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
			calls++
			w.WriteHeader(status)
		})
		if _, err := c.Invoke(t.Context(), simpleRequest); err == nil {
			t.Fatalf("status %d is no error", status)
		}
		if calls != 1 {
			t.Errorf("status %d: %d requests, want 1", status, calls)
		}
	}
}

func TestRequestsThatCannotBeMade(t *testing.T) {
	c := newTestClient(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	for name, req := range map[string]recommend.ModelRequest{
		"prefill ends in space": {User: "u", Prefill: "{ ", MaxTokens: 1},
		"no max_tokens":         {User: "u"},
	} {
		_, err := c.Invoke(context.Background(), req)
		if e := asModelError(t, err); e.Kind != recommend.KindInvalid || e.Sent || e.Billable {
			t.Errorf("%s: %+v", name, e)
		}
	}
}
