package iam

import (
	"fmt"
	"regexp"
	"strings"
)

// SyntaxError lists everything that is wrong with a policy document.
type SyntaxError struct {
	Problems []Problem // at least one, in the order of lines
}

// Error gives the first problem and how many more there are.
func (e *SyntaxError) Error() string {
	p := e.Problems[0]
	msg := fmt.Sprintf("policy line %d: %s", p.Line, p.Message)
	if n := len(e.Problems) - 1; n > 0 {
		msg += fmt.Sprintf(" (and %d more)", n)
	}
	return msg
}

// ParsePolicy reads an identity policy strictly: what IAM would refuse, and
// what it would silently ignore, is a *SyntaxError that lists every fault.
func ParsePolicy(data []byte) (*Policy, error) {
	p, problems := parse(data)
	if len(problems) > 0 {
		return nil, &SyntaxError{Problems: problems}
	}
	return p, nil
}

// parse returns what could be read even if there are problems, for the linter;
// nil if it is not JSON at all.
func parse(data []byte) (*Policy, []Problem) {
	root, problems := readJSON(data)
	p := parser{problems: problems}
	if root == nil {
		return nil, p.problems
	}
	pol := p.policy(root)
	sortProblems(p.problems)
	return pol, p.problems
}

type parser struct{ problems []Problem }

func (p *parser) fault(line int, code, format string, args ...any) {
	p.problems = append(p.problems, Problem{Line: line, Severity: Error, Code: code, Message: fmt.Sprintf(format, args...)})
}

func (p *parser) policy(root *node) *Policy {
	pol := &Policy{Version: version2008}
	if root.kind != object {
		p.fault(root.line, CodeSyntax, "a policy is an object, not %s", root.kind)
		return pol
	}
	var statements *node
	for _, m := range root.members {
		switch m.key {
		case "Version":
			pol.Version = p.oneOf(m, version2012, version2008)
		case "Id":
			pol.ID = p.str(m)
		case "Statement":
			statements = m.value
		default:
			p.unknown(m, "Version", "Id", "Statement")
		}
	}
	if statements == nil {
		p.fault(root.line, CodeMissingElement, "there is no Statement")
		return pol
	}
	p.statements(pol, statements)
	return pol
}

func (p *parser) statements(pol *Policy, n *node) {
	items := []*node{n}
	if n.kind == array {
		items = n.items
		if len(items) == 0 {
			p.fault(n.line, CodeMissingElement, "Statement is empty")
		}
	}
	sids := map[string]bool{}
	for _, it := range items {
		if it.kind != object {
			p.fault(it.line, CodeSyntax, "a statement is an object, not %s", it.kind)
			continue
		}
		s := p.statement(it)
		if s.Sid != "" && sids[s.Sid] {
			p.fault(s.Line, CodeConflict, "Sid %q is used twice", s.Sid)
		}
		sids[s.Sid] = true
		pol.Statements = append(pol.Statements, s)
	}
}

var statementElements = []string{"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}

func (p *parser) statement(n *node) Statement {
	s := Statement{Line: n.line}
	has := map[string]bool{}
	for _, m := range n.members {
		has[m.key] = true
		switch m.key {
		case "Sid":
			s.Sid = p.sid(m)
		case "Effect":
			s.Effect = Effect(p.oneOf(m, string(Allow), string(Deny)))
		case "Action":
			s.Actions = p.actions(m)
		case "NotAction":
			s.NotActions = p.actions(m)
		case "Resource":
			s.Resources = p.resources(m)
		case "NotResource":
			s.NotResources = p.resources(m)
		case "Condition":
			s.Conditions = p.conditions(m)
		case "Principal", "NotPrincipal":
			p.fault(m.line, CodeBadValue, "%s has no place in an identity policy: it applies to whoever it is attached to", m.key)
		default:
			p.unknown(m, statementElements...)
		}
	}
	if !has["Effect"] {
		p.fault(n.line, CodeMissingElement, "the statement has no Effect")
	}
	p.exactlyOne(n, has, "Action", "NotAction")
	p.exactlyOne(n, has, "Resource", "NotResource")
	return s
}

func (p *parser) exactlyOne(n *node, has map[string]bool, a, b string) {
	switch {
	case has[a] && has[b]:
		p.fault(n.line, CodeConflict, "the statement has both %s and %s", a, b)
	case !has[a] && !has[b]:
		p.fault(n.line, CodeMissingElement, "the statement has neither %s nor %s", a, b)
	}
}

func (p *parser) unknown(m member, known ...string) {
	msg := fmt.Sprintf("unknown element %q", m.key)
	if s := nearest(m.key, known); s != "" {
		msg += fmt.Sprintf(", did you mean %q?", s)
	}
	p.fault(m.line, CodeUnknownElement, "%s", msg)
}

func (p *parser) str(m member) string {
	if m.value.kind != text {
		p.fault(m.line, CodeSyntax, "%s is a string, not %s", m.key, m.value.kind)
	}
	return m.value.text
}

func (p *parser) oneOf(m member, allowed ...string) string {
	s := p.str(m)
	for _, a := range allowed {
		if s == a {
			return s
		}
	}
	p.fault(m.line, CodeBadValue, "%s is %q, it must be %s", m.key, s, strings.Join(allowed, " or "))
	return s
}

var sidForm = regexp.MustCompile(`^[A-Za-z0-9]*$`)

func (p *parser) sid(m member) string {
	s := p.str(m)
	if !sidForm.MatchString(s) {
		p.fault(m.line, CodeBadValue, "Sid %q may have letters and digits only", s)
	}
	return s
}
