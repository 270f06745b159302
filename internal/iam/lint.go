package iam

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// The sizes that AWS accepts, without white space.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const (
	inlineUserLimit = 2048
	managedLimit    = 6144
)

// Lint checks a policy document for what a service that calls the target and
// nothing else should have, and lists the problems in the order of lines. A
// document that ParsePolicy refuses is checked as far as it can be read.
func Lint(data []byte, target Target) ([]Problem, error) {
	target, err := target.complete()
	if err != nil {
		return nil, err
	}
	pol, problems := parse(data)
	l := linter{target: target, problems: problems}
	l.size(data)
	if pol != nil {
		for i := range pol.Statements {
			l.statement(&pol.Statements[i])
		}
		if len(problems) == 0 {
			l.allows(pol)
		}
	}
	sortProblems(l.problems)
	return l.problems, nil
}

type linter struct {
	target   Target
	problems []Problem
}

// report notes a problem. One of the whole document stands at its first line.
func (l *linter) report(line int, severity Severity, code, format string, args ...any) {
	line = max(line, 1)
	l.problems = append(l.problems, Problem{Line: line, Severity: severity, Code: code, Message: fmt.Sprintf(format, args...)})
}

func (l *linter) size(data []byte) {
	n := len(bytes.Join(bytes.Fields(data), nil))
	switch {
	case n > managedLimit:
		l.report(0, Error, CodeTooLarge, "%d characters without white space; AWS takes %d in a managed policy", n, managedLimit)
	case n > inlineUserLimit:
		l.report(0, Warning, CodeTooLarge, "%d characters without white space; AWS takes %d in all inline policies of a user", n, inlineUserLimit)
	}
}

func (l *linter) statement(s *Statement) {
	l.conditionKeys(s)
	if s.Effect != Allow {
		return
	}
	for _, v := range s.NotActions {
		l.report(v.Line, Error, CodeInverted, "Allow with NotAction allows every other action of every service")
	}
	for _, v := range s.NotResources {
		l.report(v.Line, Error, CodeInverted, "Allow with NotResource allows every other resource")
	}
	for _, v := range s.Actions {
		l.action(v)
	}
	if l.concernsBedrock(s) {
		for _, v := range s.Resources {
			l.resource(v)
		}
		l.region(s)
	}
}

func (l *linter) concernsBedrock(s *Statement) bool {
	return slices.ContainsFunc(s.Actions, func(v Value) bool {
		return v.Text == "*" || strings.HasPrefix(strings.ToLower(v.Text), "bedrock:")
	})
}

// bedrockActions are those that a policy for a model most likely names, or
// matches without meaning to.
var bedrockActions = []string{
	invokeModel, "bedrock:InvokeModelWithResponseStream", "bedrock:InvokeModelWithBidirectionalStream", "bedrock:CountTokens",
	"bedrock:CreateModelInvocationJob", "bedrock:ListFoundationModels", "bedrock:GetFoundationModel",
	"bedrock:ListInferenceProfiles", "bedrock:GetInferenceProfile", "bedrock:ListModelCustomizationJobs",
	"bedrock:GetModelCustomizationJob", "bedrock:CreateModelCustomizationJob", "bedrock:StopModelCustomizationJob",
	"bedrock:DeleteCustomModel", "bedrock:PutModelInvocationLoggingConfiguration",
	"bedrock:GetModelInvocationLoggingConfiguration", "bedrock:DeleteModelInvocationLoggingConfiguration",
}

func (l *linter) action(v Value) {
	lower := strings.ToLower(v.Text)
	service, _, _ := strings.Cut(lower, ":")
	switch {
	case lower == strings.ToLower(invokeModel):
	case lower == "*":
		l.report(v.Line, Error, CodeWildcardAction, "* allows every action of every service")
	case service != "bedrock":
		l.report(v.Line, Warning, CodeForeignStatement, "%s is no right of Bedrock: the service needs %s alone", v.Text, invokeModel)
	case isPattern(lower):
		l.report(v.Line, Warning, CodeWildcardAction, "%s also allows %s", v.Text, strings.Join(matched(lower), ", "))
	case slices.ContainsFunc(bedrockActions, func(a string) bool { return strings.EqualFold(a, v.Text) }):
		l.report(v.Line, Warning, CodeExtraAction, "%s is more than the service needs: %s alone", v.Text, invokeModel)
	case nearestAction(lower) != "":
		l.report(v.Line, Error, CodeUnknownAction, "%s is no action known here, did you mean %s?", v.Text, nearestAction(lower))
	default:
		l.report(v.Line, Warning, CodeExtraAction, "%s is more than the service needs: %s alone", v.Text, invokeModel)
	}
}

