package main

import (
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	for _, tc := range []struct {
		args   []string
		code   int
		stdout string
	}{
		{[]string{"{H1} is {F1}."}, 0, "read as\n  {} = object holding\n  {} = object figure\npasses\n"},
		{[]string{"-cite", "F1=other", "{H1} is {F1}."}, 1, "refused for\n  unfounded_claim\nbecause of\n  assertion.go: {} = object figure\nread as\n  {} = object holding\n  {} = object figure\n"},
		{[]string{"-language", "de", "Die Position beträgt {F1}, sagt der Pfarrer."}, 1, "data/words: no Pfarrer"},
		{nil, 2, ""},
	} {
		var stdout, stderr strings.Builder
		if code := run(tc.args, &stdout, &stderr); code != tc.code || !strings.Contains(stdout.String(), tc.stdout) {
			t.Errorf("%q: exit %d, %q", tc.args, code, stdout.String())
		}
	}
}
