package bedrock

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/recommend"
)

func asModelError(t *testing.T, err error) *recommend.ModelError {
	t.Helper()
	var e *recommend.ModelError
	if !errors.As(err, &e) {
		t.Fatalf("error is %T (%v), want *recommend.ModelError", err, err)
	}
	if e.Diagnosis == "" || e.Err == nil {
		t.Errorf("diagnosis %q, cause %v: neither may be missing", e.Diagnosis, e.Err)
	}
	return e
}

func TestDiagnosis(t *testing.T) {
	for _, tt := range recorded {
		t.Run(tt.name, func(t *testing.T) {
			c := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
				if tt.errorType != "" {
					w.Header().Set("x-amzn-ErrorType", tt.errorType)
				}
				w.Header().Set("Location", "http://127.0.0.1:1/elsewhere") // never followed
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.body)
			})
			_, err := c.Invoke(t.Context(), simpleRequest)
			e := asModelError(t, err)
			if e.Kind != tt.kind || e.Billable != tt.billable || !e.Sent {
				t.Errorf("kind %s, billable %v, sent %v; want %s, %v, true (%v)", e.Kind, e.Billable, e.Sent, tt.kind, tt.billable, e.Err)
			}
			if !strings.Contains(e.Diagnosis, tt.says) {
				t.Errorf("diagnosis %q does not say %q", e.Diagnosis, tt.says)
			}
			if strings.Contains(e.Diagnosis, "111122223333") || strings.Contains(e.Diagnosis, "arn:") {
				t.Errorf("diagnosis names the account: %q", e.Diagnosis)
			}
		})
	}
}

// Every kind that a response can cause is in the table.
func TestEveryKindIsRecorded(t *testing.T) {
	seen := map[recommend.ErrorKind]bool{}
	for _, r := range recorded {
		seen[r.kind] = true
	}
	for _, k := range []recommend.ErrorKind{
		recommend.KindThrottled, recommend.KindDenied, recommend.KindExplicitDeny, recommend.KindNoModelAccess,
		recommend.KindProfileOnly, recommend.KindInvalidModel, recommend.KindRetired, recommend.KindNotAllowed,
		recommend.KindCredentials, recommend.KindInvalid, recommend.KindQuota, recommend.KindNotReady,
		recommend.KindModelTimeout, recommend.KindUnavailable,
	} {
		if !seen[k] {
			t.Errorf("no recorded shape for %s", k)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                              0,
		"7":                             7 * time.Second,
		"-7":                            0,
		"99999999999999":                time.Hour,
		"99999999999999999999999":       time.Hour,
		"-99999999999999999999999":      0,
		"-9223372037":                   0, // which would overflow
		"soon":                          0,
		"Mon, 23 Nov 2026 12:00:30 GMT": 30 * time.Second,
		"Mon, 23 Nov 2026 11:00:00 GMT": 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("Retry-After %q is %s, want %s", value, got, want)
		}
	}
	c := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "12")
		w.Header().Set("x-amzn-ErrorType", "ThrottlingException")
		w.WriteHeader(429)
	})
	_, err := c.Invoke(t.Context(), simpleRequest)
	if e := asModelError(t, err); e.RetryAfter != 12*time.Second {
		t.Errorf("throttle: RetryAfter is %s", e.RetryAfter)
	}
}

