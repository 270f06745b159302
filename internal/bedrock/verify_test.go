package bedrock

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ballast.internal/ballast/internal/golden"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// fakeAWS is STS, the runtime and the control plane behind one address. The
// keys of allowed are "METHOD path" of what the user may do beyond InvokeModel.
type fakeAWS struct {
	arn      string
	allowed  map[string]int // status
	requests []string
}

func (f *fakeAWS) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	what := r.Method + " " + r.URL.EscapedPath()
	f.requests = append(f.requests, what+" "+string(body))
	if !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/") {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	switch status, ok := f.allowed[what]; {
	case r.URL.Path == "/":
		fmt.Fprintf(w, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>`+
			`<Arn>%s</Arn><UserId>AIDA</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`, f.arn)
	case what == "POST /model/anthropic.claude-3-haiku-20240307-v1%3A0/invoke" && strings.Contains(r.Header.Get("Authorization"), "/us-east-2/"):
		answering(`{"content":[{"type":"text","text":"Hello"}],"usage":{"input_tokens":8,"output_tokens":10}}`)(w, r)
	case ok:
		w.WriteHeader(status)
	default:
		w.Header().Set("x-amzn-ErrorType", "AccessDeniedException"+coral)
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, `{"message":"User: `+f.arn+` is not authorized to perform: x"}`)
	}
}

func verify(t *testing.T, f *fakeAWS, opts VerifyOptions) []Check {
	t.Helper()
	c := newTestClient(t, f.serve, func(cfg *Config) {
		cfg.Provider = ProviderEmulator
		at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
		cfg.Now = func() time.Time { return at }
	})
	checks := c.Verify(t.Context(), opts)
	for i := range checks {
		checks[i].Detail = strings.ReplaceAll(checks[i].Detail, c.cfg.Endpoint, "http://HOST")
	}
	return checks
}

const leastPrivileged = "arn:aws:iam::111122223333:user/wealth-management-app-user"

func report(checks []Check) string {
	var b strings.Builder
	for _, c := range checks {
		fmt.Fprintf(&b, "%-8s %s: %s\n", c.Status, c.Name, c.Detail)
		if c.Advice != "" {
			fmt.Fprintf(&b, "         %s\n", c.Advice)
		}
	}
	return b.String()
}

// A least privileged user, and every request that was made of AWS.
func TestVerify(t *testing.T) {
	f := &fakeAWS{arn: leastPrivileged}
	got := report(verify(t, f, VerifyOptions{Prove: true})) + "\n" + strings.Join(f.requests, "\n") + "\n"
	golden.Check(t, got, "testdata", "verify.txt")
}

func TestVerifyWithoutProof(t *testing.T) {
	f := &fakeAWS{arn: leastPrivileged}
	verify(t, f, VerifyOptions{})
	if len(f.requests) != 2 {
		t.Errorf("requests: %q, want one to STS and one to the model", f.requests)
	}
}

// Whatever is not IAM's refusal proves nothing, and ends the probing.
func TestProveFinds(t *testing.T) {
	const other = "POST /model/anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke"
	for name, tt := range map[string]struct {
		allowed map[string]int
		denied  int // probes before the one that was not
		detail  string
	}{
		"another model":  {map[string]int{other: 400}, 0, "not denied: status 400"},
		"streaming":      {map[string]int{"POST /model/anthropic.claude-3-haiku-20240307-v1%3A0/invoke-with-response-stream": 200}, 3, "allowed: status 200"},
		"list of models": {map[string]int{"GET /foundation-models": 200}, 5, "allowed: status 200"},
		"several":        {map[string]int{"GET /foundation-models": 200, "PUT /logging/modelinvocations": 400}, 5, "allowed: status 200"},
	} {
		t.Run(name, func(t *testing.T) {
			checks := verify(t, &fakeAWS{arn: leastPrivileged, allowed: tt.allowed}, VerifyOptions{Prove: true})
			checks = slices.DeleteFunc(checks, func(c Check) bool { return !strings.HasPrefix(c.Name, "deny ") })
			if len(checks) != tt.denied+1 {
				t.Fatalf("%d probes, want %d", len(checks), tt.denied+1)
			}
			if last := checks[tt.denied]; last.Status != CheckFailed || last.Detail != tt.detail || last.Advice == "" {
				t.Errorf("last probe: %+v", last)
			}
		})
	}
}

// A model that is only not enabled in the account was allowed by IAM.
func TestNoModelAccessIsNotARefusalByIAM(t *testing.T) {
	c := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("x-amzn-ErrorType", "AccessDeniedException")
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, `{"message":"You don't have access to the model with the specified model ID."}`)
	}, func(cfg *Config) { cfg.Provider = ProviderEmulator })
	if check := c.prove(t.Context(), c.probes()[0]); check.Status != CheckFailed {
		t.Errorf("%+v", check)
	}
}

// The age of the keys is that of their file.
func TestVerifyTellsOldKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "credentials")
	write(t, path, firstKeys)
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for days, want := range map[int]CheckStatus{0: CheckOK, 90: CheckOK, 91: CheckFailed} {
		if err := os.Chtimes(path, now, now.AddDate(0, 0, -days)); err != nil {
			t.Fatal(err)
		}
		c := newTestClient(t, (&fakeAWS{arn: leastPrivileged}).serve, func(cfg *Config) {
			cfg.Credentials, cfg.Now = Credentials{File: path}, func() time.Time { return now }
			cfg.Provider = ProviderEmulator
		})
		check := c.Verify(t.Context(), VerifyOptions{})[1]
		if check.Name != "key_age" || check.Status != want || (check.Advice == "") != (want == CheckOK) {
			t.Errorf("%d days: %+v", days, check)
		}
	}
}

// A mounted secret is written anew with every pod: the date in it counts, that
// of its own profile.
func TestTheDateInTheFileCounts(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		content string
		want    time.Time
		stated  bool
	}{
		"none":             {firstKeys, now, false},
		"as setup writes":  {dating("2026-08-20T10:00:00+00:00"), time.Date(2026, 8, 20, 10, 0, 0, 0, time.UTC), true},
		"a day":            {dating("2026-08-20"), time.Date(2026, 8, 20, 0, 0, 0, 0, time.UTC), true},
		"no date":          {dating("last week"), now, false},
		"another profile":  {firstKeys + "[other]\n# created 2020-01-01\n", now, false},
		"before a profile": {"# created 2020-01-01\n" + firstKeys, now, false},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "credentials")
			write(t, path, tt.content)
			if err := os.Chtimes(path, now, now); err != nil {
				t.Fatal(err)
			}
			got, err := keyDate(path, defaultProfile)
			if err != nil || !got.at.Equal(tt.want) || got.stated != tt.stated {
				t.Errorf("%+v, %v", got, err)
			}
			keys, m := keyFileProvider(t, path)
			if id := accessKey(t, keys); id != "AKIAIOSFODNN7EXAMPLE" {
				t.Errorf("the key is %s", id)
			}
			if at := testutil.ToFloat64(m.keysWritten); at != float64(tt.want.Unix()) {
				t.Errorf("the metric says %v", at)
			}
		})
	}
}

func dating(date string) string {
	return strings.Replace(firstKeys, "[default]\n", "[default]\n# created "+date+"\n", 1)
}

func TestVerifyRefusesRootKeys(t *testing.T) {
	for _, c := range verify(t, &fakeAWS{arn: "arn:aws:iam::111122223333:root"}, VerifyOptions{}) {
		if c.Name == "identity" && (c.Status != CheckFailed || !strings.Contains(c.Advice, "root")) {
			t.Errorf("%+v", c)
		}
	}
}

// Without keys AWS is not asked.
func TestVerifyWithoutKeys(t *testing.T) {
	c := newTestClient(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") }, func(cfg *Config) {
		cfg.Credentials = Credentials{File: filepath.Join(t.TempDir(), "none")}
	})
	checks := c.Verify(t.Context(), VerifyOptions{Prove: true})
	if len(checks) != 3 || checks[0].Name != "credentials" || checks[0].Status != CheckFailed || checks[0].Advice == "" {
		t.Errorf("checks: %+v", checks)
	}
}

// What the model's refusal means is the advice.
func TestVerifyDiagnosesTheCall(t *testing.T) {
	c := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("x-amzn-ErrorType", "AccessDeniedException")
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, `{"message":"You don't have access to the model with the specified model ID."}`)
	})
	checks := c.Verify(t.Context(), VerifyOptions{})
	last := checks[len(checks)-1]
	want := Check{"invoke", CheckFailed, "AccessDeniedException: You don't have access to the model with the specified model ID.",
		"model access is not enabled in this account and region; enable it in the Bedrock console"}
	if diff := cmp.Diff(want, last); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestHosts(t *testing.T) {
	c, err := New(t.Context(), Config{Credentials: Credentials{Static: testKeys}, Region: "us-west-2"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		p    probe
		want string
	}{
		{probe{runtime: true}, "https://bedrock-runtime.us-west-2.amazonaws.com"},
		{probe{}, "https://bedrock.us-west-2.amazonaws.com"},
		{probe{runtime: true, region: "eu-central-1"}, "https://bedrock-runtime.eu-central-1.amazonaws.com"},
	} {
		if got := c.host(tt.p); got != tt.want {
			t.Errorf("host is %s, want %s", got, tt.want)
		}
	}
}
