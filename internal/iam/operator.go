package iam

import (
	"slices"
	"strings"
)

// Operator is a condition operator with its modifiers.
type Operator struct {
	name     string // as written
	kind     operandKind
	negated  bool
	ifExists bool
	null     bool
	set      quantifier
	test     func(sc scope, want, have string) bool
}

// String gives the operator as it was written.
func (o Operator) String() string { return o.name }

// quantifier says how a multivalued key is looked at.
type quantifier byte

const (
	noSet quantifier = iota
	forAny
	forAll
)

const (
	prefixAny = "ForAnyValue:"
	prefixAll = "ForAllValues:"
	ifExists  = "IfExists"
)

// operators are the operators without their modifiers. Those that negate are
// defined by what they negate.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var operators = map[string]Operator{
	"StringEquals":              {test: equals},
	"StringNotEquals":           {test: equals, negated: true},
	"StringEqualsIgnoreCase":    {test: equalsFold},
	"StringNotEqualsIgnoreCase": {test: equalsFold, negated: true},
	"StringLike":                {test: like},
	"StringNotLike":             {test: like, negated: true},
	"ArnEquals":                 {kind: arnOperand, test: arnLike},
	"ArnNotEquals":              {kind: arnOperand, test: arnLike, negated: true},
	"ArnLike":                   {kind: arnOperand, test: arnLike},
	"ArnNotLike":                {kind: arnOperand, test: arnLike, negated: true},
	"Bool":                      {kind: boolOperand, test: sameBool},
	"Null":                      {kind: boolOperand, null: true},
	"BinaryEquals":              {kind: binaryOperand, test: sameBinary},
	"IpAddress":                 {kind: ipOperand, test: inNetwork},
	"NotIpAddress":              {kind: ipOperand, test: inNetwork, negated: true},
	"NumericEquals":             {kind: numberOperand, test: numeric(func(c int) bool { return c == 0 })},
	"NumericNotEquals":          {kind: numberOperand, test: numeric(func(c int) bool { return c == 0 }), negated: true},
	"NumericLessThan":           {kind: numberOperand, test: numeric(func(c int) bool { return c < 0 })},
	"NumericLessThanEquals":     {kind: numberOperand, test: numeric(func(c int) bool { return c <= 0 })},
	"NumericGreaterThan":        {kind: numberOperand, test: numeric(func(c int) bool { return c > 0 })},
	"NumericGreaterThanEquals":  {kind: numberOperand, test: numeric(func(c int) bool { return c >= 0 })},
	"DateEquals":                {kind: dateOperand, test: date(func(c int) bool { return c == 0 })},
	"DateNotEquals":             {kind: dateOperand, test: date(func(c int) bool { return c == 0 }), negated: true},
	"DateLessThan":              {kind: dateOperand, test: date(func(c int) bool { return c < 0 })},
	"DateLessThanEquals":        {kind: dateOperand, test: date(func(c int) bool { return c <= 0 })},
	"DateGreaterThan":           {kind: dateOperand, test: date(func(c int) bool { return c > 0 })},
	"DateGreaterThanEquals":     {kind: dateOperand, test: date(func(c int) bool { return c >= 0 })},
}

func operatorNames() []string {
	names := make([]string, 0, len(operators))
	for n := range operators {
		names = append(names, n)
	}
	slices.Sort(names) // so that equally near names are suggested alike
	return names
}

// parseOperator takes the modifiers off. Null knows no IfExists.
func parseOperator(name string) (Operator, bool) {
	base, set := name, noSet
	if rest, ok := strings.CutPrefix(base, prefixAny); ok {
		base, set = rest, forAny
	} else if rest, ok := strings.CutPrefix(base, prefixAll); ok {
		base, set = rest, forAll
	}
	base, optional := strings.CutSuffix(base, ifExists)
	op, ok := operators[base]
	if !ok || op.null && optional {
		return Operator{}, false
	}
	op.name, op.set, op.ifExists = name, set, optional
	return op, true
}
