package emulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"net/http/httptest"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/bedrock/emulator"
)

func TestLatencyIsBasePlusOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cred := credential(t, 1)
		srv, err := emulator.New(emulator.Config{
			Region: region, Credentials: []emulator.Credential{cred}, Authorize: authorizeBy(t, everything), Models: emulator.DefaultModels(),
			Latency: emulator.Latency{Base: time.Second, PerOutputToken: 100 * time.Millisecond},
			Faults:  faults(t, "latency=3s"),
		})
		if err != nil {
			t.Fatal(err)
		}
		began, w := time.Now(), httptest.NewRecorder()
		srv.ServeHTTP(w, signed(t, cred, "bedrock", region, began, nil))
		out := decode(t, w.Body.Bytes()).Usage.OutputTokens
		want := 4*time.Second + time.Duration(out)*100*time.Millisecond
		if got := time.Since(began); got != want {
			t.Errorf("took %v, want %v", got, want)
		}
		if got := w.Header().Get("X-Amzn-Bedrock-Invocation-Latency"); got != fmt.Sprint(want.Milliseconds()) {
			t.Errorf("latency header %s, want %d", got, want.Milliseconds())
		}
	})
}

func TestCallerWhoLeavesIsBilled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cred := credential(t, 1)
		srv, err := emulator.New(emulator.Config{
			Region: region, Credentials: []emulator.Credential{cred}, Authorize: authorizeBy(t, everything), Models: emulator.DefaultModels(),
			Latency: emulator.Latency{Base: time.Minute},
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, signed(t, cred, "bedrock", region, time.Now(), nil).WithContext(ctx))
		if w.Body.Len() != 0 || srv.Bill().Calls["ok"] != 1 {
			t.Errorf("%q, bill %+v", w.Body, srv.Bill())
		}
	})
}

func TestQuotaTexts(t *testing.T) {
	requests := start(t, leastPrivilege, func(c *emulator.Config) { c.Quota.RequestsPerMinute = 1 })
	tokens := start(t, leastPrivilege, func(c *emulator.Config) { c.Quota.TokensPerMinute = 25 })
	for f, message := range map[*fixture]string{
		requests: "Too many requests, please wait before trying again.",
		tokens:   "Too many tokens, please wait before trying again.",
	} {
		if _, err := f.invoke(t, haiku, guideBody); err != nil {
			t.Fatal(err)
		}
		_, err := f.invoke(t, haiku, guideBody)
		wantError(t, err, "ThrottlingException", message)
	}
}

func TestTooLongInput(t *testing.T) {
	small := func(c *emulator.Config) { c.Models[0].ContextWindow, c.Models[0].MaxOutput = 60, 50 }
	f := start(t, leastPrivilege, small)
	body := func(maxTokens int, text string) string {
		return fmt.Sprintf(`{"anthropic_version":"bedrock-2023-05-31","max_tokens":%d,"messages":[{"role":"user","content":%q}]}`, maxTokens, text)
	}
	_, err := f.invoke(t, haiku, body(10, strings.Repeat("a b ", 60)))
	wantError(t, err, "ValidationException", "Input is too long for requested model.")
	_, err = f.invoke(t, haiku, body(50, strings.Repeat("a ", 10)))
	wantError(t, err, "ValidationException", "input length and `max_tokens` exceed context limit: 19 + 50 > 60, decrease input length or `max_tokens` and try again")
}

// TestBillIsTheSumOfAllUsage under concurrency, as the wire told it and as the
// bill's own path tells it.
func TestBillIsTheSumOfAllUsage(t *testing.T) {
	f := start(t, leastPrivilege, func(c *emulator.Config) { c.Faults = faults(t, "throttle=0.3,promise=0.3") })
	client := f.client()
	var mu sync.Mutex
	want := emulator.Bill{Calls: map[string]int64{}}
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			body := strings.Replace(guideBody, "Hi", fmt.Sprintf("Hi number %d", i), 1)
			out, err := invokeBy(t, client, haiku, body)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				want.Calls["ThrottlingException"]++
				return
			}
			m := decode(t, out.Body)
			want.Calls["ok"]++
			want.InputTokens += int64(m.Usage.InputTokens)
			want.OutputTokens += int64(m.Usage.OutputTokens)
			want.NanoUSD += int64(m.Usage.InputTokens)*250 + int64(m.Usage.OutputTokens)*1250
		})
	}
	wg.Wait()
	if want.Calls["ok"] == 0 || want.Calls["ThrottlingException"] == 0 {
		t.Fatalf("not both outcomes: %v", want.Calls)
	}
	if diff := cmp.Diff(want, f.Bill()); diff != "" {
		t.Error(diff)
	}
	resp, err := http.Get(f.url + emulator.BillPath)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var told emulator.Bill
	if err := json.Unmarshal(data, &told); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}

func TestObserverSeesTheRequestAsItCame(t *testing.T) {
	var calls []emulator.Call
	f := start(t, leastPrivilege, func(c *emulator.Config) { c.Observe = func(call emulator.Call) { calls = append(calls, call) } })
	if _, err := f.invoke(t, haiku, guideBody); err != nil {
		t.Fatal(err)
	}
	_, _ = f.invoke(t, haiku, "{}") // refused
	if len(calls) != 2 || calls[0].Outcome != "ok" || string(calls[0].Body) != guideBody || calls[0].Model != haiku || calls[1].Outcome != "ValidationException" {
		t.Errorf("%+v", calls)
	}
}

