package emulator_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/smithy-go"

	"ballast.internal/ballast/internal/bedrock/emulator"
	"ballast.internal/ballast/internal/iam"
)

const (
	region    = "us-east-2"
	haiku     = "anthropic.claude-3-haiku-20240307-v1:0"
	haiku45   = "anthropic.claude-haiku-4-5-20251001-v1:0"
	principal = "arn:aws:iam::123456789012:user/wealth-management-app-user"

	// guideBody is the body of the command that the IAM guide tests with.
	guideBody = `{"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"messages":[{"role":"user","content":"Hi"}]}`
)

// everything allows all of Bedrock.
const everything = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"bedrock:*","Resource":"*"}]}`

// leastPrivilege is what the service is deployed with.
var leastPrivilege = func() string {
	data, err := os.ReadFile("../../../deploy/iam-policy.json")
	if err != nil {
		panic(err)
	}
	return string(data)
}()

// fixture is an emulator behind HTTP and a credential for it.
type fixture struct {
	*emulator.Server
	url  string
	cred emulator.Credential
}

// start runs an emulator with a policy, changed by mutate if that is not nil.
func start(t *testing.T, policy string, mutate func(*emulator.Config)) *fixture {
	t.Helper()
	f := &fixture{cred: credential(t, 1)}
	config := emulator.Config{
		Region: region, Credentials: []emulator.Credential{f.cred}, Authorize: authorizeBy(t, policy),
		Models: emulator.DefaultModels(), Profiles: emulator.DefaultProfiles(), Source: rand.NewPCG(1, 2),
	}
	if mutate != nil {
		mutate(&config)
	}
	srv, err := emulator.New(config)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewUnstartedServer(srv)
	web.Config = emulator.NewHTTPServer(srv)
	web.Start()
	t.Cleanup(web.Close)
	f.Server, f.url = srv, web.URL
	return f
}

func credential(t *testing.T, seed byte) emulator.Credential {
	t.Helper()
	cred, err := emulator.NewCredential(rand.NewChaCha8([32]byte{seed}), principal)
	if err != nil {
		t.Fatal(err)
	}
	return cred
}

// authorizeBy evaluates a policy as the server's wiring does.
func authorizeBy(t *testing.T, policy string) func(emulator.AuthzRequest) emulator.AuthzDecision {
	t.Helper()
	p, err := iam.ParsePolicy([]byte(policy))
	if err != nil {
		t.Fatal(err)
	}
	return func(r emulator.AuthzRequest) emulator.AuthzDecision {
		d := iam.Evaluate([]*iam.Policy{p}, iam.Request{Action: r.Action, Resource: r.Resource, Context: r.Context})
		return emulator.AuthzDecision{Allowed: d.Allowed, Explicit: d.Explicit}
	}
}

// client is a real SDK client without retries.
func (f *fixture) client() *bedrockruntime.Client { return f.clientOf(f.cred, region) }

func (f *fixture) clientOf(cred emulator.Credential, region string) *bedrockruntime.Client {
	return bedrockruntime.New(bedrockruntime.Options{
		Region: region, BaseEndpoint: aws.String(f.url), RetryMaxAttempts: 1,
		Credentials: staticCredentials(cred),
	})
}

func staticCredentials(cred emulator.Credential) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: cred.AccessKeyID, SecretAccessKey: cred.Secret, SessionToken: cred.SessionToken}, nil
	})
}

func (f *fixture) invoke(t *testing.T, model, body string) (*bedrockruntime.InvokeModelOutput, error) {
	t.Helper()
	return invokeBy(t, f.client(), model, body)
}

func invokeBy(t *testing.T, c *bedrockruntime.Client, model, body string) (*bedrockruntime.InvokeModelOutput, error) {
	t.Helper()
	return c.InvokeModel(t.Context(), &bedrockruntime.InvokeModelInput{
		ModelId: aws.String(model), Body: []byte(body), ContentType: aws.String("application/json"), Accept: aws.String("application/json"),
	})
}

// wantError checks the type and the message of an SDK error.
func wantError(t *testing.T, err error, kind, message string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Fatalf("got error %v, want %s", err, kind)
	}
	if api.ErrorCode() != kind || api.ErrorMessage() != message {
		t.Errorf("got  %s: %s\nwant %s: %s", api.ErrorCode(), api.ErrorMessage(), kind, message)
	}
}
