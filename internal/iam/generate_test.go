package iam_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/golden"

	"ballast.internal/ballast/internal/iam"
)

func generate(t *testing.T, o iam.Option, target iam.Target) string {
	t.Helper()
	data, err := iam.Generate(o, target)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestDeployedPolicyIsTheRecommendedOne(t *testing.T) {
	want, err := os.ReadFile("../../deploy/iam-policy.json")
	if err != nil {
		t.Fatal(err)
	}
	if got := generate(t, iam.Recommended, iam.Target{}); got != string(want) {
		t.Errorf("deploy/iam-policy.json is not what Generate writes:\n%s", got)
	}
}

var profileTarget = iam.Target{Profile: "us", Account: "123456789012"}

func TestGeneratedPolicies(t *testing.T) {
	for _, o := range iam.Options() {
		golden.Check(t, generate(t, o, iam.Target{}), "testdata", "policy_"+string(o)+".json")
		golden.Check(t, generate(t, o, profileTarget), "testdata", "policy_"+string(o)+"_profile.json")
	}
}

// TestOptionsAllowWhatTheirNamesSay and, whatever the option, nothing but
// InvokeModel.
func TestOptionsAllowWhatTheirNamesSay(t *testing.T) {
	const (
		same    = "anthropic.claude-3-haiku-20240307-v1:0"
		newer   = "anthropic.claude-3-haiku-20250101-v1:0"
		sonnet  = "anthropic.claude-3-sonnet-20240229-v1:0"
		foreign = "amazon.titan-text-express-v1"
	)
	models := map[iam.Option][]string{
		iam.Exact: {same}, iam.Haiku: {same, newer}, iam.Recommended: {same, newer},
		iam.Claude: {same, newer, sonnet}, iam.Any: {same, newer, sonnet, foreign},
	}
	for o, allowed := range models {
		p := parse(t, generate(t, o, iam.Target{}))
		for _, model := range []string{same, newer, sonnet, foreign} {
			for _, action := range []string{"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream", "bedrock:ListFoundationModels", "bedrock:GetFoundationModel", "s3:GetObject"} {
				for _, region := range []string{"us-east-2", "us-west-2"} {
					req := iam.Request{Action: action, Resource: "arn:aws:bedrock:" + region + "::foundation-model/" + model, Context: map[string][]string{"aws:RequestedRegion": {region}}}
					want := action == "bedrock:InvokeModel" && region == "us-east-2" && slices.Contains(allowed, model)
					if d := iam.Evaluate([]*iam.Policy{p}, req); d.Allowed != want {
						t.Errorf("%s: %s on %s: %v", o, action, req.Resource, d.Allowed)
					}
				}
			}
		}
		without := iam.Request{Action: "bedrock:InvokeModel", Resource: haikuARN}
		if d := iam.Evaluate([]*iam.Policy{p}, without); d.Allowed != (o != iam.Recommended) {
			t.Errorf("%s without a known region: %v", o, d.Allowed)
		}
	}
}

func TestEveryOptionAllowsItsTarget(t *testing.T) {
	targets := []iam.Target{
		{}, profileTarget,
		{Model: "anthropic.claude-haiku-4-5-20251001-v1:0", Profile: "us", Account: "123456789012"},
		{Region: "eu-central-1", Profile: "eu", Account: "123456789012", Regions: []string{"eu-central-1", "eu-west-1"}},
	}
	for _, target := range targets {
		for _, o := range iam.Options() {
			if r, _, ok := iam.Allows([]*iam.Policy{parse(t, generate(t, o, target))}, target); !ok {
				t.Errorf("%s for %+v refuses %+v", o, target, r)
			}
		}
	}
	// The recommended profile policy does not allow the model without it.
	p := parse(t, generate(t, iam.Recommended, profileTarget))
	if _, _, ok := iam.Allows([]*iam.Policy{p}, iam.Target{}); ok {
		t.Error("the model may be called past its profile")
	}
}

func TestGenerateRefuses(t *testing.T) {
	tests := map[string]struct {
		option iam.Option
		target iam.Target
		want   string
	}{
		"option":  {"most", iam.Target{}, `option "most" is unknown: it must be exact, haiku, claude, any or recommended`},
		"region":  {iam.Exact, iam.Target{Region: "ohio"}, `region "ohio" is not an AWS region`},
		"model":   {iam.Exact, iam.Target{Model: "claude*"}, `model "claude*" is not a foundation model id`},
		"account": {iam.Exact, iam.Target{Profile: "us"}, "an inference profile needs the twelve digits of the account"},
		"regions": {iam.Exact, iam.Target{Profile: "eu", Account: "123456789012"}, `the regions that profile "eu" routes to are not known here: name them`},
	}
	for name, tc := range tests {
		if _, err := iam.Generate(tc.option, tc.target); err == nil || err.Error() != tc.want {
			t.Errorf("%s: got %v, want %s", name, err, tc.want)
		}
	}
}

func TestTargetOf(t *testing.T) {
	for id, want := range map[string]iam.Target{
		iam.DefaultModel:                         {Model: iam.DefaultModel},
		"us." + iam.DefaultModel:                 {Model: iam.DefaultModel, Profile: "us"},
		"global.anthropic.claude-haiku-4-5-v1:0": {Model: "anthropic.claude-haiku-4-5-v1:0", Profile: "global"},
		"amazon.titan-text-lite-v1":              {Model: "amazon.titan-text-lite-v1"},
	} {
		want.Region, want.Account = "us-east-2", "123456789012"
		if got := iam.TargetOf("us-east-2", id, "123456789012"); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", id, got)
		}
	}
}

func TestEveryOptionHasASummary(t *testing.T) {
	for _, o := range iam.Options() {
		if s := o.Summary(); !strings.HasPrefix(s, "allows: ") || !strings.Contains(s, "\nrisks: ") {
			t.Errorf("%s: %q", o, s)
		}
	}
}

// Claude 3 Haiku's profile reaches us-east-2 from there alone.
func TestProfileRoutesDependOnTheRegion(t *testing.T) {
	for name, tt := range map[string]struct {
		target iam.Target
		want   bool // us-east-2 is allowed
	}{
		"from us-east-2":    {iam.Target{Region: "us-east-2"}, true},
		"from us-west-2":    {iam.Target{Region: "us-west-2"}, false},
		"the successor":     {iam.Target{Region: "us-west-2", Model: "anthropic.claude-haiku-4-5-20251001-v1:0"}, true},
		"as they are named": {iam.Target{Region: "us-west-2", Regions: []string{"us-west-2", "us-east-2"}}, true},
	} {
		tt.target.Profile, tt.target.Account = "us", "123456789012"
		policy := generate(t, iam.Recommended, tt.target)
		if got := strings.Contains(policy, "arn:aws:bedrock:us-east-2::"); got != tt.want {
			t.Errorf("%s: us-east-2 is allowed: %v in\n%s", name, got, policy)
		}
	}
}
