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

// coral is the error type header as Bedrock's front end writes it.
const coral = ":http://internal.amazon.com/coral/com.amazon.bedrock/"

// recorded are the shapes in which Bedrock, its front door and what stands
// before them refuse.
var recorded = []struct {
	name      string
	status    int
	errorType string // x-amzn-ErrorType
	body      string
	kind      recommend.ErrorKind
	billable  bool
	says      string // part of the diagnosis
}{
	{"policy missing", 403, "AccessDeniedException" + coral,
		`{"Message":"User: arn:aws:iam::111122223333:user/wealth-management-app-user is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0 because no identity-based policy allows the bedrock:InvokeModel action"}`,
		recommend.KindDenied, false, "no policy"},
	{"explicit deny", 403, "AccessDeniedException",
		`{"Message":"User: arn:aws:iam::111122223333:user/u is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-2::foundation-model/x with an explicit deny in an identity-based policy"}`,
		recommend.KindExplicitDeny, false, "AWSCompromisedKeyQuarantine"},
	{"explicit deny by SCP", 403, "AccessDeniedException",
		`{"message":"User: arn:aws:iam::111122223333:user/u is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:::foundation-model/x with an explicit deny in a service control policy: arn:aws:organizations::111122223333:policy/o-1/service_control_policy/p-1"}`,
		recommend.KindExplicitDeny, false, "service control policy"},
	{"no model access", 403, "AccessDeniedException" + coral,
		`{"message":"You don't have access to the model with the specified model ID."}`,
		recommend.KindNoModelAccess, false, "not enabled"},
	{"no subscription", 403, "AccessDeniedException",
		`{"message":"Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to this model. Refer to the Amazon Bedrock documentation for further details."}`,
		recommend.KindNoModelAccess, false, "no subscription"},
	{"no payment", 403, "AccessDeniedException",
		`{"message":"Model access is denied due to INVALID_PAYMENT_INSTRUMENT:A valid payment instrument must be provided."}`,
		recommend.KindNoModelAccess, false, "payment"},
	{"no use case form", 404, "ResourceNotFoundException",
		`{"message":"Model use case details have not been submitted for this account. Fill out the Anthropic use case details form before using the model."}`,
		recommend.KindNoModelAccess, false, "use case"},
	{"denied, nothing said", 403, "AccessDeniedException", `{}`, recommend.KindDenied, false, "no policy"},

	{"profile only", 400, "ValidationException" + coral,
		`{"message":"Invocation of model ID anthropic.claude-3-haiku-20240307-v1:0 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model."}`,
		recommend.KindProfileOnly, false, "inference profile"},
	{"profile only, straight apostrophe", 400, "ValidationException",
		`{"message":"Invocation of model ID x with on-demand throughput isn't supported. Retry your request with the ID or ARN of an inference profile that contains this model."}`,
		recommend.KindProfileOnly, false, "inference profile"},
	{"wrong id", 400, "ValidationException", `{"message":"The provided model identifier is invalid."}`,
		recommend.KindInvalidModel, false, "model id"},
	{"not cleared", 400, "ValidationException", `{"message":"Operation not allowed"}`,
		recommend.KindNotAllowed, false, "Support"},
	{"end of life", 404, "ResourceNotFoundException",
		`{"message":"This model version has reached the end of its life. Please refer to the AWS documentation for more details."}`,
		recommend.KindRetired, false, "successor"},
	{"legacy", 404, "ResourceNotFoundException",
		`{"message":"Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 30 days. Please upgrade to an active model on Amazon Bedrock"}`,
		recommend.KindRetired, false, "legacy"},
	{"not found", 404, "ResourceNotFoundException", `{"message":"Could not resolve the foundation model from the provided model identifier."}`,
		recommend.KindInvalidModel, false, "no such model"},
	{"other fault", 400, "ValidationException",
		`{"message":"max_tokens: 5000 > 4096, which is the maximum allowed number of output tokens for claude-3-haiku-20240307"}`,
		recommend.KindInvalid, false, "fault in the request"},

	{"too many requests", 429, "ThrottlingException" + coral, `{"message":"Too many requests, please wait before trying again."}`,
		recommend.KindThrottled, false, "requests-per-minute"},
	{"too many tokens", 429, "ThrottlingException", `{"message":"Too many tokens, please wait before trying again."}`,
		recommend.KindThrottled, false, "tokens-per-minute"},
	{"too many tokens today", 429, "ThrottlingException", `{"message":"Too many tokens per day, please wait before trying again."}`,
		recommend.KindThrottled, false, "tokens-per-day"},
	{"quota", 400, "ServiceQuotaExceededException", `{"message":"exceeded"}`, recommend.KindQuota, false, "service quota"},
	{"not ready", 429, "ModelNotReadyException", `{"message":"Model is not ready for inference."}`, recommend.KindNotReady, false, "not ready"},

	{"model timeout", 408, "ModelTimeoutException", `{"message":"Model has timed out in processing the request."}`,
		recommend.KindModelTimeout, true, "too long"},
	{"model error", 424, "ModelErrorException", `{"message":"failed","originalStatusCode":500,"resourceName":"x"}`,
		recommend.KindUnavailable, true, "failed while"},
	{"internal error", 500, "InternalServerException", `{"message":"The system encountered an unexpected error during processing. Try your request again."}`,
		recommend.KindUnavailable, false, "internal error"},
	{"unavailable", 503, "ServiceUnavailableException", `{"message":"Bedrock is unable to process your request."}`,
		recommend.KindUnavailable, false, "not available"},

	{"unknown key", 403, "UnrecognizedClientException", `{"message":"The security token included in the request is invalid."}`,
		recommend.KindCredentials, false, "does not know the access key"},
	{"wrong signature", 403, "InvalidSignatureException",
		`{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method."}`,
		recommend.KindCredentials, false, "signature"},
	{"expired token", 403, "ExpiredTokenException", `{"message":"The security token included in the request is expired"}`,
		recommend.KindCredentials, false, "expired"},
	{"no signature", 403, "MissingAuthenticationTokenException", `{"message":"Missing Authentication Token"}`,
		recommend.KindCredentials, false, "without a signature"},

	{"type in the body only", 429, "", `{"__type":"com.amazon.bedrock#ThrottlingException","message":"Too many requests, please wait before trying again."}`,
		recommend.KindThrottled, false, "requests-per-minute"},
	{"unknown exception", 400, "BrandNewException", `{"message":"new"}`, recommend.KindInvalid, false, "status 400"},
	{"proxy's gateway page", 502, "", `<html>Bad Gateway</html>`, recommend.KindUnavailable, true, "status 502"},
	{"proxy's timeout page", 504, "", `<html>Gateway Timeout</html>`, recommend.KindUnavailable, true, "status 504"},
	{"balancer without a backend", 503, "", `<html>503</html>`, recommend.KindUnavailable, false, "not available"},
	{"proxy refuses the rate", 429, "", `slow down`, recommend.KindThrottled, false, "before Bedrock"},
	{"proxy wants a log-in", 407, "", ``, recommend.KindCredentials, false, "other credentials"},
	{"proxy forbids", 403, "", `<html>no</html>`, recommend.KindDenied, false, "refused"},
	{"redirect", 307, "", ``, recommend.KindInvalid, false, "status 307"},
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
	tests := []struct {
		name     string
		handler  http.HandlerFunc
		change   func(*Config)
		deadline time.Duration // the caller's
		want     recommend.ModelError
	}{
		{"connection refused", nil, func(c *Config) { c.Endpoint = refused() }, 0,
			recommend.ModelError{Kind: recommend.KindNetwork}},
		{"no such host", nil, func(c *Config) { c.Endpoint = "http://bedrock.invalid" }, 0,
			recommend.ModelError{Kind: recommend.KindNetwork}},
		{"not TLS", hang, func(c *Config) { c.Endpoint = strings.Replace(c.Endpoint, "http:", "https:", 1) }, 0,
			recommend.ModelError{Kind: recommend.KindNetwork}},
		{"reset after sending", reset, nil, 0,
			recommend.ModelError{Kind: recommend.KindNetwork, Sent: true, Billable: true}},
		{"cut off in the answer", cutOff, nil, 0,
			recommend.ModelError{Kind: recommend.KindNetwork, Sent: true, Billable: true}},
		{"far too long", flood, nil, 0,
			recommend.ModelError{Kind: recommend.KindBadAnswer, Sent: true, Billable: true}},
		{"own timeout", hang, func(c *Config) { c.Timeout = 50 * time.Millisecond }, 0,
			recommend.ModelError{Kind: recommend.KindTimeout, Sent: true, Billable: true}},
		{"caller's deadline", hang, nil, 50 * time.Millisecond,
			recommend.ModelError{Kind: recommend.KindTimeout, Sent: true, Billable: true}},
		{"no keys", hang, func(c *Config) { c.Credentials = Credentials{File: "/nonexistent/credentials"} }, 0,
			recommend.ModelError{Kind: recommend.KindCredentials}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newTestClient(t, tt.handler, func(cfg *Config) {
				if tt.change != nil {
					tt.change(cfg)
				}
			})
			ctx := t.Context()
			if tt.deadline > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, tt.deadline)
				defer cancel()
			}
			_, err := c.Invoke(ctx, simpleRequest)
			e := asModelError(t, err)
			got := recommend.ModelError{Kind: e.Kind, Sent: e.Sent, Billable: e.Billable}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s%v", diff, e.Err)
			}
		})
	}
}

// The breaker may not take an impatient caller for an outage.
func TestOwnDeadlineIsToldFromTheCallers(t *testing.T) {
	hang := func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}
	own := newTestClient(t, hang, func(c *Config) { c.Timeout = 20 * time.Millisecond })
	_, err := own.Invoke(t.Context(), simpleRequest)
	if e := asModelError(t, err); !isOutage(err) || !strings.Contains(e.Diagnosis, "attempt's timeout") {
		t.Errorf("own timeout: outage %v, %q", isOutage(err), e.Diagnosis)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	callers := newTestClient(t, hang)
	_, err = callers.Invoke(ctx, simpleRequest)
	if e := asModelError(t, err); isOutage(err) || !strings.Contains(e.Diagnosis, "caller's deadline") {
		t.Errorf("caller's deadline: outage %v, %q", isOutage(err), e.Diagnosis)
	}
	ctx, cancelled := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancelled)
	_, err = callers.Invoke(ctx, simpleRequest)
	if e := asModelError(t, err); isOutage(err) || !strings.Contains(e.Diagnosis, "gave the call up") {
		t.Errorf("cancelled: outage %v, %q", isOutage(err), e.Diagnosis)
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
