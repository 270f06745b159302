package main

import (
	"strings"
	"testing"
)

// A script reads from the exit code whether a policy allows a call.
func TestIAMExplainExitCodes(t *testing.T) {
	const haiku = "arn:aws:bedrock:us-east-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0"
	tests := map[string]struct {
		action string
		code   int
		said   string
	}{
		"allowed": {"bedrock:InvokeModel", exitOK, ""},
		"denied":  {"bedrock:DeleteCustomModel", exitFail, "server iam explain: denied\n"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			p := &program{}
			if code := p.run(t, "iam", "explain", "../../deploy/iam-policy.json", tc.action, haiku, "us-east-2"); code != tc.code {
				t.Errorf("exit code %d, want %d", code, tc.code)
			}
			if p.stderr.String() != tc.said || !strings.Contains(p.stdout.String(), tc.action+" on "+haiku) {
				t.Errorf("stdout %q, stderr %q", p.stdout.String(), p.stderr.String())
			}
		})
	}
}
