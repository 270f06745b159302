package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// goodKey is what `server keys` prints of a key.
const goodKey = "{prefix: abcdefgh, hash: 5f3c0e9ad17b42868ee1c94d0b7fa6352d81e4c6907a1bf35c28d46e93f07ab1}"

// TestWholeConfig reads every field, and takes a client's role for granted.
func TestWholeConfig(t *testing.T) {
	c, err := parseConfig([]byte(`
time_zone: Europe/Berlin
budgets: {global: {day_usd: 20.5, month_usd: "400"}}
clients:
  - name: frontend
    keys: [`+goodKey+`]
    budget: {day_usd: 0.000000001, month_usd: 100}
    limits: {requests_per_second: 10, burst: 20, in_flight: 4, tokens_per_minute: 5}
  - {name: auditor, role: auditor, tokens: [compliance, audit]}
oidc: {issuer: "https://login.example.com/", audience: ballast, claim: groups, algorithms: [ES256], clock_skew: 30s}
address_limit: {requests_per_second: 50}
bedrock_quota: {requests_per_minute: 1, tokens_per_minute: 2, in_flight: 3}
cors_origins: [https://app.example.com]
trusted_proxies: [10.0.0.0/8]
`), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	loc, err := c.location()
	if err != nil || loc.String() != "Europe/Berlin" {
		t.Errorf("%v, %v", loc, err)
	}
	l := c.limits()
	if l.Global.Day.String() != "20.5" || l.Global.Month.String() != "400" || l.Client("frontend").Day != 1 {
		t.Errorf("%+v", l)
	}
	if forgotten := l.Client("auditor"); forgotten.Day != 0 || forgotten.Month != 0 {
		t.Errorf("a client without a budget may spend %v", forgotten)
	}
	if stranger := l.Client("stranger"); stranger.Day != 0 {
		t.Errorf("a client that is not listed may spend %v", stranger)
	}
	if c.Clients[0].Role != "client" || c.Clients[1].Role != "auditor" {
		t.Errorf("roles %s and %s", c.Clients[0].Role, c.Clients[1].Role)
	}
	if d := cmp.Diff(&fileOIDC{Issuer: "https://login.example.com/", Audience: "ballast", Claim: "groups",
		Algorithms: []string{"ES256"}, ClockSkew: 30 * time.Second}, c.OIDC); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"compliance", "audit"}, c.Clients[1].Tokens); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(fileQuota{1, 2, 3}, c.BedrockQuota); d != "" {
		t.Error(d)
	}
	if r := c.AddressLimit.rate(); r.Count != 50 || r.Burst != 50 {
		t.Errorf("a burst below the rate: %+v", r)
	}
	if l := c.Clients[0].Limits; l.Burst != 20 || l.InFlight != 4 || l.TokensPerMinute != 5 {
		t.Errorf("%+v", l)
	}
}