// nearestAction compares the names without the service, which all share.
func nearestAction(lower string) string {
	names := make([]string, len(bedrockActions))
	for i, a := range bedrockActions {
		names[i] = strings.TrimPrefix(a, "bedrock:")
	}
	if name := nearest(strings.TrimPrefix(lower, "bedrock:"), names); name != "" {
		return "bedrock:" + name
	}
	return ""
}

// matched gives a few actions that a pattern matches besides InvokeModel.
func matched(lower string) []string {
	var out []string
	for _, a := range bedrockActions[1:] {
		if pattern(lower).matches(strings.ToLower(a)) {
			out = append(out, a)
		}
	}
	if len(out) > 3 {
		return append(out[:3:3], "and more")
	}
	if len(out) == 0 {
		return []string{"what AWS adds under that name"}
	}
	return out
}

// otherClaude and otherVendor stand for models that the target is not.
const (
	otherClaude = "anthropic.claude-3-opus-20240229-v1:0"
	otherVendor = "amazon.titan-text-express-v1"
)

func (l *linter) resource(v Value) {
	parts := splitARN(v.Text, true)
	if v.Text == "*" || len(parts) < arnParts {
		if v.Text != "*" && !strings.HasSuffix(v.Text, "*") {
			l.report(v.Line, Error, CodeBadModelARN, "%s has %d of the six parts of an ARN and matches nothing", v.Text, len(parts))
			return
		}
		l.report(v.Line, Warning, CodeWildcardModel, "%s allows every model, in every region: the cost has no bound", v.Text)
		return
	}
	kind, name, _ := strings.Cut(parts[5], "/")
	switch account := parts[4]; {
	case kind == "foundation-model" && account != "":
		l.report(v.Line, Error, CodeBadModelARN, "foundation models have no account: between region and foundation-model stand two colons")
	case kind == "inference-profile" && account == "":
		l.report(v.Line, Error, CodeBadModelARN, "inference profiles belong to an account, which this ARN does not name")
	}
	l.modelPattern(v, strings.TrimPrefix(name, l.target.Profile+"."))
	l.arnRegion(v, parts[3])
}

func (l *linter) modelPattern(v Value, models string) {
	switch g := pattern(models); {
	case g.matches(otherVendor):
		l.report(v.Line, Warning, CodeWildcardModel, "%s allows the models of every vendor: the cost has no bound", v.Text)
	case g.matches(otherClaude):
		l.report(v.Line, Warning, CodeWideModel, "%s allows models that cost many times as much as %s", v.Text, l.target.Model)
	}
}

func (l *linter) arnRegion(v Value, region string) {
	if slices.ContainsFunc(l.regions(), pattern(region).matches) {
		if isPattern(region) {
			l.report(v.Line, Warning, CodeNoRegion, "%s reaches into every region that its pattern matches", v.Text)
		}
		return
	}
	l.report(v.Line, Error, CodeWrongRegion, "%s is of region %q; the service calls %s", v.Text, region, strings.Join(l.regions(), ", "))
}

// regions are where the target is allowed to be used.
func (l *linter) regions() []string {
	if l.target.Profile == "" {
		return []string{l.target.Region}
	}
	return append([]string{l.target.Region}, l.target.Regions...)
}

// region checks the condition on the region.
func (l *linter) region(s *Statement) {
	limited := false
	for _, c := range s.Conditions {
		if !strings.EqualFold(c.Key, "aws:RequestedRegion") || c.Operator.negated || c.Operator.null {
			continue
		}
		limited = true
		for _, v := range c.Values {
			l.conditionRegion(c.Operator, v)
		}
	}
	if !limited {
		l.report(s.Line, Warning, CodeNoRegion, "no condition limits the statement to a region: add StringEquals aws:RequestedRegion %s", l.target.Region)
	}
}

func (l *linter) conditionRegion(op Operator, v Value) {
	switch {
	case !slices.ContainsFunc(l.regions(), pattern(v.Text).matches):
		l.report(v.Line, Error, CodeWrongRegion, "the condition asks for region %q; the service calls %s", v.Text, strings.Join(l.regions(), ", "))
	case isPattern(v.Text) && strings.Contains(op.name, "Like"):
		l.report(v.Line, Warning, CodeNoRegion, "the condition lets every region pass that %q matches", v.Text)
	}
}

// allows checks that the policy does what it is for.
func (l *linter) allows(pol *Policy) {
	r, d, ok := Allows([]*Policy{pol}, l.target)
	if ok {
		return
	}
	why := "no statement allows it"
	if d.Explicit {
		why = fmt.Sprintf("the Deny in line %d refuses it", d.Line)
	}
	l.report(d.Line, Error, CodeModelNotAllowed, "the service's own call is refused: %s on %s in %s: %s", r.Action, r.Resource, r.Context["aws:RequestedRegion"][0], why)
}