// An attempt that ended without a response: was it sent, and can it be billed?
func TestBrokenAttempts(t *testing.T) {
	refused := func() string { // a port on which nothing listens
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		return "http://" + l.Addr().String()
	}
	hang := func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // or the server does not see the client leave
		<-r.Context().Done()
	}
	reset := func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
	}
	cutOff := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "500")
		io.WriteString(w, `{"content":[`)
	}
	flood := func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"content":[{"type":"text","text":"`)
		for range 40 {
			io.WriteString(w, strings.Repeat("x", 64<<10))
		}
	}
	switched := func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
		io.Copy(io.Discard, conn) // until the client leaves
	}
	tests := []struct {
		name    string
		handler http.HandlerFunc
		change  func(*Config)
		want    recommend.ModelError
	}{
		{"connection refused", nil, func(c *Config) { c.Endpoint = refused() },
			recommend.ModelError{Kind: recommend.KindNetwork}},
		{"no such host", nil, func(c *Config) { c.Endpoint = "http://bedrock.invalid" },
			recommend.ModelError{Kind: recommend.KindNetwork}},
		{"not TLS", hang, func(c *Config) { c.Endpoint = strings.Replace(c.Endpoint, "http:", "https:", 1) },
			recommend.ModelError{Kind: recommend.KindNetwork}},
		{"reset after sending", reset, nil,
			recommend.ModelError{Kind: recommend.KindNetwork, Sent: true, Billable: true}},
		{"another protocol instead of an answer", switched, nil,
			recommend.ModelError{Kind: recommend.KindNetwork, Sent: true, Billable: true}},
		{"cut off in the answer", cutOff, nil,
			recommend.ModelError{Kind: recommend.KindNetwork, Sent: true, Billable: true}},
		{"far too long", flood, nil,
			recommend.ModelError{Kind: recommend.KindBadAnswer, Sent: true, Billable: true}},
		{"no keys", hang, func(c *Config) { c.Credentials = Credentials{File: "/nonexistent/credentials"} },
			recommend.ModelError{Kind: recommend.KindCredentials}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newTestClient(t, tt.handler, func(cfg *Config) {
				if tt.change != nil {
					tt.change(cfg)
				}
			})
			_, err := c.Invoke(t.Context(), simpleRequest)
			e := asModelError(t, err)
			got := recommend.ModelError{Kind: e.Kind, Sent: e.Sent, Billable: e.Billable}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s%v", diff, e.Err)
			}
		})
	}
}

// unanswering is a client of a server that takes every request and never
// answers. It is for a synctest bubble: no network, and time passes at once.
func unanswering(t *testing.T, timeout time.Duration) *Client {
	t.Helper()
	dial := func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		go io.Copy(io.Discard, there)
		return here, nil
	}
	return newTestClient(t, nil, func(c *Config) {
		c.Endpoint, c.Timeout, c.Transport = "http://bedrock.test", timeout, &http.Transport{DialContext: dial}
		at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) // the bubble's clock begins before there were prices
		c.Now = func() time.Time { return at }
	})
}

// An attempt that was sent and broken off may be billed. The breaker may not
// take an impatient caller for an outage.
func TestDeadlinesAreToldApart(t *testing.T) {
	for name, tt := range map[string]struct {
		caller func(context.Context) (context.Context, context.CancelFunc)
		outage bool
		says   string
	}{
		"own timeout": {context.WithCancel, true, "attempt's timeout"},
		"caller's deadline": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second)
		}, false, "caller's deadline"},
		"given up": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Second, cancel)
			return ctx, cancel
		}, false, "gave the call up"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := tt.caller(t.Context())
				defer cancel()
				_, err := unanswering(t, time.Minute).Invoke(ctx, simpleRequest)
				e := asModelError(t, err)
				if e.Kind != recommend.KindTimeout || !e.Sent || !e.Billable || isOutage(err) != tt.outage || !strings.Contains(e.Diagnosis, tt.says) {
					t.Errorf("%+v, outage %v", e, isOutage(err))
				}
			})
		})
	}
}

// A 200 that is no message is charged in full: it was an answer to someone.
func TestBadAnswers(t *testing.T) {
	for _, body := range []string{``, `null`, `[]`, `"x"`, `<html>`, `{}`, `{"content":null}`, `{"content":"text"}`, `{"content":[`, `{"content":[]} x`} {
		c := newTestClient(t, answering(body))
		_, err := c.Invoke(t.Context(), simpleRequest)
		if err == nil {
			t.Errorf("body %q is an answer", body)
			continue
		}
		if e := asModelError(t, err); e.Kind != recommend.KindBadAnswer || !e.Sent || !e.Billable {
			t.Errorf("body %q: kind %s, sent %v, billable %v", body, e.Kind, e.Sent, e.Billable)
		}
	}
}

func TestErrorBodyIsReadOnce(t *testing.T) {
	long := `{"message":"` + strings.Repeat("x", maxResponse) + `"}`
	c := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("x-amzn-ErrorType", "ThrottlingException")
		w.Header().Set("Content-Length", strconv.Itoa(len(long)))
		w.WriteHeader(429)
		io.WriteString(w, long)
	})
	_, err := c.Invoke(t.Context(), simpleRequest)
	if e := asModelError(t, err); e.Kind != recommend.KindThrottled {
		t.Errorf("kind %s (%v)", e.Kind, e.Err)
	}
}