// TestEveryFaultOfTheConfig is named, all at once.
func TestEveryFaultOfTheConfig(t *testing.T) {
	file := write(t, "ballast.yaml", `
time_zone: Mars/Olympus
budgets: {global: {day_usd: -1, month_usd: -2}}
clients:
  - name: Frontend!
    role: king
    keys: [`+goodKey+`, {prefix: ijklmnop, hash: short}]
    budget: {day_usd: -3, month_usd: -4}
    limits: {requests_per_second: -5, burst: -6, in_flight: -7, tokens_per_minute: -8}
  - {name: twin, keys: [`+goodKey+`], tokens: [spa, ""]}
  - {name: twin, tokens: [spa]}
oidc: {issuer: "http://login.example.com", algorithms: [HS256], clock_skew: 1h}
address_limit: {requests_per_second: -9, burst: -10}
retain_years: 101
bedrock_quota: {requests_per_minute: -11, tokens_per_minute: -12, in_flight: -13}
batches: {max_lines: 100001, max_body_mib: 4097, max_open_jobs: -1, in_flight: 1001, share_percent: 101, retain_hours: 8785}
cors_origins: ["*"]
models_file: missing-models.yaml
policy_file: missing-policy.yaml
`)
	p := &program{}
	if code := p.run(t, "config", "check", file); code != exitUsage {
		t.Errorf("exit code %d", code)
	}
	got := p.stderr.String()
	for _, want := range []string{
		file + `: time_zone: "Mars/Olympus" is not an IANA time zone`,
		"budgets.global.day_usd: want 0 or more", "budgets.global.month_usd: want 0 or more",
		`clients: "Frontend!": budget.day_usd: want 0 or more`, `clients: "Frontend!": budget.month_usd: want 0 or more`,
		`clients: "Frontend!": limits.requests_per_second: want 0 or more`, `clients: "Frontend!": limits.burst: want 0 or more`,
		`clients: "Frontend!": limits.in_flight: want 0 or more`, `clients: "Frontend!": limits.tokens_per_minute: want 0 or more`,
		"retain_years: want 0 to 100", "address_limit.requests_per_second: want 0 or more", "address_limit.burst: want 0 or more",
		"bedrock_quota.requests_per_minute: want 0 or more", "bedrock_quota.tokens_per_minute: want 0 or more", "bedrock_quota.in_flight: want 0 or more",
		"batches.max_lines: want 0 to 100000", "batches.max_body_mib: want 0 to 4096", "batches.max_open_jobs: want 0 to 1000",
		"batches.in_flight: want 0 to 1000", "batches.share_percent: want 1 to 100", "batches.retain_hours: want 0 to 8784",
		`cors_origins: "*" is not an origin`,
		`client "Frontend!": the name must be`, `client "Frontend!": the role must be client, auditor or admin`,
		`key "ijklmnop": the hash must be 64 hexadecimal digits`, `client "twin": listed twice`, `key "abcdefgh": the prefix is used twice`,
		"issuer: want an https URL", "audience: required", "claim: required", `algorithms: "HS256" is none of`, "clock_skew: want 0s to 5m",
		`clients: "twin": tokens: want no empty value`, `clients: "twin": tokens: "spa" stands for client "twin" already`,
		"models_file: open missing-models.yaml", "policy_file: open missing-policy.yaml",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not reported", want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

// TestWhatIsNoConfig: each is refused, and said what is wrong with.
func TestWhatIsNoConfig(t *testing.T) {
	client := "clients: [{name: a}]\n"
	for name, tc := range map[string]struct{ text, want string }{
		"nothing":               {"", "the file is empty"},
		"a comment":             {"# later\n", "the file is empty"},
		"no client":             {"time_zone: UTC\n", "clients: want at least one"},
		"two documents":         {client + "---\ntime_zone: UTC\n", "want one YAML document"},
		"broken YAML":           {"clients: [", "the file is not YAML: line 2: did not find"},
		"tokens of nobody":      {"clients: [{name: a, tokens: [spa]}]\n", "there is no oidc"},
		"an unknown field":      {client + "budget: {}\n", "budget: there is no such field; want one of address_limit, batches, bedrock_quota, budgets, "},
		"an unknown limit":      {"clients: [{name: a, limits: {requests_per_sec: 1}}]\n", `clients: "a": limits.requests_per_sec: there is no such field; want one of burst, in_flight, requests_per_second, tokens_per_minute (line 1)`},
		"two unknown fields":    {client + "first: 1\nsecond: 2\n", "second: there is no such field"},
		"a field of no form":    {client + "\"a\\nb\": 1\n", `"a\nb": there is no such field`},
		"a field that is none":  {client + "? [a]\n: 1\n", `"": there is no such field`},
		"a key twice":           {client + client, "clients: given already in line 1 (line 2)"},
		"no share for jobs":     {client + "batches: {share_percent: 0}\n", "batches.share_percent: want 1 to 100"},
		"a limit twice":         {"clients: [{name: a, limits: {burst: 1, burst: 2}}]\n", `clients: "a": limits.burst: given already in line 1`},
		"an amount of letters":  {"clients: [{name: a, budget: {day_usd: lots}}]\n", `clients: "a": budget.day_usd: want an amount in USD of at most nine decimal places, such as 12.50 (line 1)`},
		"ten decimal places":    {"clients: [{name: a, budget: {day_usd: 0.0000000001}}]\n", `clients: "a": budget.day_usd: want an amount in USD`},
		"a limit with a point":  {"\nclients: [{name: a, limits: {requests_per_second: 0.5}}]\n", `clients: "a": limits.requests_per_second: want a whole number (line 2)`},
		"a limit as a text":     {client + "address_limit: {burst: '5'}\n", "address_limit.burst: want a whole number"},
		"a burst of billions":   {client + "address_limit: {burst: 1000000001}\n", "address_limit.burst: want 1000000000 at the most"},
		"tokens of billions":    {client + "bedrock_quota: {tokens_per_minute: 9000000000}\n", "bedrock_quota.tokens_per_minute: want 1000000000 at the most"},
		"a limit without end":   {client + "address_limit: {burst: 99999999999999999999}\n", "address_limit.burst: want a whole number"},
		"a list for fields":     {client + "budgets: {global: [5]}\n", "budgets.global: want fields: day_usd, month_usd (line 2)"},
		"a list for a file":     {"- a\n", "the file: want fields: address_limit, "},
		"fields for a list":     {"clients: {name: a}\n", "clients: want a list (line 1)"},
		"a text for a list":     {client + "cors_origins: https://app.example.com\n", "cors_origins: want a list"},
		"a list for a text":     {client + "time_zone: [UTC]\n", "time_zone: want a text"},
		"no name":               {"clients: [{name: a}, {limits: 5}]\n", "clients: entry 2: limits: want fields: burst, "},
		"a client of no form":   {"clients: [a]\n", "clients: entry 1: want fields: budget, keys, "},
		"a time of no form":     {"clients: [{name: a, keys: [{prefix: abcdefgh, expires: soon}]}]\n", `clients: "a": keys: "abcdefgh": expires: want a time such as 2027-06-30T00:00:00Z (line 1)`},
		"a duration of no form": {client + "oidc: {clock_skew: 30}\n", "oidc.clock_skew: want a duration such as 30s"},
		"a proxy of no form":    {client + "trusted_proxies: [10.0.0.0/8, proxy.example.com]\n", "trusted_proxies: entry 2: want a network such as 10.0.0.0/8 (line 2)"},
		"merged":                {"clients: [{name: a, limits: &l {burst: x}}, {name: b, limits: {<<: *l, in_flight: y}}]\n", `clients: "b": limits.in_flight: want a whole number`},
		"merged into itself":    {"clients: [{name: a, limits: &l {<<: *l, burst: x}}]\n", ""},
		"the machine's zone":    {client + "time_zone: Local\n", `time_zone: "Local" is not an IANA time zone`},
		"a type and a value":    {"clients: [{name: a, limits: {burst: many, in_flight: -1}}]\n", "limits.in_flight: want 0 or more"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseConfig([]byte(tc.text), time.Now())
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("%v, want %q", err, tc.want)
			}
			if strings.Contains(tc.text, "name: a") && strings.Contains(err.Error(), "want at least one") {
				t.Errorf("%v, but there is one", err)
			}
		})
	}
}

