package iam_test

import (
	"fmt"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/golden"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/iam"
)

func lint(t *testing.T, policy string, target iam.Target) []string {
	t.Helper()
	problems, err := iam.Lint([]byte(policy), target)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range problems {
		got = append(got, fmt.Sprintf("%d %s %s", p.Line, p.Severity, p.Code))
	}
	return got
}

func TestLint(t *testing.T) {
	const (
		model  = `"arn:aws:bedrock:us-east-2::foundation-model/anthropic.claude-3-haiku-*"`
		region = `"Condition":{"StringEquals":{"aws:RequestedRegion":"us-east-2"}}`
	)
	policy := func(action, resource, condition string) string {
		if condition != "" {
			condition = ",\n" + condition
		}
		return statement("{\"Effect\":\"Allow\",\n\"Action\":" + action + ",\n\"Resource\":" + resource + condition + "}")
	}
	tests := map[string]struct {
		policy string
		want   []string
	}{
		"recommended":        {policy(`"bedrock:InvokeModel"`, model, region), nil},
		"case of the action": {policy(`"Bedrock:invokeModel"`, model, region), nil},
		"no region":          {policy(`"bedrock:InvokeModel"`, model, ""), []string{"3 warning no_region"}},
		"region excluded":    {policy(`"bedrock:InvokeModel"`, model, `"Condition":{"StringNotEquals":{"aws:RequestedRegion":"us-west-2"}}`), []string{"3 warning no_region"}},
		"region by pattern":  {policy(`"bedrock:InvokeModel"`, model, `"Condition":{"StringLike":{"aws:RequestedRegion":"us-*"}}`), []string{"6 warning no_region"}},
		"other region":       {policy(`"bedrock:InvokeModel"`, model, strings.Replace(region, "us-east-2", "us-west-2", 1)), []string{"1 error model_not_allowed", "6 error wrong_region"}},
		"arn of elsewhere":   {policy(`"bedrock:InvokeModel"`, strings.Replace(model, "us-east-2", "eu-west-1", 1), region), []string{"1 error model_not_allowed", "5 error wrong_region"}},
		"every region":       {policy(`"bedrock:InvokeModel"`, strings.Replace(model, "us-east-2", "*", 1), region), []string{"5 warning no_region"}},
		"pattern of actions": {policy(`"bedrock:InvokeModel*"`, model, region), []string{"4 warning wildcard_action"}},
		"all of bedrock":     {policy(`"bedrock:*"`, model, region), []string{"4 warning wildcard_action"}},
		"all actions":        {policy(`"*"`, model, region), []string{"4 error wildcard_action"}},
		"more actions":       {policy("[\"bedrock:InvokeModel\",\n\"bedrock:ListFoundationModels\"]", model, region), []string{"5 warning extra_action"}},
		"unlisted action":    {policy(`["bedrock:InvokeModel","bedrock:CreateKnowledgeBase"]`, model, region), []string{"4 warning extra_action"}},
		"misspelt action":    {policy(`"bedrock:InvokeModle"`, model, region), []string{"1 error model_not_allowed", "4 error unknown_action"}},
		"another service":    {policy(`["bedrock:InvokeModel","s3:GetObject"]`, model, region), []string{"4 warning foreign_statement"}},
		"another alone":      {statement(`[{"Effect":"Allow","Action":"bedrock:InvokeModel","Resource":` + model + "," + region + "},\n{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]"), []string{"4 warning foreign_statement"}},
		"all resources":      {policy(`"bedrock:InvokeModel"`, `"*"`, region), []string{"5 warning wildcard_model"}},
		"open end":           {policy(`"bedrock:InvokeModel"`, `"arn:aws:bedrock:*"`, region), []string{"5 warning wildcard_model"}},
		"all models":         {policy(`"bedrock:InvokeModel"`, `"arn:aws:bedrock:us-east-2::foundation-model/*"`, region), []string{"5 warning wildcard_model"}},
		"all claude":         {policy(`"bedrock:InvokeModel"`, `"arn:aws:bedrock:us-east-2::foundation-model/anthropic.claude-*"`, region), []string{"5 warning wide_model"}},
		"account in model":   {policy(`"bedrock:InvokeModel"`, `"arn:aws:bedrock:us-east-2:123456789012:foundation-model/anthropic.claude-3-haiku-*"`, region), []string{"1 error model_not_allowed", "5 error malformed_resource"}},
		"no account":         {policy(`"bedrock:InvokeModel"`, `["arn:aws:bedrock:us-east-2::inference-profile/us.anthropic.claude-3-haiku-*",`+model+"]", region), []string{"5 error malformed_resource"}},
		"short arn":          {policy(`"bedrock:InvokeModel"`, `["arn:aws:bedrock:us-east-2",`+model+"]", region), []string{"5 error malformed_resource"}},
		"misspelt key":       {policy(`"bedrock:InvokeModel"`, model, `"Condition":{"StringEquals":{"aws:RequestRegion":"us-east-2"}}`), []string{"1 error model_not_allowed", "3 warning no_region", "6 error unknown_key"}},
		"unknown key":        {policy(`"bedrock:InvokeModel"`, model, `"Condition":{"StringEquals":{"aws:RequestedRegion":"us-east-2"},"Null":{"mycorp:thing":"true"}}`), []string{"6 warning unknown_key"}},
		"tag key":            {policy(`"bedrock:InvokeModel"`, model, `"Condition":{"StringEquals":{"aws:RequestedRegion":"us-east-2"},"StringEqualsIfExists":{"aws:PrincipalTag/team":"x"}}`), nil},
		"not action":         {statement(`{"Effect":"Allow","NotAction":"s3:*","Resource":` + model + "}"), []string{"3 error inverted"}},
		"not resource":       {statement(`{"Effect":"Allow","Action":"bedrock:InvokeModel","NotResource":"arn:aws:bedrock:*::foundation-model/amazon.*",` + region + "}"), []string{"3 error inverted"}},
		"own call denied":    {statement(`[{"Effect":"Allow","Action":"bedrock:InvokeModel","Resource":` + model + "," + region + "},\n{\"Effect\":\"Deny\",\"Action\":\"bedrock:*\",\"Resource\":\"*\"}]"), []string{"4 error model_not_allowed"}},
		"harmless deny":      {statement(`[{"Effect":"Allow","Action":"bedrock:InvokeModel","Resource":` + model + "," + region + "},\n{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}]"), nil},
		"misspelt element":   {statement(`{"Effect":"Allow","Action":"bedrock:InvokeModel","Resources":` + model + "," + region + "}"), []string{"3 error unknown_element", "3 error missing_element"}},
		"not json":           {"{", []string{"1 error syntax"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, lint(t, tc.policy, iam.Target{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLintOfGeneratedPolicies(t *testing.T) {
	want := map[iam.Option][]string{
		iam.Recommended: nil,
		iam.Exact:       {"4 warning no_region"},
		iam.Haiku:       {"4 warning no_region"},
		iam.Claude:      {"4 warning no_region", "8 warning wide_model"},
		iam.Any:         {"4 warning no_region", "8 warning wildcard_model"},
	}
	for o, problems := range want {
		if diff := cmp.Diff(problems, lint(t, generate(t, o, iam.Target{}), iam.Target{})); diff != "" {
			t.Errorf("%s: %s", o, diff)
		}
	}
	if got := lint(t, generate(t, iam.Recommended, profileTarget), profileTarget); got != nil {
		t.Errorf("recommended profile policy: %v", got)
	}
	// A profile policy with the condition of a single region blocks the others.
	narrow := strings.NewReplacer("\"us-east-1\",\n", "", ",\n            \"us-west-2\"", "").Replace(generate(t, iam.Recommended, profileTarget))
	if got := lint(t, narrow, profileTarget); !strings.HasSuffix(strings.Join(got, ";"), "model_not_allowed") {
		t.Errorf("a policy that blocks destinations: %v", got)
	}
}

func TestLintOfSize(t *testing.T) {
	pad := func(n int) string {
		return strings.Replace(generate(t, iam.Recommended, iam.Target{}), `"Sid": "InvokeModel"`, `"Sid": "`+strings.Repeat("x", n)+`"`, 1)
	}
	for n, want := range map[int][]string{1700: nil, 2100: {"1 warning too_large"}, 6200: {"1 error too_large"}} {
		if diff := cmp.Diff(want, lint(t, pad(n), iam.Target{})); diff != "" {
			t.Errorf("%d: %s", n, diff)
		}
	}
}

func TestLintNeedsASoundTarget(t *testing.T) {
	if _, err := iam.Lint([]byte("{}"), iam.Target{Region: "x"}); err == nil {
		t.Error("a target without a region was taken")
	}
}

// What IAM could never be asked is no denial.
func TestRequestCheck(t *testing.T) {
	for want, req := range map[string]iam.Request{
		"": {Action: "bedrock:InvokeModel", Resource: haikuARN},
		`action "InvokeModel": want service:Action, such as bedrock:InvokeModel`:  {Action: "InvokeModel", Resource: "*"},
		`action "bedrock:": want service:Action, such as bedrock:InvokeModel`:     {Action: "bedrock:", Resource: "*"},
		`resource "claude": want an ARN, such as ` + haikuARN + `, or *`:          {Action: "bedrock:InvokeModel", Resource: "claude"},
		`resource "arn:aws:bedrock": want an ARN, such as ` + haikuARN + `, or *`: {Action: "bedrock:InvokeModel", Resource: "arn:aws:bedrock"},
	} {
		got := ""
		if err := req.Check(); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestExplain(t *testing.T) {
	p := parse(t, statement(`[{"Sid":"Model","Effect":"Allow","Action":"bedrock:InvokeModel","Resource":"arn:aws:bedrock:us-east-2::foundation-model/anthropic.claude-3-haiku-*",
"Condition":{"StringEquals":{"aws:RequestedRegion":["us-east-2","us-east-1"]}}},
{"Effect":"Deny","Action":"bedrock:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]`))
	var all strings.Builder
	for _, context := range []map[string][]string{
		{"aws:RequestedRegion": {"us-east-2"}, "aws:SecureTransport": {"true"}},
		{"aws:RequestedRegion": {"eu-west-1"}},
		{"aws:RequestedRegion": {"us-east-2"}, "aws:SecureTransport": {"false"}},
	} {
		x := iam.Explain([]*iam.Policy{p}, iam.Request{Action: "bedrock:InvokeModel", Resource: haikuARN, Context: context})
		all.WriteString(x.String() + "\n")
	}
	golden.Check(t, all.String(), "testdata", "explain.golden")
}
