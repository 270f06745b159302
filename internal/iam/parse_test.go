package iam_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/iam"
)

// statement wraps the inside of a statement in a policy; its first line is 3.
func statement(inside string) string {
	return "{\"Version\":\"2012-10-17\",\n\"Statement\":\n" + inside + "\n}"
}

func TestPoliciesThatAreRefused(t *testing.T) {
	const rest = `"Action":"bedrock:InvokeModel","Resource":"*"`
	tests := map[string]struct {
		policy string
		want   []string // line code message
	}{
		"empty":             {``, []string{`1 syntax not valid JSON: the document ends too early`}},
		"not json":          {"{\n\"Version\": x}", []string{`2 syntax not valid JSON: invalid character 'x' looking for beginning of value`}},
		"cut off":           {"{\"Version\":\n\"2012-10-17\",\n", []string{`2 syntax not valid JSON: the document ends too early`}},
		"trailing":          {`{} {}`, []string{`1 syntax not valid JSON: something follows the policy`}},
		"not utf-8":         {"{\"Id\":\"\xff\"}", []string{`0 syntax the document is not valid UTF-8`}},
		"too deep":          {strings.Repeat("[", 40) + strings.Repeat("]", 40), []string{`1 syntax not valid JSON: nested too deeply`}},
		"array":             {`[]`, []string{`1 syntax a policy is an object, not an array`}},
		"no statement":      {`{"Version":"2012-10-17"}`, []string{`1 missing_element there is no Statement`}},
		"empty statement":   {`{"Statement":[]}`, []string{`1 missing_element Statement is empty`}},
		"version":           {`{"Version":"2012-10-18","Statement":{"Effect":"Allow",` + rest + `}}`, []string{`1 bad_value Version is "2012-10-18", it must be 2012-10-17 or 2008-10-17`}},
		"misspelt":          {`{"Verison":"2012-10-17","Statement":{"Effect":"Allow",` + rest + `}}`, []string{`1 unknown_element unknown element "Verison", did you mean "Version"?`}},
		"case":              {statement(`{"effect":"Allow",` + rest + `}`), []string{`3 unknown_element unknown element "effect", did you mean "Effect"?`, `3 missing_element the statement has no Effect`}},
		"effect":            {statement(`{"Effect":"allow",` + rest + `}`), []string{`3 bad_value Effect is "allow", it must be Allow or Deny`}},
		"principal":         {statement(`{"Effect":"Allow","Principal":"*",` + rest + `}`), []string{`3 bad_value Principal has no place in an identity policy: it applies to whoever it is attached to`}},
		"statement text":    {statement(`"Allow"`), []string{`3 syntax a statement is an object, not a string`}},
		"nothing":           {statement(`{"Effect":"Allow"}`), []string{`3 missing_element the statement has neither Action nor NotAction`, `3 missing_element the statement has neither Resource nor NotResource`}},
		"both":              {statement(`{"Effect":"Allow","NotAction":"s3:*","NotResource":"*",` + rest + `}`), []string{`3 conflicting the statement has both Action and NotAction`, `3 conflicting the statement has both Resource and NotResource`}},
		"twice":             {statement("{\"Effect\":\"Allow\",\n\"Effect\":\"Deny\"," + rest + `}`), []string{`4 conflicting "Effect" is given twice`}},
		"action":            {statement("{\"Effect\":\"Allow\",\"Resource\":\"*\",\"Action\":[\"InvokeModel\",\n\"*:InvokeModel\",5]}"), []string{`3 bad_value "InvokeModel" is not an action: it must be * or like bedrock:InvokeModel`, `4 syntax Action holds strings, not a number`, `4 bad_value "*:InvokeModel" is not an action: it must be * or like bedrock:InvokeModel`}},
		"no actions":        {statement(`{"Effect":"Allow","Resource":"*","Action":[]}`), []string{`3 missing_element Action is an empty list`}},
		"resource":          {statement(`{"Effect":"Allow","Action":"*","Resource":"anthropic.claude"}`), []string{`3 bad_value "anthropic.claude" is not a resource: it must be * or an ARN`}},
		"region variable":   {statement(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:bedrock:${aws:RequestedRegion}::foundation-model/*"}`), []string{`3 bad_value "arn:aws:bedrock:${aws:RequestedRegion}::foundation-model/*" has a variable before its fifth colon, where IAM allows none`}},
		"sid":               {statement(`{"Sid":"a b","Effect":"Allow",` + rest + `}`), []string{`3 bad_value Sid "a b" may have letters and digits only`}},
		"sid twice":         {statement(`[{"Sid":"a","Effect":"Allow",` + rest + "},\n{\"Sid\":\"a\",\"Effect\":\"Allow\"," + rest + `}]`), []string{`4 conflicting Sid "a" is used twice`}},
		"operator":          {statement(`{"Effect":"Allow",` + rest + `,"Condition":{"StringEqual":{"aws:username":"a"}}}`), []string{`3 unknown_operator unknown condition operator "StringEqual", did you mean "StringEquals"?`}},
		"null if exists":    {statement(`{"Effect":"Allow",` + rest + `,"Condition":{"NullIfExists":{"aws:username":"true"}}}`), []string{`3 unknown_operator unknown condition operator "NullIfExists"`}},
		"condition":         {statement(`{"Effect":"Allow",` + rest + `,"Condition":"x"}`), []string{`3 syntax Condition is an object, not a string`}},
		"condition keys":    {statement(`{"Effect":"Allow",` + rest + `,"Condition":{"StringEquals":["a"]}}`), []string{`3 syntax StringEquals is an object of keys, not an array`}},
		"key":               {statement(`{"Effect":"Allow",` + rest + `,"Condition":{"StringEquals":{"region":"a"}}}`), []string{`3 bad_value "region" is not a condition key: it must be like aws:RequestedRegion`}},
		"bool":              {statement(`{"Effect":"Allow",` + rest + `,"Condition":{"Bool":{"aws:SecureTransport":"yes"}}}`), []string{`3 bad_value "yes" cannot be compared by Bool`}},
		"number":            {statement(`{"Effect":"Allow",` + rest + `,"Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":"1e3"}}}`), []string{`3 bad_value "1e3" cannot be compared by NumericLessThan`}},
		"date":              {statement(`{"Effect":"Allow",` + rest + `,"Condition":{"DateLessThan":{"aws:CurrentTime":"tomorrow"}}}`), []string{`3 bad_value "tomorrow" cannot be compared by DateLessThan`}},
		"address":           {statement(`{"Effect":"Allow",` + rest + `,"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/40"}}}`), []string{`3 bad_value "10.0.0.0/40" cannot be compared by IpAddress`}},
		"arn":               {statement(`{"Effect":"Allow",` + rest + `,"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam*"}}}`), []string{`3 bad_value "arn:aws:iam*" cannot be compared by ArnLike`}},
		"binary":            {statement(`{"Effect":"Allow",` + rest + `,"Condition":{"BinaryEquals":{"x:y":"%"}}}`), []string{`3 bad_value "%" cannot be compared by BinaryEquals`}},
		"value of an array": {statement(`{"Effect":"Allow",` + rest + `,"Condition":{"StringEquals":{"aws:username":[["a"]]}}}`), []string{`3 syntax aws:username holds strings, not an array`}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := iam.ParsePolicy([]byte(tc.policy))
			var syntax *iam.SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("got error %v", err)
			}
			var got []string
			for _, p := range syntax.Problems {
				got = append(got, fmt.Sprintf("%d %s %s", p.Line, p.Code, p.Message))
				if p.Severity != iam.Error {
					t.Errorf("severity %s of %q", p.Severity, p.Message)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSyntaxErrorCountsTheRest(t *testing.T) {
	_, err := iam.ParsePolicy([]byte(statement(`{"Effect":"Allow"}`)))
	if want := "policy line 3: the statement has neither Action nor NotAction (and 1 more)"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestParseKeepsLines(t *testing.T) {
	p, err := iam.ParsePolicy([]byte("{\"Statement\":[\n{\"Sid\":\"A\",\"Effect\":\"Deny\",\n\"Action\":[\"s3:*\",\n\"sts:*\"],\"Resource\":\"*\",\n\"Condition\":{\"Bool\":{\n\"aws:SecureTransport\":false}}}]}"))
	if err != nil {
		t.Fatal(err)
	}
	s := p.Statements[0]
	lines := []int{s.Line, s.Actions[0].Line, s.Actions[1].Line, s.Resources[0].Line, s.Conditions[0].Line}
	if diff := cmp.Diff([]int{2, 3, 4, 4, 6}, lines); diff != "" {
		t.Error(diff)
	}
	if p.Version != "2008-10-17" || s.Conditions[0].Values[0].Text != "false" {
		t.Errorf("version %s, value %v", p.Version, s.Conditions[0].Values)
	}
}

func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"bedrock:InvokeModel","Resource":"arn:aws:bedrock:us-east-2::foundation-model/${aws:username}*","Condition":{"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":["a","${*}"]},"Null":{"aws:username":false}}}]}`))
	f.Add([]byte(`{"Statement":{"Effect":"Deny","NotAction":"*","NotResource":"arn:*","Condition":{"NumericLessThan":{"a:b":1.50},"DateEquals":{"aws:CurrentTime":"2026"},"IpAddress":{"aws:SourceIp":"::1/64"}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := 1 + strings.Count(string(data), "\n")
		p, err := iam.ParsePolicy(data)
		var syntax *iam.SyntaxError
		if errors.As(err, &syntax) {
			for _, problem := range syntax.Problems {
				if problem.Line < 0 || problem.Line > lines {
					t.Errorf("line %d of %d: %s", problem.Line, lines, problem.Message)
				}
			}
			return
		}
		req := iam.Request{Action: "bedrock:InvokeModel", Resource: "arn:aws:bedrock:us-east-2::foundation-model/x", Context: map[string][]string{"aws:username": {"x"}, "aws:TagKeys": {"a", "b"}}}
		if d := iam.Evaluate([]*iam.Policy{p}, req); d.Allowed && d.Explicit {
			t.Errorf("allowed by a Deny: %+v", d)
		}
		if _, err := iam.Lint(data, iam.Target{}); err != nil {
			t.Error(err)
		}
	})
}