// TestConfigCheck accepts the example of the documentation.
func TestConfigCheck(t *testing.T) {
	p := &program{}
	if code := p.run(t, "config", "check", "../../docs/ballast.example.yaml"); code != exitOK {
		t.Errorf("exit code %d: %s", code, p.stderr.String())
	}
	if got := p.stdout.String(); got != "../../docs/ballast.example.yaml: no faults; clients: 1\n" {
		t.Errorf("%q", got)
	}
}

// TestConfigCheckTellsOfBudgetsThatOthersHoldBack, which are no fault.
func TestConfigCheckTellsOfBudgetsThatOthersHoldBack(t *testing.T) {
	file := write(t, "ballast.yaml", `
budgets: {global: {day_usd: 20, month_usd: 400}}
clients:
  - {name: as-much, keys: [], budget: {day_usd: 20, month_usd: 400}}
  - {name: more, keys: [], budget: {day_usd: 20.01, month_usd: 10}}
`)
	p := &program{}
	if code := p.run(t, "config", "check", file); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	want := `warning: clients: "more": budget.day_usd: USD 20.01 is more than the 10 of its month_usd, which is used up first
warning: clients: "more": budget.day_usd: USD 20.01 is more than the 20 of budgets.global.day_usd, which is used up first
`
	if d := cmp.Diff(want, p.stderr.String()); d != "" {
		t.Error(d)
	}
}

