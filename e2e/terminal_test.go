package e2e

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// onTerminal runs a subcommand on a pseudo-terminal, and returns what was drawn.
func onTerminal(t *testing.T, env []string, args ...string) string {
	t.Helper()
	script, err := exec.LookPath("script")
	if err != nil {
		t.Skip("needs script of util-linux")
	}
	words := append([]string{fast}, args...)
	for i, w := range words {
		words[i] = "'" + w + "'"
	}
	cmd := exec.CommandContext(t.Context(), script, "-qec", strings.Join(words, " "), "/dev/null")
	cmd.Env = append(cmd.Environ(), append([]string{"TERM=xterm", "NO_COLOR="}, env...)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// The stages are drawn on a terminal, in colours if wanted, and are lines elsewhere.
func TestRecommendOnATerminal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	report := filepath.Join(dir, "report.html")
	args := []string{"recommend", "-data-dir", dir, "-o", report, "-f", "../examples/p0.json"}
	drawn := onTerminal(t, nil, args...)
	for _, want := range []string{"\x1b[2K", "✓\x1b[0m analysis", "✓\x1b[0m model", "at the most", "\x1b[31mhigh\x1b[0m", "s in all"} {
		if !strings.Contains(drawn, want) {
			t.Errorf("nothing of %q in %q", want, drawn)
		}
	}
	if drawn := onTerminal(t, []string{"NO_COLOR=1"}, args...); !strings.Contains(drawn, "✓ analysis") || strings.Contains(drawn, "\x1b[3") || strings.Contains(drawn, "\x1b[1m") {
		t.Errorf("with NO_COLOR: %q", drawn)
	}
	stdout, stderr, code := command(t, args...)
	if code != 0 || strings.Contains(stdout+stderr, "\x1b") || !strings.HasPrefix(stderr, "analysis  USD 0\nmodel  USD ") {
		t.Errorf("piped: %d %q %q", code, stdout, stderr)
	}
}

// TestPrintedRequestWorks pastes the line that a local server prints, in a
// folder that is not the repository's.
func TestPrintedRequestWorks(t *testing.T) {
	t.Parallel()
	s := local(t, nil)
	cmd := exec.CommandContext(t.Context(), "sh", "-c", "curl "+s.lines["curl"]+" -f")
	cmd.Dir = t.TempDir()
	out, err := cmd.Output()
	var a answer
	if err != nil || json.Unmarshal(out, &a) != nil || a.Source != "model" || len(a.Recommendations) == 0 {
		t.Errorf("%v: %s", err, out)
	}
}
