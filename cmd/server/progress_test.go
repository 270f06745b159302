package main

import (
	"bytes"
	"strings"
	"testing"

	"ballast.internal/ballast/client"
)

func TestProgressOfAJob(t *testing.T) {
	rate, left := float32(12.25), 75
	b := &client.Batch{
		Status: client.BatchStatusRunning, Lines: client.BatchLines{Total: 100, Queued: 50, Running: 10, Succeeded: 39, Failed: 1},
		CostUSD: "0.0184", LinesPerSecond: &rate, SecondsLeft: &left,
	}
	for name, c := range map[string]struct {
		live bool
		want string
	}{
		"piped":    {false, "40/100  12.2/s  USD 0.0184  1 failed  1m15s left\ncompleted: 99 succeeded (0 by the model, 0 mixed, 0 by rules, 0 degraded), 1 failed, 0 cancelled  USD 0.0184\n"},
		"terminal": {true, clearLine + strings.Repeat("█", 12) + strings.Repeat("░", 18) + " 40/100  12.2/s"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			p := newProgress(&out, c.live, palette{})
			p.show(b)
			if p.show(b); !c.live && strings.Count(out.String(), "40/100") != 1 {
				t.Errorf("what has not changed is said again: %q", out.String())
			}
			ended := *b
			ended.Status, ended.Lines.Succeeded, ended.Lines.Queued, ended.Lines.Running = client.BatchStatusCompleted, 99, 0, 0
			p.end(&ended)
			if got := out.String(); !strings.HasPrefix(got, c.want) || strings.Contains(got, "\x1b[32m") {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	waiting := *b
	waiting.Waiting = &client.BatchWait{Reason: "model_throttled"}
	if got := progressLine(&waiting); !strings.HasSuffix(got, "waits: model_throttled") {
		t.Error(got)
	}
}