// TestLocalNeedsItsClient where a file of the operator's is used with -local.
func TestLocalNeedsItsClient(t *testing.T) {
	file := write(t, "ballast.yaml", "clients: [{name: somebody}]\n")
	p := &program{env: map[string]string{"BALLAST_CONFIG": file, "BALLAST_DATA_DIR": t.TempDir()}}
	if code := p.run(t, "-local", "-addr", "127.0.0.1:0", "-admin-addr", "127.0.0.1:0"); code != exitUsage {
		t.Errorf("exit code %d", code)
	}
	if !strings.Contains(p.stderr.String(), "-local needs a client named demo") {
		t.Error(p.stderr.String())
	}
}

// TestKeys prints what the configuration takes, and the same again for the same
// key under the same pepper.
func TestKeys(t *testing.T) {
	env := map[string]string{"BALLAST_KEY_PEPPER": testPepper}
	made := &program{env: env}
	if code := made.run(t, "keys", "new"); code != exitOK {
		t.Fatalf("exit code %d: %s", code, made.stderr.String())
	}
	line, stored, _ := strings.Cut(made.stdout.String(), "\n")
	key := strings.TrimPrefix(line, "key ")
	hashed := &program{env: env, stdin: key + "\n"}
	if code := hashed.run(t, "keys", "hash"); code != exitOK || hashed.stdout.String() != stored {
		t.Errorf("exit code %d, %q, want %q", code, hashed.stdout.String(), stored)
	}
	prefix, hash, ok := strings.Cut(strings.ReplaceAll(strings.TrimSpace(stored), "\n", ", "), ", ")
	c, err := parseConfig([]byte("clients: [{name: a, keys: [{"+prefix+", "+hash+"}]}]"), time.Now())
	if err != nil || !ok {
		t.Fatal(err)
	}
	ring, err := c.ring([]byte(strings.Repeat("p", 32)), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if name, role, ok := ring.Lookup(key, time.Now()); !ok || name != "a" || role != "client" {
		t.Errorf("%q, %q, %v", name, role, ok)
	}
	other := &program{env: map[string]string{"BALLAST_KEY_PEPPER": testJournalKey}, stdin: key}
	if code := other.run(t, "keys", "hash"); code != exitOK || other.stdout.String() == stored {
		t.Errorf("exit code %d; another pepper gives the same hash", code)
	}
	fresh := &program{}
	if code := fresh.run(t, "keys", "pepper"); code != exitOK || len(strings.TrimSpace(fresh.stdout.String())) != 44 {
		t.Errorf("exit code %d, pepper of %d characters", code, fresh.stdout.Len())
	}
}

// TestUsageErrorUnwraps to its cause.
func TestUsageErrorUnwraps(t *testing.T) {
	cause := errors.New("cause")
	if !errors.Is(usageError{cause}, cause) {
		t.Error("the cause is lost")
	}
}
