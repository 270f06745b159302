// Package e2e runs the program as its users do: as a process, over HTTP.
package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sync/errgroup"
)

// raced is the server built with the race detector, for tests that do several
// things at once; fast is the server as users run it, for all others.
var raced, fast string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	// Or every command would sleep for a second before it ends.
	_ = os.Setenv("GORACE", "atexit_sleep_ms=20 "+os.Getenv("GORACE"))
	dir, err := os.MkdirTemp("", "ballast-e2e")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	raced, fast = filepath.Join(dir, "raced"), filepath.Join(dir, "fast")
	var building errgroup.Group
	building.Go(func() error { return build(raced, "-race=true") })
	building.Go(func() error { return build(fast, "-race=false") })
	if err := building.Wait(); err != nil {
		panic(err)
	}
	defer endCommon()
	return m.Run()
}

// build leaves out the symbols for debuggers, a third of the linker's work.
func build(path, race string) error {
	out, err := exec.Command("go", "build", race, "-ldflags=-s -w", "-o", path, "../cmd/server").CombinedOutput()
	if err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// process is a running subcommand; lines are what it printed at its start.
type process struct {
	cmd    *exec.Cmd
	lines  map[string]string
	stderr *bytes.Buffer
	done   bool
}

// start runs a program until it has printed a line that begins with last.
// It must end well on SIGTERM, without a data race, when the test ends.
func start(t *testing.T, program, last string, env []string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(program, args...), lines: map[string]string{}, stderr: &bytes.Buffer{}}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stderr = p.stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.stop(t) })
	for scan := bufio.NewScanner(out); scan.Scan(); {
		name, rest, _ := strings.Cut(strings.TrimPrefix(scan.Text(), "export "), " ")
		if k, v, ok := strings.Cut(name, "="); ok {
			name, rest = k, v
		}
		p.lines[name] = rest
		if name == last {
			return p
		}
	}
	_ = p.cmd.Wait()
	p.done = true
	t.Fatalf("%v ended early:\n%s", args, p.stderr)
	return nil
}

func (p *process) stop(t *testing.T) {
	t.Helper()
	if p.done {
		return
	}
	p.done = true
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("did not end well: %v\n%s", err, p.stderr)
	}
}

// kill ends the process as a crash does.
func (p *process) kill() {
	p.done = true
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// local starts server -local on free ports with its data in a new folder.
func local(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	return localIn(t, fast, t.TempDir(), env, args...)
}

// localRaced is local under the race detector.
func localRaced(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	return localIn(t, raced, t.TempDir(), env, args...)
}

func localIn(t *testing.T, program, dir string, env []string, args ...string) *process {
	t.Helper()
	args = append([]string{"-local", "-addr", "127.0.0.1:0", "-admin-addr", "127.0.0.1:0", "-data-dir", dir}, args...)
	return start(t, program, "curl", env, args...)
}

// answer is a recommendation as far as the tests look at it.
type answer struct {
	ID, Source, Summary string
	Degraded            *struct{ Reason, Detail string }
	Recommendations     []struct {
		ID, Kind, Severity, Source, Title, Rationale string
		Trades                                       []struct{ Side, Ticker, Quantity, Amount string }
		Impact                                       []struct{ Fact, Before, After string }
		Evidence                                     []string
	}
	Analysis struct {
		TotalValue string `json:"total_value"`
		Allocation []struct{ By, Key, Value, Weight, Target string }
		Facts      []struct{ ID, Code, Subject, Value, Unit, Text string }
	}
	Disclosures []string
	Usage       struct {
		Provider     string
		InputTokens  int    `json:"input_tokens"`
		OutputTokens int    `json:"output_tokens"`
		CostUSD      string `json:"cost_usd"`
		Attempts     int
		Cached       bool
	}
}

// text is every word of the answer that a reader sees as advice.
func (a *answer) text() string {
	words := []string{a.Summary}
	for _, r := range a.Recommendations {
		words = append(words, r.Title, r.Rationale)
	}
	return strings.Join(words, "\n")
}

// call sends a request with the demo key and returns status and body.
func (p *process) call(t *testing.T, method, path string, body []byte) (int, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, p.lines["api"]+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.lines["key"])
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("%v\n%s", err, p.stderr)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, out
}

// recommend asks for a recommendation, which must come with status 200.
func (p *process) recommend(t *testing.T, body []byte) (answer, []byte) {
	t.Helper()
	status, out := p.call(t, http.MethodPost, "/v1/recommendations", body)
	var a answer
	if err := json.Unmarshal(out, &a); status != http.StatusOK || err != nil {
		t.Fatalf("status %d, %v: %s\n%s", status, err, out, p.stderr)
	}
	return a, out
}

// metrics is the text of the admin port's /metrics.
func (p *process) metrics(t *testing.T) string {
	t.Helper()
	return p.get(t, "/metrics")
}

// get reads a page of the admin port, which must come with status 200.
func (p *process) get(t *testing.T, path string) string {
	t.Helper()
	return page(t, p.lines["admin"]+path)
}

// page reads what stands at url, which must come with status 200.
func page(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v: %s", url, res.StatusCode, err, text)
	}
	return string(text)
}

// example reads one of the examples, changed by edit if there is one.
func example(t *testing.T, name string, edit func(map[string]any)) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	if edit == nil {
		return data
	}
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	edit(doc)
	if data, err = json.Marshal(doc); err != nil {
		t.Fatal(err)
	}
	return data
}

// option sets one of the request's options.
func option(doc map[string]any, name string, value any) {
	opts, _ := doc["options"].(map[string]any)
	if opts == nil {
		opts = map[string]any{}
	}
	opts[name] = value
	doc["options"] = opts
}
