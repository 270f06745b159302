package check

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// The template is one that CloudFormation takes, as far as cfn-lint knows.
func TestCloudFormation(t *testing.T) {
	path, err := exec.LookPath("cfn-lint")
	if err != nil {
		t.Log("cfn-lint is not installed: only the policy was checked") // scripts/test.sh says so too
		return
	}
	for _, region := range []string{"us-east-2", "us-east-1", "us-west-2"} {
		if out, err := exec.CommandContext(t.Context(), path, "--regions", region, "--", "../cloudformation.yaml").CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", region, err, out)
		}
	}
}

// With its defaults the template's policy is the recommended one.
func TestCloudFormationHoldsTheRecommendedPolicy(t *testing.T) {
	read := func(path string, into any) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text = []byte(strings.NewReplacer("${AWS::Partition}", "aws", "${Region}", "us-east-2", "!Ref Region", "us-east-2",
			"${Models}", "anthropic.claude-3-haiku-*").Replace(string(text)))
		if err := yaml.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
	}
	var want any
	var template struct {
		Resources struct {
			Policy struct {
				Properties struct{ PolicyDocument any }
			}
		}
	}
	read("../iam-policy.json", &want)
	read("../cloudformation.yaml", &template)
	wantText, _ := yaml.Marshal(want)
	gotText, _ := yaml.Marshal(template.Resources.Policy.Properties.PolicyDocument)
	if !bytes.Equal(wantText, gotText) {
		t.Errorf("the template's policy is\n%s\nwant\n%s", gotText, wantText)
	}
}
