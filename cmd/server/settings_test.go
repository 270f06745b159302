package main

import (
	"encoding/base64"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var (
	testPepper     = base64.StdEncoding.EncodeToString([]byte(strings.Repeat("p", 32)))
	testJournalKey = base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32)))
)

// faultsOf are the lines of a run that ends with exit code 2 before it began.
func faultsOf(t *testing.T, env map[string]string, args ...string) []string {
	t.Helper()
	p := &program{env: env}
	if code := p.run(t, args...); code != exitUsage {
		t.Fatalf("exit code %d:\n%s", code, p.stderr.String())
	}
	return strings.Split(strings.TrimPrefix(strings.TrimSpace(p.stderr.String()), "server: "), "\n")
}

// TestEveryWrongSetting is reported at once and by name, whether its type or
// its value is wrong, and no value is repeated.
func TestEveryWrongSetting(t *testing.T) {
	got := faultsOf(t, map[string]string{
		"BALLAST_ADDR": "secret1", "BALLAST_ADMIN_ADDR": "secret2", "BALLAST_REPLICAS": "secret3",
		"BALLAST_REDIS_URL": "http://secret4", "BALLAST_MODEL_TIMEOUT": "secret5", "BALLAST_SHUTDOWN_TIMEOUT": "-1s", "BALLAST_DRAIN_DELAY": "61s",
		"BALLAST_ALLOW_BEARER_TOKEN": "secret6", "BALLAST_KEY_PEPPER": "secret7", "BALLAST_JOURNAL_KEYS": "secret8",
		"BALLAST_LOG_FORMAT": "secret9", "BALLAST_LOG_LEVEL": "secret0", "AWS_BEARER_TOKEN_BEDROCK": "secretX",
	})
	want := map[string]string{
		"BALLAST_ADDR": "want host:port or :port", "BALLAST_ADMIN_ADDR": "want host:port or :port", "BALLAST_REPLICAS": "want a whole number",
		"BALLAST_REDIS_URL":     "want redis://user:password@host:6379/0 or unix:///path",
		"BALLAST_MODEL_TIMEOUT": "want a duration such as 15s", "BALLAST_SHUTDOWN_TIMEOUT": "want more than 0s", "BALLAST_DRAIN_DELAY": "want 0s to 1m",
		"BALLAST_ALLOW_BEARER_TOKEN": "want true or false", "BALLAST_JOURNAL_KEYS": "want ID:BASE64 of 32 bytes",
		"BALLAST_LOG_FORMAT": "want json or text", "BALLAST_LOG_LEVEL": "want debug, info, warn or error",
		"BALLAST_CONFIG":     "required without -local",
		"BALLAST_KEY_PEPPER": "required without -local: 32 bytes or more in base64",
	}
	bearer := false
	for _, line := range got {
		if strings.Contains(line, "secret") {
			t.Errorf("a value is repeated: %s", line)
		}
		name, text, _ := strings.Cut(line, ": ")
		if strings.Contains(line, "AWS_BEARER_TOKEN_BEDROCK") {
			bearer = true
		} else if want[name] != text {
			t.Errorf("%q, want %q", line, want[name])
		}
		delete(want, name)
	}
	if len(want) > 0 || !bearer {
		t.Errorf("not reported: %v, bearer token %v, in:\n%s", want, bearer, strings.Join(got, "\n"))
	}
}

// production is a sound environment of the production server.
func production(edit map[string]string) map[string]string {
	env := map[string]string{"BALLAST_CONFIG": "local.yaml", "BALLAST_KEY_PEPPER": testPepper}
	maps.Copy(env, edit)
	return env
}

