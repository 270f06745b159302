package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// script answers each call with its next line and notes what it was sent.
type script struct {
	replies []scripted
	sent    []sent
}

type scripted struct {
	status int
	header http.Header
	body   string
	err    error
}

func (r scripted) response(req *http.Request) *http.Response {
	if r.header == nil {
		r.header = http.Header{}
	}
	return &http.Response{Request: req, StatusCode: r.status, Header: r.header, Body: io.NopCloser(strings.NewReader(r.body))}
}

type sent struct {
	at                        time.Duration
	method, path, auth, key   string
	contentType, body, accept string
	ifNoneMatch               string
}

func (s *script) client(t *testing.T, opts ...Option) *Client {
	t.Helper()
	start := time.Now()
	transport := roundTrip(func(req *http.Request) (*http.Response, error) {
		s.sent = append(s.sent, sentBy(req, time.Since(start)))
		if len(s.replies) == 0 {
			t.Fatal("called too often")
		}
		r := s.replies[0]
		s.replies = s.replies[1:]
		if r.err != nil {
			return nil, r.err
		}
		return r.response(req), nil
	})
	c, err := New("https://ballast.example/base", "blk_key", append([]Option{WithHTTP(&http.Client{Transport: transport})}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sentBy(req *http.Request, at time.Duration) sent {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
	}
	return sent{at, req.Method, req.URL.String(), req.Header.Get("Authorization"), req.Header.Get("Idempotency-Key"),
		req.Header.Get("Content-Type"), string(body), req.Header.Get("Accept"), req.Header.Get("If-None-Match")}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

var request = RecommendationRequest{Portfolio: Portfolio{
	AsOf: "2026-11-20", BaseCurrency: "USD",
	Cash: []CashBalance{{Currency: "USD", Amount: decimal.RequireFromString("5000.10")}},
}}

const requestJSON = `{"portfolio":{"as_of":"2026-11-20","base_currency":"USD","cash":[{"amount":"5000.1","currency":"USD"}]}}`

func problem(status int, code string, retryAfter string) scripted {
	h := http.Header{"Content-Type": {"application/problem+json"}}
	if retryAfter != "" {
		h.Set("Retry-After", retryAfter)
	}
	return scripted{status: status, header: h, body: `{"status":1,"code":"` + code + `","title":"No.","request_id":"req_1",
		"errors":[{"pointer":"/portfolio","code":"x","detail":"Bad."},{"pointer":"","parameter":"limit","code":"x","detail":"Bad."},
			{"pointer":"/portfolio","line":3,"code":"x","detail":"Bad."},{"pointer":"","line":4,"code":"x","detail":"Bad."},{"pointer":"","code":"x","detail":"Bad."}]}`}
}

func TestCalls(t *testing.T) {
	ok := func(body string) *script { return &script{replies: []scripted{{status: 200, body: body}}} }
	for _, tc := range []struct {
		name   string
		script *script
		call   func(*Client) (any, error)
		want   sent
	}{
		{"recommend", ok(`{"id":"rec_1"}`), func(c *Client) (any, error) { return c.RecommendOnce(t.Context(), "k", request) },
			sent{method: "POST", path: "https://ballast.example/base/v1/recommendations", key: "k", contentType: "application/json", body: requestJSON}},
		{"read", ok(`{}`), func(c *Client) (any, error) { return c.Recommendation(t.Context(), "rec_1/..") },
			sent{method: "GET", path: "https://ballast.example/base/v1/recommendations/rec_1%2F.."}},
		{"analyze", ok(`{}`), func(c *Client) (any, error) { return c.Analyze(t.Context(), request) },
			sent{method: "POST", path: "https://ballast.example/base/v1/analyses", contentType: "application/json", body: requestJSON}},
		{"estimate", ok(`{}`), func(c *Client) (any, error) { return c.Estimate(t.Context(), request) },
			sent{method: "POST", path: "https://ballast.example/base/v1/estimates", contentType: "application/json", body: requestJSON}},
		{"usage", ok(`{}`), func(c *Client) (any, error) { return c.Usage(t.Context()) },
			sent{method: "GET", path: "https://ballast.example/base/v1/usage"}},
		{"models", ok(`{"models":[]}`), func(c *Client) (any, error) { return c.Models(t.Context()) },
			sent{method: "GET", path: "https://ballast.example/base/v1/models"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := tc.call(tc.script.client(t)); err != nil {
				t.Fatal(err)
			}
			tc.want.auth = "Bearer blk_key"
			got := tc.script.sent[0]
			got.at, got.accept = 0, ""
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(sent{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRetriesUnderOneKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{replies: []scripted{
			problem(429, "rate_limited", "7"), problem(503, "unavailable", ""), {err: errors.New("connection reset")}, {status: 200, body: `{"id":"rec_1"}`},
		}}
		got, err := s.client(t).Recommend(t.Context(), request)
		if err != nil || got.ID != "rec_1" {
			t.Fatalf("%+v %v", got, err)
		}
		for i, x := range s.sent {
			if x.key == "" || x.key != s.sent[0].key || x.body != requestJSON {
				t.Errorf("attempt %d sent key %q and %s", i, x.key, x.body)
			}
		}
		if first := s.sent[1].at; first != 7*time.Second {
			t.Errorf("repeated after %v, the server had said 7 s", first)
		}
		if second := s.sent[2].at - s.sent[1].at; second < firstWait || second > 2*firstWait {
			t.Errorf("then after %v", second)
		}
	})
}

func TestTwoCallsHaveTwoKeys(t *testing.T) {
	s := &script{replies: []scripted{{status: 200, body: `{}`}, {status: 200, body: `{}`}}}
	c := s.client(t)
	for range 2 {
		if _, err := c.Recommend(t.Context(), request); err != nil {
			t.Fatal(err)
		}
	}
	if s.sent[0].key == s.sent[1].key {
		t.Error("two calls share a key")
	}
}

func TestGivesUp(t *testing.T) {
	brief := func(parent context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeout(parent, 5*time.Second)
	}
	long := func(parent context.Context) (context.Context, context.CancelFunc) { return context.WithCancel(parent) }
	for _, tc := range []struct {
		name    string
		ctx     func(context.Context) (context.Context, context.CancelFunc)
		replies []scripted
		code    string
	}{
		{"no sense in repeating", long, []scripted{problem(422, "invalid_request", "")}, "invalid_request"},
		{"a key that was used otherwise", long, []scripted{problem(409, "idempotency_mismatch", "")}, "idempotency_mismatch"},
		{"above a limit", long, []scripted{problem(429, "rate_limited", "")}, "rate_limited"},
		{"a bare 500", long, []scripted{problem(500, "internal", "")}, "internal"},
		{"later than it waits", long, []scripted{problem(429, "budget_exhausted", "31")}, "budget_exhausted"},
		{"later than the caller waits", brief, []scripted{problem(503, "unavailable", "6")}, "unavailable"},
		{"after three repetitions", long, []scripted{problem(503, "a", ""), problem(503, "b", ""), problem(503, "c", ""), problem(503, "d", "")}, "d"},
		{"an absurd Retry-After", long, []scripted{problem(503, "unavailable", "99999999999999")}, "unavailable"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := tc.ctx(t.Context())
				defer cancel()
				s := &script{replies: tc.replies}
				_, err := s.client(t).Usage(ctx)
				refused, ok := errors.AsType[*Error](err)
				if !ok || refused.Code != tc.code || len(s.replies) != 0 {
					t.Errorf("%v, %d replies left", err, len(s.replies))
				}
			})
		})
	}
}

// The most that a caller waits cuts the pauses short and not the repetitions.
func TestShortWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{replies: []scripted{problem(503, "a", ""), problem(503, "b", ""), {status: 200, body: `{}`}}}
		if _, err := s.client(t, WithMaxWait(100*time.Millisecond)).Usage(t.Context()); err != nil || s.sent[2].at != 200*time.Millisecond {
			t.Errorf("%v after %d calls", err, len(s.sent))
		}
	})
}

func TestStopsWaitingWithTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		s := &script{replies: []scripted{problem(503, "unavailable", "20")}}
		if _, err := s.client(t).Usage(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestErrors(t *testing.T) {
	s := &script{replies: []scripted{problem(422, "invalid_request", ""), {status: 502, body: "<html>bad gateway</html>"}}}
	c := s.client(t, WithRetries(0))
	_, err := c.Usage(t.Context())
	if want := "ballast: 422 invalid_request: No.\n\t/portfolio: Bad.\n\tlimit: Bad.\n\tline 3 /portfolio: Bad.\n\tline 4: Bad.\n\tBad. (request req_1)"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	_, err = c.Usage(t.Context())
	if refused, ok := errors.AsType[*Error](err); !ok || refused.Status != 502 || strings.Contains(err.Error(), "html") {
		t.Errorf("%v", err)
	}
}

func TestNewRefusesBadURLs(t *testing.T) {
	for _, u := range []string{"", "ballast.example", "ftp://ballast.example", "https://", "https://\x00"} {
		if _, err := New(u, "k"); err == nil {
			t.Errorf("%q was accepted", u)
		}
	}
}

func TestAnswerThatIsNoJSON(t *testing.T) {
	s := &script{replies: []scripted{{status: 200, body: "hello"}}}
	if _, err := s.client(t).Usage(t.Context()); err == nil {
		t.Error("accepted")
	}
}
