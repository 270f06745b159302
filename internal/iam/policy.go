package iam

// Effect is what a matching statement does.
type Effect string

// The effects. AWS reads them case-sensitively.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// The versions of the policy language. Policy variables exist in the newer one
// only; a policy without a Version element is of the older one.
const (
	version2012 = "2012-10-17"
	version2008 = "2008-10-17"
)

// Policy is a parsed identity policy. It is immutable and may be shared.
type Policy struct {
	Version    string
	ID         string
	Statements []Statement
}

// variables reports whether ${…} in resources and condition values is a policy
// variable.
func (p *Policy) variables() bool { return p.Version == version2012 }

// Statement is one statement. Of Actions and NotActions exactly one has
// values, and likewise of Resources and NotResources.
type Statement struct {
	Sid          string
	Line         int // in the policy document, from 1
	Effect       Effect
	Actions      []Value
	NotActions   []Value
	Resources    []Value
	NotResources []Value
	Conditions   []Condition
}

// Value is a string of a policy and where it stands.
type Value struct {
	Text string
	Line int
}

// Condition is one operator applied to one context key. All conditions of a
// statement must hold.
type Condition struct {
	Operator Operator
	Key      string
	Values   []Value
	Line     int
}

// Severity says how bad a Problem is.
type Severity string

// The severities. An error makes a policy unusable or useless for the service;
// a warning makes it wider than it need be.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is something wrong with a policy document.
type Problem struct {
	Line     int // from 1; 0 for the document as a whole
	Severity Severity
	Code     string // a closed set, see the Code constants
	Message  string
}

// The codes of problems.
const (
	CodeSyntax           = "syntax"             // not JSON, or a wrong type
	CodeUnknownElement   = "unknown_element"    // an element IAM does not know
	CodeMissingElement   = "missing_element"    // a required element is absent
	CodeConflict         = "conflicting"        // Action beside NotAction, a repeated key or Sid
	CodeBadValue         = "bad_value"          // a value IAM does not accept
	CodeUnknownOperator  = "unknown_operator"   // a condition operator IAM does not know
	CodeUnknownKey       = "unknown_key"        // a condition key that is never set
	CodeWildcardAction   = "wildcard_action"    // actions by pattern
	CodeExtraAction      = "extra_action"       // actions beyond bedrock:InvokeModel
	CodeUnknownAction    = "unknown_action"     // a misspelt Bedrock action
	CodeWildcardModel    = "wildcard_model"     // every model, or every resource
	CodeWideModel        = "wide_model"         // more models than the configured one
	CodeInverted         = "inverted"           // Allow with NotAction or NotResource
	CodeWrongRegion      = "wrong_region"       // an ARN or condition of another region
	CodeNoRegion         = "no_region"          // nothing limits the region
	CodeModelNotAllowed  = "model_not_allowed"  // the configured call would be refused
	CodeForeignStatement = "foreign_statement"  // rights in other services
	CodeTooLarge         = "too_large"          // over the size AWS accepts
	CodeBadModelARN      = "malformed_resource" // a resource that no request can have
)
