package emulator_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// cli is an AWS CLI that is installed here.
type cli struct {
	program string
	v2      bool
}

// findCLI prefers version 2, for which the IAM guide is written.
func findCLI(t *testing.T) cli {
	t.Helper()
	var found cli
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		program := filepath.Join(dir, "aws")
		version, err := exec.CommandContext(t.Context(), program, "--version").CombinedOutput()
		switch {
		case err == nil && strings.HasPrefix(string(version), "aws-cli/2."):
			return cli{program, true}
		case err == nil && found.program == "":
			found.program = program
		}
	}
	if found.program == "" {
		t.Skip("the AWS CLI is not installed (Debian package awscli): the IAM guide's commands were not tried")
	}
	return found
}

// run gives it the emulator and nothing of the user's own configuration.
func (c cli) run(t *testing.T, f *fixture, args ...string) (home, output string, err error) {
	t.Helper()
	models, err := filepath.Abs("testdata/aws-models")
	if err != nil {
		t.Fatal(err)
	}
	home = t.TempDir()
	cmd := exec.CommandContext(t.Context(), c.program, append(args, "--endpoint-url", f.url, "--region", region)...)
	cmd.Dir = home
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER=",
		"AWS_DATA_PATH=" + models, "AWS_ACCESS_KEY_ID=" + f.cred.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + f.cred.Secret,
	}
	out, err := cmd.CombinedOutput()
	return home, string(out), err
}

// invoke is the command of the IAM guide. Version 1 takes the body as it is.
func (c cli) invoke(t *testing.T, f *fixture, model string) (home, output string, err error) {
	t.Helper()
	args := []string{"bedrock-runtime", "invoke-model", "--model-id", model, "--body", guideBody}
	if c.v2 {
		args = append(args, "--cli-binary-format", "raw-in-base64-out")
	}
	return c.run(t, f, append(args, "out.json")...)
}

func TestAWSCLI(t *testing.T) {
	if testing.Short() {
		t.Skip("the AWS CLI takes seconds to start")
	}
	aws := findCLI(t)
	f := start(t, leastPrivilege, nil)
	t.Run("the guide's command", func(t *testing.T) {
		home, out, err := aws.invoke(t, f, haiku)
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		answer, err := os.ReadFile(filepath.Join(home, "out.json"))
		if err != nil {
			t.Fatal(err)
		}
		var m message
		if err := json.Unmarshal(answer, &m); err != nil || m.Model != "claude-3-haiku-20240307" || m.Usage.InputTokens != 9 {
			t.Errorf("%v in %s", err, answer)
		}
	})
	t.Run("another model", func(t *testing.T) {
		const sonnet = "anthropic.claude-3-sonnet-20240229-v1:0"
		_, out, err := aws.invoke(t, f, sonnet)
		want := "An error occurred (AccessDeniedException) when calling the InvokeModel operation: User: " + principal + " is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-2::foundation-model/" + sonnet + " because no identity-based policy allows the bedrock:InvokeModel action"
		if err == nil || !strings.Contains(out, want) {
			t.Errorf("%v: %s", err, out)
		}
	})
	t.Run("caller identity", func(t *testing.T) {
		_, out, err := aws.run(t, f, "sts", "get-caller-identity", "--query", "Arn", "--output", "text")
		if err != nil || strings.TrimSpace(out) != principal {
			t.Errorf("%v: %s", err, out)
		}
	})
}
