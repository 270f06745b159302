package iam_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/golden"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/iam"
)

// fakeAWS stands for the AWS CLI and for the server: it notes each command and
// as whom it was run, and answers as AWS would.
const fakeAWS = `#!/bin/sh
printf '%s%s %s %s\n' "$(basename "$0")" "${AWS_SHARED_CREDENTIALS_FILE:+ as user}${AWS_ACCESS_KEY_ID:+ as administrator}" "$1" "$2" >>"$COMMANDS"
case "$2" in
get-caller-identity) echo 123456789012;;
create-access-key) printf 'AKIAIOSFODNN7EXAMPLE\twJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\t2026-11-23T12:00:00+00:00\n';;
list-foundation-models) exit 254;;
esac
`

// The commands are run as they are printed, by an administrator who has keys
// of his own in the environment, over a key file that everybody could read.
func TestSetupCommandsRun(t *testing.T) {
	for method, want := range map[iam.Method][]string{
		iam.Inline:  {"aws as administrator iam create-user", "aws as administrator iam put-user-policy"},
		iam.Managed: {"aws as administrator iam create-user", "aws as administrator iam create-policy", "aws as administrator sts get-caller-identity", "aws as administrator iam attach-user-policy"},
	} {
		t.Run(string(method), func(t *testing.T) {
			script, err := iam.Setup(method, iam.SetupInput{})
			if err != nil {
				t.Fatal(err)
			}
			want := append(want, "aws as administrator iam create-access-key",
				"aws as user bedrock-runtime invoke-model", "aws as user bedrock list-foundation-models", "server as administrator verify -prove")
			dir, commands := runSetup(t, script)
			if diff := cmp.Diff(want, commands); diff != "" {
				t.Errorf("commands (-want +got):\n%s", diff)
			}
			checkKeyFile(t, filepath.Join(dir, iam.DefaultKeyFile))
		})
	}
}

func runSetup(t *testing.T, script string) (dir string, commands []string) {
	t.Helper()
	dir, bin := t.TempDir(), t.TempDir()
	for _, name := range []string{"aws", "server"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(fakeAWS), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, iam.DefaultKeyFile), []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(bin, "commands")
	cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "COMMANDS=" + log, "AWS_ACCESS_KEY_ID=AKIAADMINISTRATOR000"}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	return dir, strings.Split(strings.TrimSpace(string(data)), "\n")
}

func checkKeyFile(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key file has mode %v", info.Mode().Perm())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const want = "[default]\n# created 2026-11-23T12:00:00+00:00\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"
	if diff := cmp.Diff(want, string(data)); diff != "" {
		t.Errorf("key file (-want +got):\n%s", diff)
	}
}

func TestSetupCommands(t *testing.T) {
	for _, m := range []iam.Method{iam.Inline, iam.Managed} {
		got, err := iam.Setup(m, iam.SetupInput{})
		if err != nil {
			t.Fatal(err)
		}
		golden.Check(t, got, "testdata", "setup_"+string(m)+".sh")
	}
}

// A policy goes with its model and region: the repository's is of one call, so
// another call's is written first.
func TestSetupWritesThePolicyOfAnotherCall(t *testing.T) {
	for want, in := range map[string]iam.SetupInput{
		"server iam policy -region us-west-2 -model " + iam.DefaultModel + " >bedrock-policy.json":                                          {Region: "us-west-2"},
		"server iam policy -region us-east-2 -model us.anthropic.claude-haiku-4-5-20251001-v1:0 -account 123456789012 >bedrock-policy.json": {Model: "us.anthropic.claude-haiku-4-5-20251001-v1:0", Account: "123456789012"},
	} {
		script, err := iam.Setup(iam.Inline, in)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(script, "\n"+want+"\n") || !strings.Contains(script, "file://bedrock-policy.json\n") {
			t.Errorf("want %s in\n%s", want, script)
		}
		_, commands := runSetup(t, script)
		if commands[0] != "server as administrator iam policy" {
			t.Errorf("the first command is %q", commands[0])
		}
	}
	script, err := iam.Setup(iam.Inline, iam.SetupInput{Region: "us-west-2", PolicyFile: "mine.json"})
	if err != nil || strings.Contains(script, "iam policy") || !strings.Contains(script, "file://mine.json\n") {
		t.Errorf("%v in\n%s", err, script)
	}
}

func TestSetupRefusesWhatTheShellWouldRun(t *testing.T) {
	for want, in := range map[string]iam.SetupInput{
		`the user name "a;b" has characters it cannot have`:         {User: "a;b"},
		`the policy name "$(x)" has characters it cannot have`:      {PolicyName: "$(x)"},
		`the policy file "a b.json" has characters it cannot have`:  {PolicyFile: "a b.json"},
		`the account "$(rm -rf .)" has characters it cannot have`:   {Account: "$(rm -rf .)"},
		`the region "us-east-2 && x" has characters it cannot have`: {Region: "us-east-2 && x"},
		"the model \"a'b\" has characters it cannot have":           {Model: "a'b"},
	} {
		if _, err := iam.Setup(iam.Managed, in); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := iam.Setup("group", iam.SetupInput{}); err == nil || err.Error() != `method "group" is unknown: it must be inline or managed` {
		t.Errorf("got %v", err)
	}
}
