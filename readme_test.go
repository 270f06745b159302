package ballast_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestReadmeCommands runs every command of the README exactly as it is
// written, in order, in one place: what a newcomer pastes must work.
func TestReadmeCommands(t *testing.T) {
	if testing.Short() {
		t.Fatal("the README's commands are not optional")
	}
	env := append(os.Environ(), "BALLAST_DATA_DIR="+t.TempDir(), "TMPDIR="+t.TempDir())
	ran := 0
	for _, command := range readmeCommands(t) {
		switch {
		case command == "make test": // this is it
		case command == "go run ./cmd/server -local":
			env = append(env, "KEY="+startReadmeServer(t, command, env))
			ran++
		default:
			runReadmeCommand(t, command, env)
			ran++
		}
	}
	if ran < 8 {
		t.Errorf("only %d commands were found in the README", ran)
	}
}

// readmeCommands are the lines of the README's sh blocks.
func readmeCommands(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		block := strings.ReplaceAll(block[1], "\\\n", " ")
		for line := range strings.Lines(block) {
			if line = strings.TrimSpace(line); line != "" {
				out = append(out, line)
			}
		}
	}
	return out
}

func runReadmeCommand(t *testing.T, command string, env []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", command)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s\n%v\n%s", command, err, out)
	}
	if strings.HasPrefix(command, "curl") && !strings.Contains(string(out), `"source":"model"`) {
		t.Errorf("%s\nis answered without the model: %s", command, out)
	}
}

// startReadmeServer starts the server as the README does and returns the key
// it prints. It is stopped, and must end well, when the test ends.
func startReadmeServer(t *testing.T, command string, env []string) (key string) {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "bash", "-c", "exec "+command)
	cmd.Env, cmd.Stderr = env, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		_, _ = io.Copy(io.Discard, stdout)
		var exit *exec.ExitError
		if err := cmd.Wait(); err != nil && !errors.As(err, &exit) { // go run reports the signal
			t.Error(err)
		}
	})
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if k, ok := strings.CutPrefix(lines.Text(), "key "); ok {
			key = k
		}
		if strings.HasPrefix(lines.Text(), "curl ") {
			return key
		}
	}
	t.Fatal("the server ended without printing a curl line")
	return ""
}
