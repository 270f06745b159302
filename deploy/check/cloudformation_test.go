package check

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/awslabs/goformation/v7/schema"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const templatePath = "../cloudformation.yaml"

// stacks are the parameters of each kind of identity.
var stacks = map[string]map[string]any{
	"user":         {"Identity": "user", "AlertEmail": "a@example.com"},
	"pod-identity": {"Identity": "pod-identity", "AlertEmail": "a@example.com"},
	"irsa": {"Identity": "irsa", "AlertEmail": "a@example.com",
		"OidcProviderArn": "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-2.amazonaws.com/id/A",
		"OidcCondition":   `"oidc.eks.us-east-2.amazonaws.com/id/A:sub": "system:serviceaccount:ballast:ballast", "oidc.eks.us-east-2.amazonaws.com/id/A:aud": "sts.amazonaws.com"`},
}

// Every resource of every stack has the properties that CloudFormation's own
// specification asks for and allows, of the right types.
func TestCloudFormationIsOfTheSpecification(t *testing.T) {
	specifications := specifications(t)
	for name, parameters := range stacks {
		for id, resource := range loadTemplate(t, templatePath, parameters).inForce() {
			properties := resource["Properties"].(map[string]any)
			if trust := properties["AssumeRolePolicyDocument"]; trust != nil {
				properties["AssumeRolePolicyDocument"] = asObject(t, trust)
			}
			specified := specifications[resource["Type"].(string)]
			if specified == nil {
				t.Fatalf("%s: there is no type %s", id, resource["Type"])
			}
			if err := specified.Validate(asJSON(t, resource)); err != nil {
				t.Errorf("%s: %s: %v", name, id, err)
			}
			properties["Misspelt"] = "x"
			if specified.Validate(asJSON(t, resource)) == nil {
				t.Errorf("%s: %s: any property is allowed", name, id)
			}
		}
	}
}

// specifications are the schemas of the template's types of resources: those of
// all types take long to compile.
func specifications(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	var all struct {
		Definitions map[string]json.RawMessage `json:"definitions"`
	}
	if err := json.Unmarshal([]byte(schema.CloudformationSchema), &all); err != nil {
		t.Fatal(err)
	}
	types := map[string]bool{}
	for _, r := range loadTemplate(t, templatePath, nil).resources {
		types[r.(map[string]any)["Type"].(string)] = true
	}
	maps.DeleteFunc(all.Definitions, func(name string, _ json.RawMessage) bool {
		kind, _, _ := strings.Cut(name, ".") // AWS::CloudWatch::Alarm.Dimension
		return !types[kind] && name != "Tag"
	})
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft4)
	if err := compiler.AddResource("all", asJSON(t, all)); err != nil {
		t.Fatal(err)
	}
	out := map[string]*jsonschema.Schema{}
	for name := range types {
		if all.Definitions[name] != nil {
			out[name] = compiler.MustCompile("all#/definitions/" + name)
		}
	}
	return out
}

// asJSON gives values the types that they have in JSON.
func asJSON(t *testing.T, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// With its defaults the template's policy is the recommended one, and it goes
// to the identity that the stack makes.
func TestCloudFormationHoldsTheRecommendedPolicy(t *testing.T) {
	text, err := os.ReadFile("../iam-policy.json")
	if err != nil {
		t.Fatal(err)
	}
	var want any
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	attached := map[string][2]any{
		"user": {[]any{"the-User"}, nil}, "pod-identity": {nil, []any{"the-PodIdentityRole"}}, "irsa": {nil, []any{"the-IrsaRole"}},
	}
	for name, parameters := range stacks {
		properties := loadTemplate(t, templatePath, parameters).inForce()["Policy"]["Properties"].(map[string]any)
		if got := properties["PolicyDocument"]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the template's policy is\n%v\nwant\n%v", name, got, want)
		}
		if got := [2]any{properties["Users"], properties["Roles"]}; !reflect.DeepEqual(got, attached[name]) {
			t.Errorf("%s: the policy goes to %v, want %v", name, got, attached[name])
		}
	}
}

// The budget counts what is billed for the model: AWS Marketplace sells it as a
// service of its own, and Amazon Bedrock's has nothing of it.
func TestTheBudgetCountsTheModel(t *testing.T) {
	budget := loadTemplate(t, templatePath, stacks["user"]).inForce()["Budget"]["Properties"].(map[string]any)["Budget"].(map[string]any)
	services, _ := budget["CostFilters"].(map[string]any)["Service"].([]string)
	for _, want := range []string{"Amazon Bedrock", "Claude 3 Haiku (Amazon Bedrock Edition)"} {
		if !slices.Contains(services, want) {
			t.Errorf("the budget counts %q, and not %q", services, want)
		}
	}
}

// The role of IRSA is for one service account, and no pod beside it.
func TestIRSATrustsOneServiceAccount(t *testing.T) {
	role := loadTemplate(t, templatePath, stacks["irsa"]).inForce()["IrsaRole"]["Properties"].(map[string]any)
	statement := asObject(t, role["AssumeRolePolicyDocument"])["Statement"].([]any)[0].(map[string]any)
	want := map[string]any{
		"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
		"Principal": map[string]any{"Federated": stacks["irsa"]["OidcProviderArn"]},
		"Condition": map[string]any{"StringEquals": map[string]any{
			"oidc.eks.us-east-2.amazonaws.com/id/A:sub": "system:serviceaccount:ballast:ballast",
			"oidc.eks.us-east-2.amazonaws.com/id/A:aud": "sts.amazonaws.com",
		}},
	}
	if !reflect.DeepEqual(statement, want) {
		t.Errorf("got %v, want %v", statement, want)
	}
}

// cfn-lint knows more of CloudFormation, where Python's packages can be had.
func TestCloudFormationByLinter(t *testing.T) {
	path, err := exec.LookPath("cfn-lint")
	if err != nil {
		t.Log("cfn-lint is not installed: the template was checked against the specification alone")
		return
	}
	for _, region := range []string{"us-east-2", "us-east-1", "us-west-2"} {
		if out, err := exec.CommandContext(t.Context(), path, "--regions", region, "--", templatePath).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", region, err, out)
		}
	}
}
