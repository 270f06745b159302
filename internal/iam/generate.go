package iam

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Option says how much a generated policy allows.
type Option string

// The options, narrowest first but for Recommended, which is Haiku with a
// condition on the region: it survives a new date of the model, and no more.
const (
	Exact       Option = "exact"       // the one model
	Haiku       Option = "haiku"       // its family: every date and version
	Claude      Option = "claude"      // every Claude: dearer models too
	Any         Option = "any"         // every model of every vendor: not advised
	Recommended Option = "recommended" // haiku, in the one region
)

// Options lists the options in the order of the documentation.
func Options() []Option { return []Option{Exact, Haiku, Claude, Any, Recommended} }

// The defaults of a Target.
const (
	DefaultModel  = "anthropic.claude-3-haiku-20240307-v1:0"
	DefaultRegion = "us-east-2"
)

// Summary says in two lines what a policy of this option allows and what is
// risky about it; "" for an option that does not exist.
func (o Option) Summary() string { return summaries[o] }

var summaries = map[Option]string{
	Exact: "allows: InvokeModel on this one model\n" +
		"risks: none beyond its own spend; a new version of the model needs a new policy",
	Haiku: "allows: InvokeModel on every version of this model's family\n" +
		"risks: a later version may cost more; no condition holds the region beside the ARN",
	Claude: "allows: InvokeModel on every Claude model\n" +
		"risks: Sonnet and Opus cost many times as much as Haiku, and a leaked key can call them",
	Any: "allows: InvokeModel on every model of every vendor; not recommended\n" +
		"risks: the cost of a leaked key has no bound",
	Recommended: "allows: InvokeModel on every version of this model's family, asked for in this region alone\n" +
		"risks: a later version of the family may cost more",
}

// Target is the call that a policy is for.
type Target struct {
	Region string // of the request; DefaultRegion if empty
	Model  string // foundation model id; DefaultModel if empty
	// Profile is the geography of a cross-region inference profile, such as us,
	// or empty for a call of the model itself. A profile needs Account.
	Profile string
	Account string
	// Regions are where the profile may route to; empty for what is known.
	Regions []string
}

const invokeModel = "bedrock:InvokeModel"

// profileRegions are the regions of a geography, which are all that its
// profiles route to; a profile may use fewer.
// https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
var profileRegions = map[string][]string{"us": {"us-east-1", "us-east-2", "us-west-2"}}

var (
	regionForm  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	modelForm   = regexp.MustCompile(`^[a-z0-9-]+\.[a-z0-9.-]+(:[0-9]+)?$`)
	accountForm = regexp.MustCompile(`^[0-9]{12}$`)
	// The geographies of the system's inference profiles.
	geographyForm = regexp.MustCompile(`^(us|us-gov|eu|apac|jp|au|ca|global)$`)
	datedForm     = regexp.MustCompile(`^(.*-)[0-9]{8}-`)
)

// complete fills in the defaults and checks the rest.
func (t Target) complete() (Target, error) {
	if t.Region == "" {
		t.Region = DefaultRegion
	}
	if t.Model == "" {
		t.Model = DefaultModel
	}
	if t.Profile != "" && len(t.Regions) == 0 {
		t.Regions = t.routes()
	}
	var errs []error
	for _, r := range append([]string{t.Region}, t.Regions...) {
		if !regionForm.MatchString(r) {
			errs = append(errs, fmt.Errorf("region %q is not an AWS region", r))
		}
	}
	if !modelForm.MatchString(t.Model) {
		errs = append(errs, fmt.Errorf("model %q is not a foundation model id", t.Model))
	}
	if t.Profile != "" && !accountForm.MatchString(t.Account) {
		errs = append(errs, errors.New("an inference profile needs the twelve digits of the account"))
	}
	if t.Profile != "" && len(t.Regions) == 0 {
		errs = append(errs, fmt.Errorf("the regions that profile %q routes to are not known here: name them", t.Profile))
	}
	return t, errors.Join(errs...)
}

// routes are where calls of the profile may go from its region: the geography,
// but that Claude 3 Haiku's profile reaches us-east-2 from there alone.
func (t Target) routes() []string {
	regions := slices.Clone(profileRegions[t.Profile])
	if t.Profile == "us" && strings.HasPrefix(t.Model, "anthropic.claude-3-haiku-") && t.Region != "us-east-2" {
		return slices.DeleteFunc(regions, func(r string) bool { return r == "us-east-2" })
	}
	return regions
}

// TargetOf is the target of a service that calls a model by this id in this
// region: a geography before the model's maker makes it an inference profile.
func TargetOf(region, modelID, account string) Target {
	t := Target{Region: region, Model: modelID, Account: account}
	if geography, model, ok := strings.Cut(modelID, "."); ok && geographyForm.MatchString(geography) {
		t.Profile, t.Model = geography, model
	}
	return t
}

