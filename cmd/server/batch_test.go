package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"ballast.internal/ballast/client"
)

type batchResult struct {
	Line           int
	CustomID       string `json:"custom_id"`
	Status         string
	Recommendation *struct{ ID, Source string }
	Error          *struct{ Code string }
}

func resultsOf(t *testing.T, text string) (out []batchResult) {
	t.Helper()
	for line := range strings.Lines(text) {
		var r batchResult
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		out = append(out, r)
	}
	return out
}

// A book is answered here, from a file or standard input, to a file or standard
// output.
func TestBatchOnTheTerminal(t *testing.T) {
	p := &program{env: map[string]string{"BALLAST_DATA_DIR": t.TempDir()}}
	out := filepath.Join(t.TempDir(), "results.jsonl")
	if code := p.run(t, "batch", "../../examples/book.jsonl", "-o", out); code != exitOK {
		t.Fatalf("exit %d\n%s", code, &p.stderr)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	got := resultsOf(t, string(text))
	if len(got) != 3 || got[1].CustomID != "household-2" || got[1].Recommendation.Source != "model" || got[2].Recommendation.Source != "rules" {
		t.Errorf("%s", text)
	}
	if shown := p.stderr.String(); !strings.Contains(shown, "3 succeeded (2 by the model") || !strings.Contains(shown, "USD 0.000") || p.stdout.Len() > 0 {
		t.Errorf("%s", shown)
	}

	book, err := os.ReadFile("../../examples/book.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(book), "\n")
	p = &program{env: p.env, stdin: first + "\n{}\n"}
	if code := p.run(t, "batch", "-"); code != exitOK {
		t.Fatalf("exit %d\n%s", code, &p.stderr)
	}
	if got := resultsOf(t, p.stdout.String()); len(got) != 2 || got[1].Error.Code != "invalid_request" {
		t.Errorf("%s", p.stdout.String())
	}
}

// An interrupt cancels the job: what is under way is finished and written.
func TestBatchIsInterrupted(t *testing.T) {
	book, err := os.ReadFile("../../examples/book.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	const copies = 200 // which take far longer than to cancel
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	p := &program{env: map[string]string{"BALLAST_DATA_DIR": t.TempDir()}, stdin: strings.Repeat(string(book), copies)}
	env := p.environment()
	env.stderr = io.MultiWriter(&p.stderr, interruptAt{" lines\n", interrupt})
	if code := run(ctx, []string{"batch", "-"}, env); code != exitFail || !strings.Contains(p.stderr.String(), "cancelled: ") {
		t.Fatalf("exit %d: %s", code, &p.stderr)
	}
	count := map[string]int{}
	for _, r := range resultsOf(t, p.stdout.String()) {
		count[r.Status]++
	}
	if count["cancelled"] == 0 || count["cancelled"]+count["succeeded"] != 3*copies {
		t.Errorf("%v: %s", count, &p.stderr)
	}
}

// One that comes during the upload breaks it off: the server is not given a whole
// body, of which it would make a job, and is not tried again.
func TestBatchUploadIsInterrupted(t *testing.T) {
	var asked atomic.Int32
	whole := make(chan error, 10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		_, err := io.Copy(io.Discard, r.Body)
		whole <- err
	}))
	defer server.Close()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	c, err := client.New(server.URL, "key")
	if err != nil {
		t.Fatal(err)
	}
	lines := interrupting{strings.NewReader(strings.Repeat("{}\n", 1<<20)), interrupt}
	b := terminalBatch{out: filepath.Join(t.TempDir(), "out"), env: (&program{}).environment()}
	if err := b.run(ctx, c, lines); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if n := asked.Load(); n > 1 {
		t.Errorf("asked %d times", n)
	} else if n == 1 && <-whole == nil {
		t.Error("the body was sent to its end")
	}
}

// interrupting is a file during whose reading the interrupt comes.
type interrupting struct {
	io.ReadSeeker
	interrupt func()
}

func (r interrupting) Read(p []byte) (int, error) {
	n, err := r.ReadSeeker.Read(p)
	r.interrupt()
	return n, err
}

// interruptAt interrupts once something is written.
type interruptAt struct {
	text      string
	interrupt func()
}

func (w interruptAt) Write(p []byte) (int, error) {
	if strings.Contains(string(p), w.text) {
		w.interrupt()
	}
	return len(p), nil
}

// A job that is refused leaves the results of another as they are; one that is
// taken leaves nothing of them.
func TestBatchKeepsResultsUntilItIsTaken(t *testing.T) {
	out := write(t, "results.jsonl", strings.Repeat("an earlier job\n", 10_000))
	p := &program{env: map[string]string{"BALLAST_DATA_DIR": t.TempDir()}, stdin: "{}\n"}
	if code := p.run(t, "batch", "-", "-o", out); code != exitUsage {
		t.Fatalf("exit %d\n%s", code, &p.stderr)
	}
	if text, err := os.ReadFile(out); err != nil || !strings.HasPrefix(string(text), "an earlier job\n") {
		t.Errorf("%.100q, %v", text, err)
	}
	if code := p.run(t, "batch", "../../examples/book.jsonl", "-o", out); code != exitOK {
		t.Fatalf("exit %d\n%s", code, &p.stderr)
	}
	text, err := os.ReadFile(out)
	if err != nil || len(resultsOf(t, string(text))) != 3 {
		t.Errorf("%.100q, %v", text, err)
	}
}

func TestBatchUsage(t *testing.T) {
	for name, c := range map[string]struct {
		args  []string
		stdin string
		want  string
	}{
		"no file":      {[]string{}, "", "FILE"},
		"no such file": {[]string{"/nonexistent"}, "", "no such file"},
		"bad lines":    {[]string{"-"}, "{}\n", "/portfolio"},
		"no key":       {[]string{"-", "-server", "http://127.0.0.1:1"}, "{}\n", "BALLAST_KEY"},
		"bad out":      {[]string{"-", "-o", "/nonexistent/x"}, "{}\n", "-o"},
		"bad client":   {[]string{"-", "-client", "desk"}, "{}\n", "it has auditor, demo"},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			p := &program{env: map[string]string{"BALLAST_DATA_DIR": t.TempDir()}, stdin: c.stdin}
			if code := p.run(t, append([]string{"batch"}, c.args...)...); code != exitUsage || !strings.Contains(p.stderr.String(), c.want) {
				t.Errorf("exit %d: %s", code, &p.stderr)
			}
		})
	}
}
