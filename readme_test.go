package ballast_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	for _, command := range commandsOf(t, "README.md") {
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

// commandsOf are the lines of a document's sh blocks.
func commandsOf(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
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
	if strings.HasPrefix(command, "curl") {
		compareWithReadme(t, out)
	}
}

// compareWithReadme checks the answer that the README shows against the real
// one. A … in the README stands for anything, at the end of a list for the rest
// of it.
func compareWithReadme(t *testing.T, answer []byte) {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```json\n(.*?)```").FindSubmatch(text)
	if block == nil {
		t.Fatal("the README shows no answer")
	}
	var want, got any
	if err := errors.Join(json.Unmarshal(block[1], &want), json.Unmarshal(answer, &got)); err != nil {
		t.Fatalf("%v\n%s", err, answer)
	}
	for _, d := range differences("", want, got) {
		t.Error(d)
	}
}

func differences(at string, want, got any) (out []string) {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for key, v := range w {
			out = append(out, differences(at+"/"+key, v, g[key])...)
		}
		return out
	case []any:
		g, _ := got.([]any)
		open := len(w) > 0 && w[len(w)-1] == "…"
		if open {
			w = w[:len(w)-1]
		}
		if len(g) < len(w) || len(g) > len(w) && !open {
			return []string{fmt.Sprintf("%s has %d items, the README shows %d", at, len(g), len(w))}
		}
		for i := range w {
			out = append(out, differences(fmt.Sprint(at, "/", i), w[i], g[i])...)
		}
		return out
	}
	if want == "…" || want == got {
		return nil
	}
	return []string{fmt.Sprintf("%s is %v, the README says %v", at, got, want)}
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

// TestReadmeShowsTheExampleConfiguration keeps the file that is checked and the
// one that is read alike.
func TestReadmeShowsTheExampleConfiguration(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("docs/ballast.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "```yaml\n"+string(example)+"```") {
		t.Error("the README's configuration is not docs/ballast.example.yaml")
	}
}
