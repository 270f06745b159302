package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/bedrock/emulator"
	"ballast.internal/ballast/internal/iam"
)

// The policies of the tests, by what is wrong with them.
func policies(t *testing.T) map[string]string {
	t.Helper()
	generate := func(o iam.Option) string {
		text, err := iam.Generate(o, iam.Target{})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	recommended := generate(iam.Recommended)
	return map[string]string{
		"recommended":    recommended,
		"exact":          generate(iam.Exact),
		"claude":         generate(iam.Claude),
		"any":            generate(iam.Any),
		"every action":   strings.Replace(recommended, "bedrock:InvokeModel", "bedrock:*", 1),
		"every region":   strings.NewReplacer("bedrock:us-east-2", "bedrock:*", `"aws:RequestedRegion": "us-east-2"`, `"aws:SecureTransport": "false"`).Replace(recommended),
		"another model":  strings.Replace(recommended, "claude-3-haiku", "claude-3-5-haiku", 1),
		"another region": strings.ReplaceAll(recommended, "us-east-2", "us-west-2"),
		"quarantined": strings.Replace(recommended, `"Statement": [`,
			`"Statement": [{"Sid":"Quarantine","Effect":"Deny","Action":"bedrock:*","Resource":"*"},`, 1),
	}
}

// Policies that are right, too wide, too narrow and with an explicit deny, each
// enforced by the emulator.
func TestVerifyProvesThePolicy(t *testing.T) {
	for name, want := range map[string]struct{ check, says string }{ // of the only check that fails; "" for none
		"recommended":    {},
		"exact":          {},
		"claude":         {"deny bedrock:InvokeModel on another Claude", "the policy let the request pass"},
		"any":            {"deny bedrock:InvokeModel on another Claude", "the policy let the request pass"},
		"every region":   {"deny bedrock:InvokeModel in another region", "the policy let the request pass"},
		"every action":   {"deny bedrock:InvokeModelWithResponseStream", "the policy let the request pass"},
		"another model":  {"invoke", "no policy of the service's user allows"},
		"another region": {"invoke", "no policy of the service's user allows"},
		"quarantined":    {"invoke", "AWSCompromisedKeyQuarantine"},
	} {
		t.Run(name, func(t *testing.T) {
			srv, cred, err := newEmulator(emulated{region: bedrock.DefaultRegion, policy: []byte(policies(t)[name])}, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			failed, err := verifyAgainst(t, srv, cred)
			var names, advice []string
			for _, c := range failed {
				names, advice = append(names, c.Name), append(advice, c.Advice)
			}
			if got := strings.Join(names, ","); got != want.check || !strings.Contains(strings.Join(advice, ","), want.says) {
				t.Errorf("failed: %q with advice %q, want %q with %q", got, advice, want.check, want.says)
			}
			if (err == nil) != (want.check == "") || err != nil && !errors.Is(err, errChecks) {
				t.Errorf("error: %v", err)
			}
			if bill := srv.Bill(); bill.Calls["ok"] > 1 {
				t.Errorf("%d calls were billed: a probe was", bill.Calls["ok"])
			}
		})
	}
}

// verifyAgainst runs the command against an emulator, as a user would with the
// emulator's address and keys in the environment.
func verifyAgainst(t *testing.T, srv *emulator.Server, cred emulator.Credential, env ...string) (failed []bedrock.Check, err error) {
	t.Helper()
	web := httptest.NewServer(srv)
	defer web.Close()
	var stdout bytes.Buffer
	err = runVerify(t.Context(), []string{"-prove", "-json"}, testEnvironment(&stdout, append(env,
		"AWS_ENDPOINT_URL_BEDROCK_RUNTIME="+web.URL, "BALLAST_AWS_CREDENTIALS_FILE="+keyFile(t, cred))))
	var checks []bedrock.Check
	if err := json.Unmarshal(stdout.Bytes(), &checks); err != nil {
		t.Fatalf("%v in %s", err, stdout.String())
	}
	for _, c := range checks {
		if c.Status == bedrock.CheckFailed {
			failed = append(failed, c)
		}
	}
	return failed, err
}

// keyFile writes keys as they are mounted.
func keyFile(t *testing.T, cred emulator.Credential) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "credentials")
	writeKeys(t, path, cred)
	return path
}

