package iam

import (
	"regexp"
	"slices"
	"strings"
)

// values reads a scalar or an array of scalars. Conditions may hold numbers
// and booleans too, which mean the same as their text.
func (p *parser) values(m member, scalars ...kind) []Value {
	nodes := []*node{m.value}
	if m.value.kind == array {
		nodes = m.value.items
		if len(nodes) == 0 {
			p.fault(m.line, CodeMissingElement, "%s is an empty list", m.key)
		}
	}
	var out []Value
	for _, n := range nodes {
		if !slices.Contains(scalars, n.kind) {
			p.fault(n.line, CodeSyntax, "%s holds strings, not %s", m.key, n.kind)
			continue
		}
		out = append(out, Value{Text: n.text, Line: n.line})
	}
	return out
}

// actionForm is service:Action; the service prefix has no wildcards.
var actionForm = regexp.MustCompile(`^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$`)

func (p *parser) actions(m member) []Value {
	vs := p.values(m, text)
	for _, v := range vs {
		if !actionForm.MatchString(v.Text) {
			p.fault(v.Line, CodeBadValue, "%q is not an action: it must be * or like bedrock:InvokeModel", v.Text)
		}
	}
	return vs
}

func (p *parser) resources(m member) []Value {
	vs := p.values(m, text)
	for _, v := range vs {
		if v.Text != "*" && !strings.HasPrefix(v.Text, "arn:") {
			p.fault(v.Line, CodeBadValue, "%q is not a resource: it must be * or an ARN", v.Text)
		}
		if parts := splitARN(v.Text, true); strings.Contains(strings.Join(parts[:min(len(parts), arnParts-1)], ":"), "${") {
			p.fault(v.Line, CodeBadValue, "%q has a variable before its fifth colon, where IAM allows none", v.Text)
		}
	}
	return vs
}

func (p *parser) conditions(m member) []Condition {
	if m.value.kind != object {
		p.fault(m.line, CodeSyntax, "Condition is an object, not %s", m.value.kind)
		return nil
	}
	var out []Condition
	for _, op := range m.value.members {
		operator, ok := parseOperator(op.key)
		if !ok {
			p.unknownOperator(op)
			continue
		}
		if op.value.kind != object {
			p.fault(op.line, CodeSyntax, "%s is an object of keys, not %s", op.key, op.value.kind)
			continue
		}
		for _, key := range op.value.members {
			c := Condition{Operator: operator, Key: key.key, Line: key.line, Values: p.values(key, text, number, boolean)}
			p.operands(c)
			out = append(out, c)
		}
	}
	return out
}

func (p *parser) unknownOperator(op member) {
	if s := nearest(op.key, operatorNames()); s != "" {
		p.fault(op.line, CodeUnknownOperator, "unknown condition operator %q, did you mean %q?", op.key, s)
		return
	}
	p.fault(op.line, CodeUnknownOperator, "unknown condition operator %q", op.key)
}

// operands checks that the values are of the operator's type.
func (p *parser) operands(c Condition) {
	if !strings.Contains(c.Key, ":") {
		p.fault(c.Line, CodeBadValue, "%q is not a condition key: it must be like aws:RequestedRegion", c.Key)
	}
	for _, v := range c.Values {
		if !c.Operator.kind.valid(v.Text) {
			p.fault(v.Line, CodeBadValue, "%q cannot be compared by %s", v.Text, c.Operator)
		}
	}
}
