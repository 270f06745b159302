package ballast_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestRunbookCommands runs every sh block of the runbook against a local
// server that has answered once, each as it is written but for the program's
// path: it is built once. They are the commands of a bad night.
func TestRunbookCommands(t *testing.T) {
	env := append(os.Environ(), "BALLAST_DATA_DIR="+t.TempDir(), "TMPDIR="+t.TempDir())
	program := t.TempDir() + "/server"
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/server").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	env = append(env, "KEY="+startReadmeServer(t, program+" -local", env))
	run := func(command string) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, "bash", "-euc", strings.ReplaceAll(command, "go run ./cmd/server", program))
		cmd.Env = env
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s\n%v\n%s", command, err, out)
		}
	}
	run(`curl -fsS http://127.0.0.1:8080/v1/recommendations -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' -d @examples/p0.json`)
	commands := commandsOf(t, "docs/runbook.md")
	for _, command := range commands {
		run(command)
	}
	if len(commands) < 20 {
		t.Errorf("only %d commands were found", len(commands))
	}
}
