package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/golden"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// program is one run of the program in an environment of its own.
type program struct {
	env            map[string]string
	stdin          string
	stdout, stderr bytes.Buffer
}

func (p *program) run(t *testing.T, args ...string) int {
	t.Helper()
	return run(t.Context(), args, p.environment())
}

func (p *program) environment() environment {
	environ := make([]string, 0, len(p.env))
	for k, v := range p.env {
		environ = append(environ, k+"="+v)
	}
	return environment{
		getenv: func(k string) string { return p.env[k] }, environ: environ,
		stdin: strings.NewReader(p.stdin), stdout: &p.stdout, stderr: &p.stderr,
	}
}

// write makes a file in a folder of the test's own.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestHelp is that of the server and of every command, and is no fault.
func TestHelp(t *testing.T) {
	helps := [][]string{{}}
	for _, c := range commands() {
		helps = append(helps, []string{c.name})
		for _, n := range c.words {
			helps = append(helps, []string{c.name, n})
		}
	}
	for _, args := range helps {
		name := strings.Join(append([]string{"server"}, args...), " ")
		t.Run(name, func(t *testing.T) {
			// A wrong setting must not keep anyone from reading the help.
			p := &program{env: map[string]string{"BALLAST_REPLICAS": "many"}}
			if code := p.run(t, append(args, "-h")...); code != exitOK || p.stderr.Len() > 0 {
				t.Errorf("exit code %d, stderr %q", code, p.stderr.String())
			}
			golden.Check(t, p.stdout.String(), "testdata", "help", strings.ReplaceAll(name, " ", "-")+".txt")
			asked := &program{}
			if code := asked.run(t, append([]string{"help"}, args...)...); code != exitOK || asked.stdout.String() != p.stdout.String() {
				t.Errorf("server help: exit code %d\n%s", code, &asked.stdout)
			}
		})
	}
}

// TestVersion is the one that records name.
func TestVersion(t *testing.T) {
	p := &program{}
	if code := p.run(t, "version"); code != exitOK || p.stdout.String() != version()+"\n" {
		t.Errorf("exit code %d, %q", code, p.stdout.String())
	}
}

// TestHelpNamesEverySetting in the order of the table, with its default.
func TestHelpNamesEverySetting(t *testing.T) {
	described := map[string]bool{}
	for _, s := range settingsHelp {
		if described[s.name] || s.help == "" {
			t.Errorf("%s is described twice, or not at all", s.name)
		}
		described[s.name] = true
	}
	defaults := envDefaults()
	for name := range defaults {
		if !described[name] {
			t.Errorf("%s%s is not in the help", envPrefix, name)
		}
	}
	if len(described) != len(defaults) {
		t.Errorf("the help describes %d settings of %d", len(described), len(defaults))
	}
}

