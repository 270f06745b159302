package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// screen is a writer that a spinner and a test use at once.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// lines is what stays on the screen: each line as it was drawn last.
func (s *screen) lines() string {
	var out []string
	for line := range strings.SplitSeq(s.String(), "\n") {
		_, last, drawn := cutLast(line, clearLine)
		if !drawn {
			last = line
		}
		out = append(out, last)
	}
	return strings.Join(out, "\n")
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func TestStagesOnATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &screen{}
		s := newStages(out, true, palette{})
		s.begin("analysis", "USD 0")
		time.Sleep(120 * time.Millisecond)
		s.begin("model", "USD 0.002 at the most")
		time.Sleep(1250 * time.Millisecond)
		synctest.Wait()
		if want := clearLine + "⠹ model  1.2 s  USD 0.002 at the most"; !strings.HasSuffix(out.String(), want) {
			t.Errorf("while the model is asked: %q", out.String())
		}
		s.end("answer  source model  USD 0.0004")
		want := "✓ analysis  0.1 s  USD 0\n✓ model  1.2 s  USD 0.002 at the most\nanswer  source model  USD 0.0004  1.4 s in all\n"
		if got := out.lines(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		s.fail() // after the end nothing more is drawn
		if got := out.lines(); got != want {
			t.Errorf("after the end: %q", got)
		}
	})
}

func TestAStageThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &screen{}
		s := newStages(out, true, palette{on: true})
		s.begin("model", "")
		time.Sleep(time.Second)
		s.fail()
		if got, want := out.lines(), red+"✗"+reset+" model  1.0 s\n"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
}

func TestStagesInAFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		s := newStages(&out, false, palette{})
		s.begin("analysis", "USD 0")
		time.Sleep(time.Second)
		s.begin("model", "")
		time.Sleep(time.Second)
		s.end("answer")
		if want := "analysis  USD 0\nmodel\nanswer  2.0 s in all\n"; out.String() != want {
			t.Errorf("%q, want %q", out.String(), want)
		}
	})
}

// A terminal is drawn on and coloured, unless the environment says otherwise.
func TestWhatIsATerminal(t *testing.T) {
	tty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("needs a pseudo-terminal: %v", err)
	}
	defer tty.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, c := range []struct {
		name            string
		env             map[string]string
		terminal, plain bool
	}{
		{"as it is", nil, true, false},
		{"NO_COLOR", map[string]string{"NO_COLOR": "1"}, true, true},
		{"NO_COLOR without a value", map[string]string{"NO_COLOR": ""}, true, false},
		{"a dumb one", map[string]string{"TERM": "dumb"}, false, true},
	} {
		e := environment{getenv: func(k string) string { return c.env[k] }}
		if got, colours := e.isTerminal(tty), e.paletteFor(tty).on; got != c.terminal || colours == c.plain {
			t.Errorf("%s: terminal %v, colours %v", c.name, got, colours)
		}
		if e.isTerminal(file) || e.isTerminal(&bytes.Buffer{}) || e.paletteFor(file).on {
			t.Errorf("%s: a file is taken for a terminal", c.name)
		}
	}
}

// The report is written whole or not at all, and is the answer's.
func TestReportFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.html")
	out := onTerminal(t, withOption(t, "p0.json", "language", "de"), "recommend", "-o", path, "-f", "-")
	html, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	id := out[strings.LastIndex(out, "rec_"):][:30]
	if !strings.Contains(string(html), id) || !strings.Contains(string(html), `<html lang="de">`) {
		t.Errorf("nothing of %s in the report", id)
	}
	p := &program{env: map[string]string{"BALLAST_DATA_DIR": t.TempDir()}}
	if code := p.run(t, "recommend", "-o", filepath.Join(path, "below", "a.html"), "-f", "../../examples/p0.json"); code != exitUsage || !strings.Contains(p.stderr.String(), "-o: ") {
		t.Errorf("exit code %d: %s", code, p.stderr.String())
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 1 {
		t.Errorf("files left behind: %v", left)
	}
}

func TestColours(t *testing.T) {
	on := palette{on: true}
	if got := on.severity("high", "hoch") + on.severity("medium", "mittel") + on.severity("low", "gering"); got != red+"hoch"+reset+yellow+"mittel"+reset+"gering" {
		t.Errorf("%q", got)
	}
	if got := (palette{}).severity("high", "hoch"); got != "hoch" {
		t.Errorf("%q", got)
	}
}
