package bedrock_test

import (
	"errors"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/bedrock/emulator"
	"ballast.internal/ballast/internal/iam"
	"ballast.internal/ballast/internal/recommend"
)

// against is a client of an emulator that enforces the policy which the service
// is deployed with.
func against(t *testing.T, faults string) (*bedrock.Client, *emulator.Server) {
	t.Helper()
	data, err := os.ReadFile("../../deploy/iam-policy.json")
	if err != nil {
		t.Fatal(err)
	}
	policy, err := iam.ParsePolicy(data)
	if err != nil {
		t.Fatal(err)
	}
	cred, err := emulator.NewCredential(rand.NewChaCha8([32]byte{1}), "arn:aws:iam::123456789012:user/wealth-management-app-user")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := emulator.ParseFaults(faults)
	if err != nil {
		t.Fatal(err)
	}
	server, err := emulator.New(emulator.Config{
		Region: "us-east-2", Credentials: []emulator.Credential{cred}, Models: emulator.DefaultModels(), Faults: parsed,
		Source: rand.NewPCG(1, 2),
		Authorize: func(r emulator.AuthzRequest) emulator.AuthzDecision {
			d := iam.Evaluate([]*iam.Policy{policy}, iam.Request{Action: r.Action, Resource: r.Resource, Context: r.Context})
			return emulator.AuthzDecision{Allowed: d.Allowed, Explicit: d.Explicit}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	timeout := time.Minute // a busy machine is no fault
	if strings.HasPrefix(faults, "timeout=") {
		timeout = 200 * time.Millisecond
	}
	client, err := bedrock.New(t.Context(), bedrock.Config{
		Endpoint: web.URL, Provider: bedrock.ProviderEmulator, Timeout: timeout,
		Credentials: bedrock.Credentials{Static: &bedrock.StaticKeys{AccessKeyID: cred.AccessKeyID, SecretAccessKey: cred.Secret}},
		Breaker:     bedrock.BreakerConfig{Failures: 1000},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client, server
}

// The deployed policy is enough for the service, and for nothing else.
func TestVerifyAgainstTheEmulator(t *testing.T) {
	client, _ := against(t, "")
	for _, c := range client.Verify(t.Context(), bedrock.VerifyOptions{Prove: true}) {
		if c.Status == bedrock.CheckFailed {
			t.Errorf("%s: %s (%s)", c.Name, c.Detail, c.Advice)
		}
	}
}

var prompts = []recommend.ModelRequest{
	{User: "Hi", MaxTokens: 10},
	{System: "You explain.", User: strings.Repeat("F1 issuer_weight H1 18.0% limit 10%\n", 30), Prefill: "{", MaxTokens: 300},
	{User: "Zürich, 東京, \uFDFA, 👩‍👩‍👧, 0123456789, a1b2c3d4-e5f6", MaxTokens: 100},
}

// Whatever goes wrong, what is charged by the rules of recommend.ModelError is
// at least what the provider bills, and both bounds hold for every call.
func TestNothingIsBilledThatIsNotCharged(t *testing.T) {
	for _, faults := range []string{
		"", "throttle=1/2", "500=1/2", "503=1/2", "model_timeout=1/2", "model_error=1/2", "not_ready=1/2",
		"timeout=1/4", "reset=1/2", "truncated_json=1/2", "no_usage=1/2", "negative_usage=1/2",
	} {
		t.Run("faults "+faults, func(t *testing.T) {
			client, server := against(t, faults)
			var charged int64
			for i := range 12 {
				charged += charge(t, client, prompts[i%len(prompts)])
			}
			billed := server.Bill().NanoUSD
			if charged < billed || billed == 0 {
				t.Errorf("charged %d nano-USD, billed %d", charged, billed)
			}
			if faults == "" && charged != billed {
				t.Errorf("without faults %d are charged and %d billed", charged, billed)
			}
		})
	}
}

// charge makes one attempt and returns what it costs the budget.
func charge(t *testing.T, client *bedrock.Client, req recommend.ModelRequest) int64 {
	t.Helper()
	bound := client.Bound(req)
	answer, err := client.Invoke(t.Context(), req)
	var e *recommend.ModelError
	switch {
	case errors.As(err, &e) && e.Billable, err == nil && answer.Usage == nil:
		return bound.CostNano
	case err != nil:
		return 0
	}
	u := answer.Usage
	if u.InputTokens > bound.ExpectedInputTokens || u.InputTokens > bound.InputTokens || u.CostNano > bound.CostNano {
		t.Errorf("used %+v, bound %+v", *u, bound)
	}
	return u.CostNano
}
