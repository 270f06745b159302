package iam

import (
	"fmt"
	"strings"
)

// Explanation says how a request was decided, statement by statement.
type Explanation struct {
	Request    Request
	Decision   Decision
	Statements []StatementMatch
}

// StatementMatch says which parts of a statement apply.
type StatementMatch struct {
	Policy, Statement int
	Sid               string
	Line              int
	Effect            Effect
	Action, Resource  bool
	Conditions        []ConditionMatch
}

// ConditionMatch is one condition against what the request has.
type ConditionMatch struct {
	Operator string
	Key      string
	Want     []string
	Have     []string // empty if the request lacks the key
	Holds    bool
}

// Explain evaluates a request and keeps the reasons.
func Explain(policies []*Policy, req Request) Explanation {
	x := Explanation{Request: req, Decision: Evaluate(policies, req)}
	context := foldKeys(req.Context)
	for pi, p := range policies {
		sc := scope{enabled: p.variables(), context: context}
		for si := range p.Statements {
			x.Statements = append(x.Statements, explainStatement(&p.Statements[si], sc, req, pi, si))
		}
	}
	return x
}

func explainStatement(s *Statement, sc scope, req Request, policy, index int) StatementMatch {
	m := s.match(sc, req)
	out := StatementMatch{
		Policy: policy, Statement: index, Sid: s.Sid, Line: s.Line, Effect: s.Effect, Action: m.action, Resource: m.resource,
	}
	for i, c := range s.Conditions {
		cm := ConditionMatch{Operator: c.Operator.String(), Key: c.Key, Have: sc.context[strings.ToLower(c.Key)], Holds: m.conditions[i]}
		for _, v := range c.Values {
			cm.Want = append(cm.Want, v.Text)
		}
		out.Conditions = append(out.Conditions, cm)
	}
	return out
}

// applies reports whether the whole statement matches.
func (m StatementMatch) applies() bool {
	for _, c := range m.Conditions {
		if !c.Holds {
			return false
		}
	}
	return m.Action && m.Resource
}

// String is the explanation for people, with the decision first.
func (x Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s on %s\n", x.Decision, x.Request.Action, x.Request.Resource)
	for _, m := range x.Statements {
		m.write(&b)
	}
	return b.String()
}

// String is allowed, denied or explicitly denied, and by what.
func (d Decision) String() string {
	switch {
	case d.Explicit:
		return "DENIED explicitly by the statement in line " + fmt.Sprint(d.Line)
	case d.Allowed:
		return "ALLOWED by the statement in line " + fmt.Sprint(d.Line)
	default:
		return "DENIED because no statement allows it"
	}
}

func (m StatementMatch) write(b *strings.Builder) {
	name := m.Sid
	if name == "" {
		name = fmt.Sprintf("number %d", m.Statement+1)
	}
	verdict := "does not apply"
	if m.applies() {
		verdict = "applies"
	}
	fmt.Fprintf(b, "  line %d: %s statement %s %s\n", m.Line, m.Effect, name, verdict)
	fmt.Fprintf(b, "    action %s, resource %s\n", yes(m.Action, "matches", "does not match"), yes(m.Resource, "matches", "does not match"))
	for _, c := range m.Conditions {
		have := "no such key"
		if len(c.Have) > 0 {
			have = strings.Join(c.Have, ", ")
		}
		fmt.Fprintf(b, "    condition %s %s %s %s: the request has %s\n", c.Operator, c.Key, strings.Join(c.Want, ", "), yes(c.Holds, "holds", "fails"), have)
	}
}

func yes(ok bool, then, otherwise string) string {
	if ok {
		return then
	}
	return otherwise
}