func TestUnknownOperationsAndBodiesTooLarge(t *testing.T) {
	f := start(t, everything, atSigningTime)
	for _, path := range []string{"/model/x/y/invoke", "/model/" + haiku + "/forget", "/else"} {
		r := signed(t, f.cred, "bedrock", region, signedAt, func(r *http.Request) { r.URL.Path, r.URL.RawPath = path, "" })
		if status, kind, _ := serve(t, f, r); status != http.StatusNotFound || kind != "UnknownOperationException" {
			t.Errorf("%s: %d %s", path, status, kind)
		}
	}
	big := httptest.NewRequest(http.MethodPost, "/model/x/invoke", strings.NewReader(strings.Repeat(" ", 25_000_001)))
	if status, kind, _ := serve(t, f, big); status != http.StatusRequestEntityTooLarge || kind != "ValidationException" {
		t.Errorf("%d %s", status, kind)
	}
}

// TestListOfModels is of the region that was signed for, and filtered.
func TestListOfModels(t *testing.T) {
	f := start(t, everything, atSigningTime)
	for _, tc := range []struct {
		region, query string
		want          int
	}{
		{region, "", 2},
		{region, "byProvider=anthropic", 2}, {region, "byProvider=meta", 0},
		{region, "byInferenceType=ON_DEMAND", 1}, {region, "byProvider=Anthropic&byInferenceType=PROVISIONED", 0},
		{region, "byOutputModality=TEXT", 2}, {region, "byOutputModality=IMAGE", 0},
		{region, "byCustomizationType=FINE_TUNING", 0},
		{"us-west-2", "", 0},
	} {
		w := httptest.NewRecorder()
		f.ServeHTTP(w, signed(t, f.cred, "bedrock", tc.region, signedAt, func(r *http.Request) {
			r.Method, r.URL.Path, r.URL.RawPath, r.URL.RawQuery = http.MethodGet, "/foundation-models", "", tc.query
		}))
		if got := strings.Count(w.Body.String(), `"modelArn":"arn:aws:bedrock:us-east-2::`); w.Code != http.StatusOK || got != tc.want {
			t.Errorf("%s %q: %d %s, want %d models", tc.region, tc.query, w.Code, w.Body, tc.want)
		}
	}
}

func TestControlPlaneIsRefusedToLeastPrivilege(t *testing.T) {
	probes := map[string]struct{ method, path, action, resource string }{
		"list":   {"GET", "/foundation-models", "bedrock:ListFoundationModels", ""},
		"get":    {"GET", "/foundation-models/" + haiku, "bedrock:GetFoundationModel", " on resource: arn:aws:bedrock:us-east-2::foundation-model/" + haiku},
		"jobs":   {"GET", "/model-customization-jobs", "bedrock:ListModelCustomizationJobs", ""},
		"job":    {"GET", "/model-customization-jobs/j1", "bedrock:GetModelCustomizationJob", " on resource: arn:aws:bedrock:us-east-2:123456789012:model-customization-job/j1"},
		"create": {"POST", "/model-customization-jobs", "bedrock:CreateModelCustomizationJob", ""},
		"log":    {"PUT", "/logging/modelinvocations", "bedrock:PutModelInvocationLoggingConfiguration", ""},
	}
	least, all := start(t, leastPrivilege, atSigningTime), start(t, everything, atSigningTime)
	for name, p := range probes {
		request := func(f *fixture) *http.Request {
			return signed(t, f.cred, "bedrock", region, signedAt, func(r *http.Request) {
				r.Method, r.URL.Path, r.URL.RawPath = p.method, p.path, ""
			})
		}
		want := "User: " + principal + " is not authorized to perform: " + p.action + p.resource + " because no identity-based policy allows the " + p.action + " action"
		if status, kind, text := serve(t, least, request(least)); status != http.StatusForbidden || kind != "AccessDeniedException" || text != want {
			t.Errorf("%s: %d %s %s", name, status, kind, text)
		}
		if status, kind, _ := serve(t, all, request(all)); kind == "AccessDeniedException" || status == http.StatusNotFound {
			t.Errorf("%s with every right: %d %s", name, status, kind)
		}
	}
}

func TestConfigFaultsAreAllReported(t *testing.T) {
	_, err := emulator.New(emulator.Config{
		Region:      "ohio",
		Credentials: []emulator.Credential{{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", Secret: "s", Principal: "me"}},
		Models:      []emulator.Model{{ID: "Claude", ContextWindow: 10, MaxOutput: 1}, {ID: "a.b-v1:0", ContextWindow: 5, MaxOutput: 5}},
		Profiles:    []emulator.Profile{{ID: "us.x", Model: "x"}},
		Quota:       emulator.Quota{RequestsPerMinute: -1, TokensPerMinute: 50_000_001},
		Latency:     emulator.Latency{Jitter: -1},
	})
	want := `emulator: region "ohio" is not an AWS region
there is no authorization
credential AKIAIOSFODNN7EXAMPLE: the principal is not the ARN of a user or role
model "Claude": not a model id
model "a.b-v1:0": the context window must be larger than the output, which must be positive
profile "us.x" names no served model or no region
a quota of -1 is not between 0 and 50000000 a minute
a quota of 50000001 is not between 0 and 50000000 a minute
a latency is negative`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestNewCredentialsDiffer(t *testing.T) {
	a, b := credential(t, 1), credential(t, 2)
	if a.AccessKeyID == b.AccessKeyID || a.Secret == b.Secret || len(a.AccessKeyID) != 20 || len(a.Secret) != 40 || !strings.HasPrefix(a.AccessKeyID, "AKIA") {
		t.Errorf("%q %d characters, %q", a.AccessKeyID, len(a.Secret), b.AccessKeyID)
	}
	if _, err := emulator.NewCredential(strings.NewReader("short"), principal); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
}