// TestOneWrongSetting at a time, each on its own border.
func TestOneWrongSetting(t *testing.T) {
	for name, tc := range map[string]struct {
		env  map[string]string
		want string
	}{
		"no replica":            {map[string]string{"BALLAST_REPLICAS": "0"}, "BALLAST_REPLICAS: want 1 or more"},
		"replicas on SQLite":    {map[string]string{"BALLAST_REPLICAS": "2"}, "BALLAST_DATABASE_URL: required with several replicas: SQLite cannot be shared"},
		"no time for a call":    {map[string]string{"BALLAST_MODEL_TIMEOUT": "0s"}, "BALLAST_MODEL_TIMEOUT: want more than 0s"},
		"an unknown output":     {map[string]string{"BALLAST_MODEL_OUTPUT": "xml"}, "BALLAST_MODEL_OUTPUT: want prefill or tool"},
		"no configuration":      {map[string]string{"BALLAST_CONFIG": ""}, "BALLAST_CONFIG: required without -local"},
		"a short pepper":        {map[string]string{"BALLAST_KEY_PEPPER": testPepper[:40]}, "BALLAST_KEY_PEPPER: required without -local: 32 bytes or more in base64"},
		"a key without an id":   {map[string]string{"BALLAST_JOURNAL_KEYS": ":" + testJournalKey}, "BALLAST_JOURNAL_KEYS: want ID:BASE64 of 32 bytes"},
		"a journal id twice":    {map[string]string{"BALLAST_JOURNAL_KEYS": "a:" + testJournalKey + ",a:" + testJournalKey}, "BALLAST_JOURNAL_KEYS: want each ID once"},
		"a short journal key":   {map[string]string{"BALLAST_JOURNAL_KEYS": "a:" + testJournalKey + ",b:AAAA"}, "BALLAST_JOURNAL_KEYS: want ID:BASE64 of 32 bytes"},
		"an address of no port": {map[string]string{"BALLAST_ADDR": "localhost"}, "BALLAST_ADDR: want host:port or :port"},
		"a port that none has":  {map[string]string{"BALLAST_ADMIN_ADDR": ":99999"}, "BALLAST_ADMIN_ADDR: want host:port or :port"},
		"a port of no number":   {map[string]string{"BALLAST_ADDR": "127.0.0.1:80a"}, "BALLAST_ADDR: want host:port or :port"},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff([]string{tc.want}, faultsOf(t, production(tc.env))); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestEveryFaultOfTheFileToo: whoever mends one setting after another learns at
// once that the file of another is not there, or is wrong.
func TestEveryFaultOfTheFileToo(t *testing.T) {
	wrong := filepath.Join(t.TempDir(), "wrong.yaml")
	if err := os.WriteFile(wrong, []byte("time_zone: Nowhere/None\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{"/nope": "BALLAST_CONFIG: open /nope: ", wrong: "BALLAST_CONFIG: " + wrong + ": "} {
		for replicas, named := range map[string]bool{"0": true, "1": false} {
			got := strings.Join(faultsOf(t, production(map[string]string{"BALLAST_CONFIG": file, "BALLAST_REPLICAS": replicas})), "\n")
			if !strings.Contains(got, want) || strings.Contains(got, "BALLAST_REPLICAS: ") != named {
				t.Errorf("%s, %s replicas: %s", file, replicas, got)
			}
		}
	}
}

// TestSettings: defaults, the environment over them, flags over both; -local
// keeps to loopback unless told otherwise.
func TestSettings(t *testing.T) {
	tests := map[string]struct {
		env  map[string]string
		args []string
		want func(s *settings)
	}{
		"defaults": {env: production(nil), want: func(s *settings) {
			s.ConfigFile, s.KeyPepper = "local.yaml", testPepper
		}},
		"environment": {
			env: production(map[string]string{
				"BALLAST_ADDR": ":1", "BALLAST_ADMIN_ADDR": "[::1]:2", "BALLAST_REPLICAS": "3", "BALLAST_DATABASE_URL": "postgres://db",
				"BALLAST_MODEL_TIMEOUT": "1m30s", "BALLAST_LOG_LEVEL": "debug", "BALLAST_REGION": "eu-central-1", "BALLAST_MODEL_OUTPUT": "tool",
				"BALLAST_JOURNAL_KEYS": "new:" + testJournalKey + ", old:" + testJournalKey,
			}),
			want: func(s *settings) {
				s.ConfigFile, s.KeyPepper, s.Addr, s.AdminAddr, s.Replicas = "local.yaml", testPepper, ":1", "[::1]:2", 3
				s.DatabaseURL, s.ModelTimeout, s.LogLevel, s.Region = "postgres://db", 90*time.Second, "debug", "eu-central-1"
				s.JournalKeys, s.ModelOutput = "new:"+testJournalKey+", old:"+testJournalKey, "tool"
			},
		},
		"flags win": {
			env: production(map[string]string{"BALLAST_ADDR": ":1", "BALLAST_DATA_DIR": "/env"}), args: []string{"-addr", ":9", "-data-dir", "/flag"},
			want: func(s *settings) {
				s.ConfigFile, s.KeyPepper, s.Addr, s.DataDir = "local.yaml", testPepper, ":9", "/flag"
			},
		},
		"an empty variable is none": {env: production(map[string]string{"BALLAST_ADDR": "", "BALLAST_REPLICAS": ""}), want: func(s *settings) {
			s.ConfigFile, s.KeyPepper = "local.yaml", testPepper
		}},
		"local": {args: []string{"-local"}, want: func(s *settings) {
			s.Local, s.Addr, s.AdminAddr, s.LogFormat, s.DrainDelay = true, "127.0.0.1:8080", "127.0.0.1:9090", "text", 0
		}},
		"local, told otherwise": {
			env:  map[string]string{"BALLAST_ADMIN_ADDR": ":7", "BALLAST_LOG_FORMAT": "json", "BALLAST_DRAIN_DELAY": "3s"},
			args: []string{"-local", "-addr", ":8080"},
			want: func(s *settings) { s.Local, s.Addr, s.AdminAddr, s.LogFormat = true, ":8080", ":7", "json" },
		},
		"the SDK's own endpoint": {
			env:  production(map[string]string{"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "http://one"}),
			want: func(s *settings) { s.ConfigFile, s.KeyPepper, s.Endpoint = "local.yaml", testPepper, "http://one" },
		},
		"our own endpoint": {
			env:  production(map[string]string{"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "http://one", "BALLAST_BEDROCK_ENDPOINT": "http://two"}),
			want: func(s *settings) { s.ConfigFile, s.KeyPepper, s.Endpoint = "local.yaml", testPepper, "http://two" },
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			want := settings{
				Addr: ":8080", AdminAddr: ":9090", DataDir: "./data", Replicas: 1, Region: "us-east-2",
				ModelID: "anthropic.claude-3-haiku-20240307-v1:0", DatabaseTimeout: 5 * time.Second, RedisTimeout: 50 * time.Millisecond, ModelTimeout: 15 * time.Second,
				DrainDelay: 3 * time.Second, ShutdownTimeout: time.Minute,
				LogFormat: "json", LogLevel: "info",
			}
			tc.want(&want)
			got, err := loadSettings(tc.args, (&program{env: tc.env}).environment())
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(settings{})); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestJournalKeys has the first one active and keeps the others for reading.
func TestJournalKeys(t *testing.T) {
	s := settings{JournalKeys: "new:" + testJournalKey + ", old:" + testPepper}
	keys, err := s.journalKeys()
	if err != nil || keys.Active != "new" || len(keys.Secrets) != 2 || string(keys.Secrets["old"]) != strings.Repeat("p", 32) {
		t.Errorf("%v, %+v", err, keys)
	}
}

// TestNoSecretIsLogged at the start.
func TestNoSecretIsLogged(t *testing.T) {
	s := settings{
		KeyPepper: "secret", JournalKeys: "secret", DatabaseURL: "postgres://u:secret@db", RedisURL: "redis://u:secret@r", DataDir: "./data",
	}
	attrs := s.logAttrs()
	for i := 1; i < len(attrs); i += 2 {
		if text, ok := attrs[i].(string); ok && strings.Contains(text, "secret") {
			t.Errorf("%v is %q", attrs[i-1], text)
		}
	}
}
