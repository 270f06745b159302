package iam

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Request is one action on one resource. A call that touches several resources
// is allowed if each is.
type Request struct {
	Action   string // bedrock:InvokeModel
	Resource string // an ARN, or * for actions without a resource
	// Context holds the condition keys that are known, in any case, such as
	// aws:RequestedRegion. A key without values counts as absent.
	Context map[string][]string
}

var (
	askedAction   = regexp.MustCompile(`^[A-Za-z0-9-]+:[A-Za-z0-9]+$`)
	askedResource = regexp.MustCompile(`^(\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:.+)$`)
)

// Check reports what IAM is never asked, which no policy could allow: an action
// without its service, a resource that is no ARN.
func (r Request) Check() error {
	var errs []error
	if !askedAction.MatchString(r.Action) {
		errs = append(errs, fmt.Errorf("action %q: want service:Action, such as %s", r.Action, invokeModel))
	}
	if !askedResource.MatchString(r.Resource) {
		errs = append(errs, fmt.Errorf("resource %q: want an ARN, such as %s, or *", r.Resource, modelARN(DefaultRegion, DefaultModel)))
	}
	return errors.Join(errs...)
}

// Decision is the outcome of an evaluation.
type Decision struct {
	Allowed bool
	// Explicit is set when a Deny statement decided.
	Explicit bool
	// Policy and Statement are the indices of the statement that decided, or -1
	// when no statement applied, which denies.
	Policy, Statement int
	Sid               string
	Line              int // of the statement, 0 if none
}

// Evaluate decides a request: an explicit Deny wins over any Allow, and
// without an Allow it is denied.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func Evaluate(policies []*Policy, req Request) Decision {
	decision := Decision{Policy: -1, Statement: -1}
	context := foldKeys(req.Context)
	for pi, p := range policies {
		sc := scope{enabled: p.variables(), context: context}
		for si := range p.Statements {
			s := &p.Statements[si]
			if !s.match(sc, req).all() {
				continue
			}
			hit := Decision{Allowed: s.Effect == Allow, Explicit: s.Effect == Deny, Policy: pi, Statement: si, Sid: s.Sid, Line: s.Line}
			if hit.Explicit {
				return hit
			}
			if !decision.Allowed {
				decision = hit
			}
		}
	}
	return decision
}

// foldKeys puts the names of condition keys in lower case, because IAM does
// not tell cases apart in them, and drops keys without values.
func foldKeys(context map[string][]string) map[string][]string {
	out := make(map[string][]string, len(context))
	for k, vs := range context {
		if len(vs) > 0 {
			out[strings.ToLower(k)] = vs
		}
	}
	return out
}

// match says which parts of a statement apply to a request.
type match struct {
	action, resource bool
	conditions       []bool // as Statement.Conditions
}

func (m match) all() bool {
	for _, c := range m.conditions {
		if !c {
			return false
		}
	}
	return m.action && m.resource
}

func (s *Statement) match(sc scope, req Request) match {
	m := match{action: s.matchAction(req.Action), resource: s.matchResource(sc, req.Resource)}
	for _, c := range s.Conditions {
		m.conditions = append(m.conditions, c.holds(sc))
	}
	return m
}

// matchAction ignores case, as IAM does.
func (s *Statement) matchAction(action string) bool {
	action = strings.ToLower(action)
	for _, v := range s.Actions {
		if pattern(strings.ToLower(v.Text)).matches(action) {
			return true
		}
	}
	if len(s.Actions) > 0 {
		return false
	}
	for _, v := range s.NotActions {
		if pattern(strings.ToLower(v.Text)).matches(action) {
			return false
		}
	}
	return len(s.NotActions) > 0
}

func (s *Statement) matchResource(sc scope, resource string) bool {
	for _, v := range s.Resources {
		if matchResource(sc, v.Text, resource) {
			return true
		}
	}
	if len(s.Resources) > 0 {
		return false
	}
	for _, v := range s.NotResources {
		if matchResource(sc, v.Text, resource) {
			return false
		}
	}
	return len(s.NotResources) > 0
}

func matchResource(sc scope, want, resource string) bool {
	if want == "*" {
		return true
	}
	parts, ok := sc.arn(want)
	return ok && matchARN(parts, resource)
}

// holds evaluates one condition. Without the key, a positive operator fails
// and a negated one holds; IfExists holds either way; ForAllValues holds for
// no values and ForAnyValue does not. AWS leaves open what several values mean
// without such a quantifier; here nothing rests on them: the condition fails.
func (c Condition) holds(sc scope) bool {
	have := sc.context[strings.ToLower(c.Key)]
	op := c.Operator
	switch {
	case op.null:
		return c.holdsNull(len(have) == 0)
	case len(have) == 0 && op.ifExists:
		return true
	case op.set == forAll:
		return c.countHolding(sc, have) == len(have)
	case op.set == forAny:
		return c.countHolding(sc, have) > 0
	case len(have) == 0:
		return op.negated
	default:
		return len(have) == 1 && c.countHolding(sc, have) == 1
	}
}

// holdsNull compares the key's absence with each value.
func (c Condition) holdsNull(absent bool) bool {
	for _, v := range c.Values {
		if want, ok := parseBool(v.Text); ok && want == absent {
			return true
		}
	}
	return false
}

// countHolding counts the request's values for which the operator holds: a
// positive one when any of the policy's values fits, a negated one when none
// does.
func (c Condition) countHolding(sc scope, have []string) int {
	n := 0
	for _, h := range have {
		if c.anyFits(sc, h) != c.Operator.negated {
			n++
		}
	}
	return n
}

func (c Condition) anyFits(sc scope, have string) bool {
	for _, v := range c.Values {
		if c.Operator.test(sc, v.Text, have) {
			return true
		}
	}
	return false
}
