package main

import (
	"regexp"
	"strings"
	"testing"
)

// A journal that was put back as a whole proves itself, but not what an
// earlier proof has counted.
func TestJournalHoldsWhatWasNoted(t *testing.T) {
	dir := t.TempDir()
	advise := func(dir string) {
		t.Helper()
		p := &program{}
		if code := p.run(t, "recommend", "-f", "../../examples/p0.json", "-data-dir", dir); code != exitOK {
			t.Fatalf("exit code %d: %s", code, p.stderr.String())
		}
	}
	prove := func(dir string, args ...string) (int, string) {
		t.Helper()
		p := &program{}
		code := p.run(t, append([]string{"journal", "verify", "-data-dir", dir}, args...)...)
		return code, p.stdout.String() + p.stderr.String()
	}
	advise(dir)
	_, said := prove(dir)
	head := regexp.MustCompile(`-noted (\d+:([0-9a-f]{64}))\n`).FindStringSubmatch(said)
	if head == nil {
		t.Fatal(said)
	}
	noted := head[1]
	advise(dir)
	if code, said := prove(dir, "-noted", noted); code != exitOK {
		t.Errorf("a longer chain: %d %s", code, said)
	}
	other := t.TempDir()
	advise(other)
	if code, said := prove(other); code != exitOK {
		t.Errorf("another chain alone: %d %s", code, said)
	}
	if code, said := prove(other, "-noted", noted); code != exitFail || !strings.Contains(said, "journal record 1 ") {
		t.Errorf("another chain: %d %s", code, said)
	}
	for _, bad := range []string{"", "1", "1:", "0:" + head[2], "x:" + head[2], "1:" + head[2][2:]} {
		if code, said := prove(dir, "-noted", bad); code != exitUsage {
			t.Errorf("%q: %d %s", bad, code, said)
		}
	}
}