// TestUsageFaults exit with 2 and say what was wanted.
func TestUsageFaults(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	tests := map[string]struct {
		args string
		want string
	}{
		"an unknown command":       {"fly", `there is no command "fly"`},
		"an unknown flag":          {"-fly", "flag provided but not defined: -fly"},
		"an argument too many":     {"-local extra", `server: "extra" is an argument too many; want: server [-local] [flags]`},
		"a portfolio without -f":   {"recommend portfolio.json", `server recommend: "portfolio.json" is an argument too many; want: server recommend -f FILE [flags]`},
		"a batch after its flags":  {"batch -o out.jsonl book.jsonl", `"book.jsonl" is an argument too many; want: server batch FILE [flags]`},
		"no portfolio":             {"recommend -data-dir " + missing, "-f: want a portfolio file"},
		"a missing portfolio":      {"analyze -f " + missing, "no such file"},
		"no subcommand of iam":     {"iam", "want: server iam policy [flags] | lint FILE"},
		"iam of what":              {"iam show", "want: server iam policy [flags] | lint FILE"},
		"no client of that name":   {"recommend -data-dir " + t.TempDir() + " -f ../../examples/p0.json -client desk", "has no client of this name; it has auditor, demo"},
		"no option of that name":   {"iam policy -option most", "most"},
		"no method of that name":   {"iam setup -method carrier", "carrier"},
		"a missing policy":         {"iam lint " + missing, "no such file"},
		"explain without a file":   {"iam explain", "server iam explain: want: server iam explain [flags] FILE ACTION RESOURCE REGION"},
		"explain no action":        {"iam explain " + missing + " InvokeModel * us-east-2", "want service:Action"},
		"explain half a key":       {"iam explain -context aws:username " + missing, "want key=value"},
		"explain a region twice":   {"iam explain -context aws:requestedregion=x " + missing, "give it as REGION"},
		"journal of what":          {"journal prove", "want: server journal verify | show"},
		"ledger of what":           {"ledger show", "want: server ledger verify"},
		"keys without a word":      {"keys", "want: server keys new | hash | pepper"},
		"keys of what":             {"keys old", "want: server keys new | hash | pepper"},
		"keys for two":             {"keys new two", `server keys new: "two" is an argument too many`},
		"a file of no format":      {"analyze -from schwab -f ../../examples/p0.json", "p0.json as schwab: No line has the headings"},
		"a report to nowhere":      {"recommend -f ../../examples/p0.json -o " + missing + "/report.html", "-o: "},
		"a report on a folder":     {"recommend -f ../../examples/p0.json -o " + filepath.Dir(missing), "is a folder"},
		"a report on the request":  {"recommend -f ../../examples/p0.json -o ../../examples/p0.json", "holds the request"},
		"a report of another type": {"recommend -f ../../examples/p0.json -o " + missing + ".pdf", "-o: the report is HTML: want " + missing + ".html"},
		"results on the requests":  {"batch ../../examples/book.jsonl -o ../../examples/book.jsonl", "holds the requests"},
		"keys without a pepper":    {"keys new", "BALLAST_KEY_PEPPER: want 32 bytes or more"},
		"config of what":           {"config show " + missing, "want: server config check FILE"},
		"config without a file":    {"config check", "server config check: want: server config check FILE"},
		"help for what":            {"help fly", `there is no command "fly"`},
		"a fault of no name":       {"emulator -addr 127.0.0.1:0 -faults gremlins=1", "gremlins"},
		"a log level of no name":   {"emulator -log-level loud", "want debug, info, warn or error"},
		"faults in production":     {"-faults throttle=1", "-faults: only with -local"},
		"a local fault of no name": {"-local -addr 127.0.0.1:0 -admin-addr 127.0.0.1:0 -faults gremlins=1", "gremlins"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			p := &program{}
			if code := p.run(t, strings.Fields(tc.args)...); code != exitUsage {
				t.Errorf("exit code %d", code)
			}
			if !strings.Contains(p.stderr.String(), tc.want) || p.stdout.Len() > 0 {
				t.Errorf("stdout %q, stderr:\n%s", p.stdout.String(), p.stderr.String())
			}
		})
	}
}

// TestAddressInUse names the setting that gives another.
func TestAddressInUse(t *testing.T) {
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	taken := ln.Addr().String()
	for args, want := range map[string]string{
		"emulator -addr " + taken:                       "-addr sets",
		"-local -addr " + taken:                         "-addr or BALLAST_ADDR sets",
		"-local -addr 127.0.0.1:0 -admin-addr " + taken: "-admin-addr or BALLAST_ADMIN_ADDR sets",
	} {
		p := &program{env: map[string]string{"BALLAST_DATA_DIR": t.TempDir()}}
		if code := p.run(t, strings.Fields(args)...); code != exitFail || !strings.Contains(p.stderr.String(), want) {
			t.Errorf("%s: exit code %d\n%s", args, code, &p.stderr)
		}
	}
}

// TestIAMExplainTellsByItsExitCode whether the call is allowed, for a script.
func TestIAMExplainTellsByItsExitCode(t *testing.T) {
	const model = "arn:aws:bedrock:us-east-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0"
	for action, want := range map[string]int{"bedrock:InvokeModel": exitOK, "bedrock:DeleteCustomModel": exitFail} {
		p := &program{}
		if code := p.run(t, "iam", "explain", "../../deploy/iam-policy.json", action, model, "us-east-2"); code != want || p.stdout.String() == "" {
			t.Errorf("%s: exit code %d, want %d\n%s", action, code, want, p.stdout.String())
		}
	}
}
