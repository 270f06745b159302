package iam_test

import (
	"testing"

	"ballast.internal/ballast/internal/iam"
)

func parse(t *testing.T, policy string) *iam.Policy {
	t.Helper()
	p, err := iam.ParsePolicy([]byte(policy))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const haikuARN = "arn:aws:bedrock:us-east-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0"

// TestConditions are AWS's documented rules, and the choices where AWS is
// silent, one operator each.
func TestConditions(t *testing.T) {
	tests := []struct {
		condition string
		have      []string // values of x:key; nil for absent
		want      bool
	}{
		{`"StringEquals":{"x:key":["a","b"]}`, []string{"b"}, true},
		{`"StringEquals":{"x:key":"a"}`, []string{"A"}, false},
		{`"StringEquals":{"X:KEY":"a"}`, []string{"a"}, true},
		{`"StringEquals":{"x:key":"a*"}`, []string{"ab"}, false},
		{`"StringEquals":{"x:key":"a"}`, nil, false},
		{`"StringEquals":{"x:key":"a"}`, []string{}, false},
		{`"StringEqualsIfExists":{"x:key":"a"}`, nil, true},
		{`"StringEqualsIfExists":{"x:key":"a"}`, []string{"b"}, false},
		{`"StringNotEquals":{"x:key":["a","b"]}`, []string{"b"}, false},
		{`"StringNotEquals":{"x:key":["a","b"]}`, []string{"c"}, true},
		{`"StringNotEquals":{"x:key":"a"}`, nil, true},
		{`"StringLike":{"x:key":"a?c*"}`, []string{"abcd"}, true},
		{`"StringLike":{"x:key":"a?c*"}`, []string{"ac"}, false},
		{`"StringNotLike":{"x:key":"a*"}`, []string{"abc"}, false},
		{`"StringEqualsIgnoreCase":{"x:key":"AbC"}`, []string{"aBc"}, true},
		{`"StringNotEqualsIgnoreCase":{"x:key":"AbC"}`, []string{"aBc"}, false},
		{`"ArnLike":{"x:key":"arn:aws:iam::*:user/*"}`, []string{"arn:aws:iam::123456789012:user/a:b"}, true},
		{`"ArnEquals":{"x:key":"arn:aws:iam::*:user/*"}`, []string{"arn:aws:iam::123456789012:user/a"}, true},
		{`"ArnLike":{"x:key":"arn:aws:iam::*:user/*"}`, []string{"arn:aws:iam::1:2:user/a"}, false},
		{`"ArnNotLike":{"x:key":"arn:aws:iam::*:user/*"}`, []string{"arn:aws:iam::1:user/a"}, false},
		{`"ArnNotEquals":{"x:key":"arn:aws:iam::*:user/*"}`, nil, true},
		{`"Bool":{"x:key":true}`, []string{"true"}, true},
		{`"Bool":{"x:key":"True"}`, []string{"true"}, true},
		{`"Bool":{"x:key":"false"}`, nil, false},
		{`"BoolIfExists":{"x:key":"false"}`, nil, true},
		{`"Null":{"x:key":"true"}`, nil, true},
		{`"Null":{"x:key":"true"}`, []string{"a"}, false},
		{`"Null":{"x:key":"false"}`, []string{"a"}, true},
		{`"Null":{"x:key":"false"}`, []string{}, false},
		{`"NumericEquals":{"x:key":"1.50"}`, []string{"1.5"}, true},
		{`"NumericGreaterThanEquals":{"x:key":10}`, []string{"9.99"}, false},
		{`"NumericLessThan":{"x:key":"10"}`, []string{"9"}, true},
		{`"NumericLessThan":{"x:key":"10"}`, []string{"nine"}, false},
		{`"NumericLessThan":{"x:key":"10"}`, []string{"0b11"}, false},
		{`"DateLessThan":{"x:key":"2026-11-20T12:00:00Z"}`, []string{"2026-11-20T12:59:00+01:00"}, true},
		{`"DateGreaterThan":{"x:key":"2026"}`, []string{"1700000000"}, false},
		{`"IpAddress":{"x:key":"10.0.0.0/8"}`, []string{"::ffff:10.1.2.3"}, true},
		{`"NotIpAddress":{"x:key":"10.0.0.0/8"}`, []string{"11.0.0.1"}, true},
		{`"BinaryEquals":{"x:key":"YQ=="}`, []string{"YQ=="}, true},
		{`"ForAllValues:StringEquals":{"x:key":["a","b"]}`, []string{"a", "b"}, true},
		{`"ForAllValues:StringEquals":{"x:key":["a","b"]}`, []string{"a", "c"}, false},
		{`"ForAllValues:StringEquals":{"x:key":"a"}`, nil, true},
		{`"ForAnyValue:StringEquals":{"x:key":"a"}`, []string{"b", "a"}, true},
		{`"ForAnyValue:StringEquals":{"x:key":"a"}`, nil, false},
		{`"ForAnyValue:StringNotEquals":{"x:key":"a"}`, []string{"b", "a"}, true},
		{`"ForAllValues:StringNotEquals":{"x:key":"a"}`, []string{"b", "a"}, false},
		// AWS leaves these open.
		{`"StringEquals":{"x:key":"a"}`, []string{"a", "b"}, false},
		{`"StringNotEquals":{"x:key":"c"}`, []string{"a", "b"}, false},
		{`"ForAnyValue:StringEqualsIfExists":{"x:key":"a"}`, nil, true},
		// Variables.
		{`"StringEquals":{"x:key":"${aws:username}"}`, []string{"app"}, true},
		{`"StringLike":{"x:key":"${aws:username}*"}`, []string{"application"}, true},
		{`"StringLike":{"x:key":"a${*}"}`, []string{"ab"}, false},
		{`"StringLike":{"x:key":"a${*}"}`, []string{"a*"}, true},
		{`"StringEquals":{"x:key":"${x:absent}"}`, []string{"${x:absent}"}, false},
		{`"StringNotEquals":{"x:key":"${x:absent}"}`, []string{"a"}, true},
		{`"StringEquals":{"x:key":"${x:absent, 'b'}"}`, []string{"b"}, true},
		{`"StringEquals":{"x:key":"${aws:username"}`, []string{"${aws:username"}, true},
		{`"ArnLike":{"x:key":"arn:aws:iam::${aws:PrincipalAccount}:user/*"}`, []string{"arn:aws:iam::12:user/a"}, true},
		// All operators and all keys must hold.
		{`"StringEquals":{"x:key":"a","aws:username":"other"}`, []string{"a"}, false},
		{`"StringEquals":{"x:key":"a"},"StringLike":{"aws:username":"a*"}`, []string{"a"}, true},
	}
	for _, tc := range tests {
		p := parse(t, statement(`{"Effect":"Allow","Action":"bedrock:*","Resource":"*","Condition":{`+tc.condition+`}}`))
		context := map[string][]string{"aws:username": {"app"}, "aws:PrincipalAccount": {"12"}}
		if tc.have != nil {
			context["x:key"] = tc.have
		}
		if d := iam.Evaluate([]*iam.Policy{p}, iam.Request{Action: "bedrock:InvokeModel", Resource: haikuARN, Context: context}); d.Allowed != tc.want {
			t.Errorf("%s with %q: got %v, want %v", tc.condition, tc.have, d.Allowed, tc.want)
		}
	}
}

func TestVariablesArePlainTextInTheOldVersion(t *testing.T) {
	p := parse(t, `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:username":"${aws:username}"}}}}`)
	for have, want := range map[string]bool{"app": false, "${aws:username}": true} {
		d := iam.Evaluate([]*iam.Policy{p}, iam.Request{Action: "s3:GetObject", Resource: "*", Context: map[string][]string{"aws:username": {have}}})
		if d.Allowed != want {
			t.Errorf("%s: %v", have, d.Allowed)
		}
	}
}

func TestResources(t *testing.T) {
	tests := []struct {
		element, pattern string
		want             bool
	}{
		{"Resource", haikuARN, true},
		{"Resource", "arn:aws:bedrock:*::foundation-model/anthropic.claude-3-haiku-*", true},
		{"Resource", "arn:aws:bedrock:us-east-?::foundation-model/*", true},
		{"Resource", "arn:aws:bedrock:us-east-2:*", true},
		{"Resource", "arn:aws:bedrock:us-east-2", false},
		{"Resource", "arn:aws:bedrock*:foundation-model/*", false}, // a wildcard stays in its part
		{"Resource", "arn:aws:bedrock:us-east-2::foundation-model/ANTHROPIC*", false},
		{"Resource", "arn:aws:bedrock:us-east-2::foundation-model/${aws:username}*", true},
		{"Resource", "arn:aws:bedrock:us-west-2::foundation-model/*", false},
		{"NotResource", "arn:aws:bedrock:us-west-2::foundation-model/*", true},
		{"NotResource", "*", false},
	}
	for _, tc := range tests {
		p := parse(t, statement(`{"Effect":"Allow","Action":"bedrock:invokemodel","`+tc.element+`":"`+tc.pattern+`"}`))
		d := iam.Evaluate([]*iam.Policy{p}, iam.Request{Action: "bedrock:InvokeModel", Resource: haikuARN, Context: map[string][]string{"aws:username": {"anthropic"}}})
		if d.Allowed != tc.want {
			t.Errorf("%s %s: %v", tc.element, tc.pattern, d.Allowed)
		}
	}
}

func TestDecisionNamesItsStatement(t *testing.T) {
	allow := parse(t, statement(`[{"Sid":"Other","Effect":"Allow","Action":"s3:*","Resource":"*"},
{"Sid":"Model","Effect":"Allow","NotAction":"s3:*","Resource":"*"}]`))
	deny := parse(t, statement(`{"Sid":"Stop","Effect":"Deny","Action":"bedrock:CountTokens","Resource":"*"}`))
	tests := map[string]struct {
		action string
		want   iam.Decision
	}{
		"allowed":          {"bedrock:InvokeModel", iam.Decision{Allowed: true, Policy: 0, Statement: 1, Sid: "Model", Line: 4}},
		"denied although":  {"bedrock:CountTokens", iam.Decision{Explicit: true, Policy: 1, Statement: 0, Sid: "Stop", Line: 3}},
		"nothing about it": {"s3:GetObject", iam.Decision{Allowed: true, Policy: 0, Statement: 0, Sid: "Other", Line: 3}},
	}
	for name, tc := range tests {
		if got := iam.Evaluate([]*iam.Policy{allow, deny}, iam.Request{Action: tc.action, Resource: haikuARN}); got != tc.want {
			t.Errorf("%s: got %+v, want %+v", name, got, tc.want)
		}
	}
	if got, want := iam.Evaluate(nil, iam.Request{Action: "a:b", Resource: "*"}), (iam.Decision{Policy: -1, Statement: -1}); got != want {
		t.Errorf("without policies: %+v", got)
	}
}