func modelARN(region, model string) string {
	return "arn:aws:bedrock:" + region + "::foundation-model/" + model
}

func (t Target) profileARN(model string) string {
	return "arn:aws:bedrock:" + t.Region + ":" + t.Account + ":inference-profile/" + t.Profile + "." + model
}

// requests are what IAM is asked when the target is called: a profile needs
// the model in every region it may route to as well.
func (t Target) requests() []Request {
	ask := func(arn, region string) Request {
		return Request{Action: invokeModel, Resource: arn, Context: map[string][]string{
			"aws:RequestedRegion": {region}, "aws:SecureTransport": {"true"}, "aws:PrincipalType": {"User"},
		}}
	}
	if t.Profile == "" {
		return []Request{ask(modelARN(t.Region, t.Model), t.Region)}
	}
	out := []Request{ask(t.profileARN(t.Model), t.Region)}
	for _, region := range t.Regions {
		r := ask(modelARN(region, t.Model), region)
		r.Context["bedrock:InferenceProfileArn"] = []string{t.profileARN(t.Model)}
		out = append(out, r)
	}
	return out
}

// models is the pattern of model ids that an option allows.
func (o Option) models(model string) (string, error) {
	switch o {
	case Exact:
		return model, nil
	case Haiku, Recommended:
		if m := datedForm.FindStringSubmatch(model); m != nil {
			return m[1] + "*", nil
		}
		return model, nil
	case Claude:
		return "anthropic.claude-*", nil
	case Any:
		return "*", nil
	}
	return "", fmt.Errorf("option %q is unknown: it must be %s, %s, %s, %s or %s", o, Exact, Haiku, Claude, Any, Recommended)
}

// The written form of a policy.
type (
	document struct {
		Version   string
		Statement []documentStatement
	}
	documentStatement struct {
		Sid       string
		Effect    Effect
		Action    string
		Resource  any                       // one string or a list
		Condition map[string]map[string]any `json:",omitempty"`
	}
)

// Generate writes the policy that allows the target under an option, as
// indented JSON. It allows bedrock:InvokeModel and nothing else.
func Generate(o Option, t Target) ([]byte, error) {
	t, err := t.complete()
	if err != nil {
		return nil, err
	}
	models, err := o.models(t.Model)
	if err != nil {
		return nil, err
	}
	doc := document{Version: version2012}
	if t.Profile == "" {
		s := allow("InvokeModel", modelARN(t.Region, models))
		if o == Recommended {
			s.Condition = equalsCondition("aws:RequestedRegion", t.Region)
		}
		doc.Statement = append(doc.Statement, s)
	} else {
		doc.Statement = t.profileStatements(o, models)
	}
	data, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the policy: %w", err)
	}
	return append(data, '\n'), nil
}

// profileStatements allow the profile, and the model in the regions behind it
// but, if recommended, only through the profile.
func (t Target) profileStatements(o Option, models string) []documentStatement {
	var arns []string
	for _, region := range t.Regions {
		arns = append(arns, modelARN(region, models))
	}
	profile, behind := allow("InvokeProfile", t.profileARN(models)), allow("InvokeModelBehindProfile", arns...)
	if o == Recommended {
		profile.Condition = equalsCondition("aws:RequestedRegion", t.Region)
		behind.Condition = equalsCondition("aws:RequestedRegion", t.Regions...)
		behind.Condition["ArnLike"] = map[string]any{"bedrock:InferenceProfileArn": t.profileARN(models)}
	}
	return []documentStatement{profile, behind}
}

func allow(sid string, resources ...string) documentStatement {
	return documentStatement{Sid: sid, Effect: Allow, Action: invokeModel, Resource: oneOrList(resources)}
}

func equalsCondition(key string, values ...string) map[string]map[string]any {
	return map[string]map[string]any{"StringEquals": {key: oneOrList(values)}}
}

func oneOrList(values []string) any {
	if len(values) == 1 {
		return values[0]
	}
	return slices.Clone(values)
}

// Allows reports the first request of the target that the policies refuse; ok
// is true if there is none.
func Allows(policies []*Policy, t Target) (refused Request, d Decision, ok bool) {
	t, err := t.complete()
	if err != nil {
		return Request{}, Decision{Policy: -1, Statement: -1}, false
	}
	for _, r := range t.requests() {
		if d := Evaluate(policies, r); !d.Allowed {
			return r, d, false
		}
	}
	return Request{}, Decision{Allowed: true, Policy: -1, Statement: -1}, true
}

// isPattern reports whether a text of a policy has wildcards.
func isPattern(s string) bool { return strings.ContainsAny(s, "*?") }