// The eight diagnoses of the reference, each by its own words.
func TestVerifyTellsTheDiagnosesApart(t *testing.T) {
	haiku := emulator.DefaultModels()[0]
	model := func(change func(*emulator.Model)) emulator.Config {
		m := haiku
		change(&m)
		return emulator.Config{Models: []emulator.Model{m}}
	}
	other := haiku
	other.ID = "anthropic.claude-3-5-haiku-20241022-v1:0"
	for name, tt := range map[string]struct {
		config   emulator.Config
		decision emulator.AuthzDecision
		aws, is  string
	}{
		"policy missing": {emulator.Config{}, emulator.AuthzDecision{}, "because no identity-based policy allows", "check the action, the resource ARN, the region and that the policy is attached"},
		"explicit deny":  {emulator.Config{}, emulator.AuthzDecision{Explicit: true}, "with an explicit deny", "AWSCompromisedKeyQuarantine"},
		"no access":      {model(func(m *emulator.Model) { m.NoAccess = true }), allowed, "have access to the model with the specified model ID", "enable it in the Bedrock console"},
		"profile only":   {model(func(m *emulator.Model) { m.ProfileOnly = true }), allowed, "on-demand throughput", "use its us. id and the policy for profiles"},
		"unknown model":  {emulator.Config{Models: []emulator.Model{other}}, allowed, "The provided model identifier is invalid", "check the id and its lifecycle"},
		"retired":        {model(func(m *emulator.Model) { m.Legacy = true }), allowed, "ResourceNotFoundException", "move to the successor"},
		"not cleared":    {model(func(m *emulator.Model) { m.NotCleared = true }), allowed, "Operation not allowed", "ask AWS Support"},
		"throttled":      {emulator.Config{Quota: emulator.Quota{TokensPerMinute: 1}}, allowed, "ThrottlingException", "max_tokens counts in full at the start"},
	} {
		t.Run(name, func(t *testing.T) {
			check := invokeCheck(t, tt.config, tt.decision)
			if check.Status != bedrock.CheckFailed || !strings.Contains(check.Detail, tt.aws) || !strings.Contains(check.Advice, tt.is) {
				t.Errorf("%+v", check)
			}
		})
	}
}

var allowed = emulator.AuthzDecision{Allowed: true}

// invokeCheck is what verify says about the model call of an emulator.
func invokeCheck(t *testing.T, c emulator.Config, d emulator.AuthzDecision) bedrock.Check {
	t.Helper()
	cred, err := emulator.NewCredential(rand.NewChaCha8([32]byte{2}), emulatedUser)
	if err != nil {
		t.Fatal(err)
	}
	c.Region, c.Credentials = bedrock.DefaultRegion, []emulator.Credential{cred}
	c.Authorize = func(emulator.AuthzRequest) emulator.AuthzDecision { return d }
	if c.Models == nil {
		c.Models = emulator.DefaultModels()
	}
	srv, err := emulator.New(c)
	if err != nil {
		t.Fatal(err)
	}
	failed, _ := verifyAgainst(t, srv, cred)
	for _, check := range failed {
		if check.Name == "invoke" {
			return check
		}
	}
	return bedrock.Check{}
}

// On the terminal every check is one line, and a warning holds.
func TestVerifyPrintsALineForEachCheck(t *testing.T) {
	var out bytes.Buffer
	err := printChecks(&out, []bedrock.Check{
		{Name: "identity", Status: bedrock.CheckOK, Detail: "a user"},
		{Name: "model", Status: bedrock.CheckWarning, Detail: "haiku", Advice: "retires soon"},
		{Name: "invoke", Status: bedrock.CheckFailed, Detail: "two\nlines", Advice: "do this"},
	}, false)
	want := "✓ identity: a user\n✓ model: haiku → warning: retires soon\n✗ invoke: two lines → do this\n"
	if diff := cmp.Diff(want, out.String()); diff != "" || !errors.Is(err, errChecks) {
		t.Errorf("error %v, output (-want +got):\n%s", err, diff)
	}
}

// Without anything that names AWS the emulator is checked, and says so.
func TestVerifyIsLocalWithoutSettings(t *testing.T) {
	var out bytes.Buffer
	if err := runVerify(t.Context(), []string{"-prove"}, testEnvironment(&out, nil)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "this is the emulator") || strings.Contains(out.String(), "✗") {
		t.Errorf("output:\n%s", &out)
	}
}

// testEnvironment is a process's, with nothing in it but what is given.
func testEnvironment(stdout io.Writer, env []string) environment {
	values := map[string]string{}
	for _, line := range env {
		name, value, _ := strings.Cut(line, "=")
		values[name] = value
	}
	return environment{
		getenv: func(name string) string { return values[name] }, environ: env,
		stdin: strings.NewReader(""), stdout: stdout, stderr: io.Discard,
	}
}

func writeKeys(t *testing.T, path string, cred emulator.Credential) {
	t.Helper()
	text := fmt.Sprintf("[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n", cred.AccessKeyID, cred.Secret)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
