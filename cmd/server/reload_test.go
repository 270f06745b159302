package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"ballast.internal/ballast/internal/recommend"
)

// A change of the mounted file changes who may call, as what, how often, for
// how much and from where, without a restart.
func TestReload(t *testing.T) {
	m := mount(t, mountedConfig, nil)
	const origin = "https://app.example.com"
	if w := m.call("GET", "/v1/usage", ""); w.Code != 200 {
		t.Fatal(w.Body)
	}
	m.change(strings.NewReplacer("day_usd: 1,", "day_usd: 3,", "    keys", "    role: auditor\n    keys", "second: 100", "second: 7").Replace(mountedConfig) +
		"cors_origins: [" + origin + "]\naddress_limit: {requests_per_second: 50}\n")
	if w := m.call("GET", "/v1/usage", ""); strings.Contains(w.Body.String(), `"limit_usd":"3"`) {
		t.Error("changed before anybody looked")
	}
	later := time.Now().Add(time.Hour).Truncate(time.Second)
	m.look(later)
	w := m.call("GET", "/v1/usage", "", "Origin", origin)
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"limit_usd":"3"`) || w.Header().Get("Access-Control-Allow-Origin") != origin ||
		!strings.Contains(w.Header().Get("RateLimit-Policy"), `"client_requests";q=7;`) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if m.inForce.Load().network.Addresses == nil {
		t.Error("addresses are not limited")
	}
	if w := m.call("POST", "/v1/analyses", "{}"); w.Code != 403 {
		t.Errorf("an auditor's POST: %d %s", w.Code, w.Body)
	}
	if got := m.reading("ballast_config_last_reload_success_timestamp_seconds"); got != float64(later.Unix()) {
		t.Errorf("loaded at %v", got)
	}
	m.change(strings.Replace(mountedConfig, "keys: [KEY0]", "keys: []", 1))
	m.look(time.Now())
	if w := m.call("GET", "/v1/usage", ""); w.Code != 401 {
		t.Errorf("a revoked key: %d", w.Code)
	}
}

// The part of jobs changes at once, of the budgets and of the quota's places.
func TestReloadOfTheShareOfJobs(t *testing.T) {
	const quota = "bedrock_quota: {in_flight: 20}\nbatches: {share_percent: %d, in_flight: 16}\n"
	m := mount(t, mountedConfig+fmt.Sprintf(quota, 10), nil)
	reserve := func(id string, usd float64) error {
		now := time.Now()
		return m.store.Reserve(t.Context(), recommend.Reservation{
			ID: id, Client: "web", Model: "m", Batch: "bat_1", CostNano: int64(usd * 1e9), At: now, Expires: now.Add(time.Minute),
		})
	}
	if err := reserve("r1", 0.2); err == nil || m.linesInFlight() != 2 {
		t.Fatalf("%v with %d lines, want a tenth of each", err, m.linesInFlight())
	}
	m.change(mountedConfig + fmt.Sprintf(quota, 50))
	m.look(time.Now())
	if err := reserve("r2", 0.2); err != nil || m.linesInFlight() != 10 || m.reading("ballast_config_restart_needed") != 0 {
		t.Errorf("%v with %d lines, want half of each", err, m.linesInFlight())
	}
	m.change(mountedConfig + fmt.Sprintf(quota, 20))
	m.look(time.Now())
	if err := reserve("r3", 0.01); err == nil || m.linesInFlight() != 4 {
		t.Errorf("%v with %d lines, want no more than a fifth", err, m.linesInFlight())
	}
}

// A file that is not in order changes nothing, says so in the log and a metric,
// once, and the next good one is taken.
func TestReloadKeepsTheLastGood(t *testing.T) {
	m := mount(t, mountedConfig, nil)
	good := m.inForce.Load()
	for name, change := range map[string]func(){
		"half a file":        func() { m.change(mountedConfig[:40]) },
		"a negative budget":  func() { m.change(strings.Replace(mountedConfig, "day_usd: 1", "day_usd: -1", 1)) },
		"an unknown field":   func() { m.change(mountedConfig + "budget: 5\n") },
		"a missing file":     func() { m.change(mountedConfig + "policy_file: /nowhere/policy.json\n") },
		"an empty file":      func() { m.change("") },
		"a reserved name":    func() { m.change(strings.Replace(mountedConfig, "name: web", "name: global", 1)) },
		"a name given twice": func() { m.change(mountedConfig + "time_zone: UTC\n") },
		"a huge file":        func() { m.change(mountedConfig + "#" + strings.Repeat("x", maxConfigBytes)) },
		"aliases of aliases": func() {
			m.change(mountedConfig + "cors_origins: [&a [x, x, x, x, x, x, x, x, x], &b [*a, *a, *a, *a, *a, *a, *a, *a], &c [*b, *b, *b, *b, *b, *b, *b, *b], [*c, *c, *c, *c]]\n")
		},
		"a fault in each line": func() { m.change(mountedConfig + "cors_origins: [" + strings.Repeat("[], ", 5_000) + "]\n") },
		"a folder":             func() { m.put(func(file string) error { return os.Mkdir(file, 0o755) }) },
		"a pipe":               func() { m.put(func(file string) error { return syscall.Mkfifo(file, 0o600) }) },
		"a link in a circle":   func() { m.put(func(file string) error { return os.Symlink("ballast.yaml", file) }) },
		"no file": func() {
			if err := os.Remove(filepath.Join(m.dir, "..data", "ballast.yaml")); err != nil {
				t.Fatal(err)
			}
		},
	} {
		change()
		before := len(m.log.String())
		m.look(time.Now())
		m.look(time.Now())
		if n := strings.Count(m.log.String()[before:], "the last good one stays in force"); n != 1 {
			t.Errorf("%s: logged %d times: %.5000s", name, n, m.log.String()[before:])
		}
		if added := len(m.log.String()) - before; added > 2*maxFaultText {
			t.Errorf("%s: %d bytes were logged", name, added)
		}
		if m.inForce.Load() != good || m.reading("ballast_config_last_reload_successful") != 0 {
			t.Errorf("%s: was put into force", name)
		}
		if w := m.call("GET", "/v1/usage", ""); w.Code != 200 {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	m.change(mountedConfig)
	m.look(time.Now())
	if m.inForce.Load() == good || m.reading("ballast_config_last_reload_successful") != 1 {
		t.Error("the next good one was not taken")
	}
}

// Half a file may be in order: it is not taken while it is being written.
func TestReloadWaitsForTheWholeFile(t *testing.T) {
	m := mount(t, mountedConfig+"  - {name: desk, role: auditor, keys: [KEY1]}\n", nil)
	m.change(mountedConfig)
	m.lookAtConfig(t.Context(), time.Now())
	if w := m.call("GET", "/v1/usage", "", "Authorization", "Bearer "+m.keys[1]); w.Code != 200 {
		t.Errorf("half a file was taken: %d %s", w.Code, w.Body)
	}
	m.change(mountedConfig + "  - {name: desk, role: admin, keys: [KEY1]}\n")
	m.look(time.Now())
	if w := m.call("GET", "/v1/admin/usage", "", "Authorization", "Bearer "+m.keys[1]); w.Code != 200 {
		t.Errorf("the whole file was not taken: %d %s", w.Code, w.Body)
	}
}

// A file is tried again when what it was refused for may have come.
func TestReloadTriesAgain(t *testing.T) {
	m := mount(t, mountedConfig, nil)
	policy := filepath.Join(m.dir, "policy.json")
	m.change(mountedConfig + "cors_origins: [\"https://app.example.com\"]\npolicy_file: " + policy + "\n")
	m.look(time.Now())
	if m.reading("ballast_config_last_reload_successful") != 0 {
		t.Fatal("taken without its policy")
	}
	text, err := os.ReadFile("../../internal/analysis/policy.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(policy, text, 0o600); err != nil {
		t.Fatal(err)
	}
	m.look(time.Now())
	if m.reading("ballast_config_last_reload_successful") != 1 || len(m.inForce.Load().network.CORSOrigins) != 1 {
		t.Error("not tried again")
	}
}

// What money in flight depends on waits for the next start, and is named.
func TestReloadThatHasToWait(t *testing.T) {
	m := mount(t, mountedConfig, nil)
	m.change(strings.Replace(mountedConfig, "UTC", "Europe/Berlin", 1) + "bedrock_quota: {in_flight: 1}\n")
	m.look(time.Now())
	if m.reading("ballast_config_restart_needed") != 1 || !strings.Contains(m.log.String(), "time_zone") || !strings.Contains(m.log.String(), "bedrock_quota") {
		t.Errorf("not said: %s", m.log.String())
	}
	m.change(mountedConfig)
	m.look(time.Now())
	if m.reading("ballast_config_restart_needed") != 0 {
		t.Error("said although it was taken back")
	}
}

// What has not changed keeps its state.
func TestReloadKeepsState(t *testing.T) {
	config := mountedConfig + "oidc: {issuer: \"https://login.example.com\", audience: ballast, claim: azp}\naddress_limit: {requests_per_second: 5}\n"
	m := mount(t, config, nil)
	first := m.inForce.Load()
	m.change(config + "cors_origins: [\"https://app.example.com\"]\n")
	m.look(time.Now())
	next := m.inForce.Load()
	if next == first || next.identities.Tokens != first.identities.Tokens || next.network.Addresses != first.network.Addresses {
		t.Error("the provider's keys or the addresses' use were forgotten")
	}
	m.change(strings.NewReplacer("azp", "sub", "second: 5}", "second: 6}").Replace(config))
	m.look(time.Now())
	if last := m.inForce.Load(); last.identities.Tokens == next.identities.Tokens || last.network.Addresses == next.network.Addresses {
		t.Error("the old provider or limit is still asked")
	}
}

// The effective configuration is logged with its defaults and without secrets.
func TestEffectiveConfiguration(t *testing.T) {
	m := mount(t, mountedConfig, nil)
	m.set.DatabaseURL, m.set.RedisURL, m.set.JournalKeys = "postgres://u:hunter2@db/x", "redis://:hunter2@cache", "k1:hunter2"
	m.app.log.Info("serving", append(m.set.logAttrs(), slog.Any("configuration", m.inForce.Load().file.masked()))...)
	got := m.log.String()
	for _, secret := range []string{"hunter2", m.stored[0].Hash, m.keys[0], m.set.KeyPepper} {
		if strings.Contains(got, secret) {
			t.Errorf("%s is logged: %s", secret, got)
		}
	}
	for _, want := range []string{`"database_url":"masked"`, `"key_pepper":"masked"`, `"model_timeout":"15s"`, `"prefix":"` + m.stored[0].Prefix + `"`,
		`"hash":"masked"`, `"role":"client"`, `"day_usd":`, `"allow_bearer_token":"false"`, `"region":"us-east-2"`,
		`"retain_years":6`, `"share_percent":50`} {
		if !strings.Contains(got, want) {
			t.Errorf("nothing of %s in %s", want, got)
		}
	}
	for _, s := range settingsHelp {
		if !strings.Contains(got, `"`+strings.ToLower(s.name)+`":`) {
			t.Errorf("nothing of %s", s.name)
		}
	}
}

// Every metric of the configuration is there from the start.
func TestReloadMetrics(t *testing.T) {
	m := mount(t, mountedConfig, nil)
	n, err := testutil.GatherAndCount(m.core.reg, "ballast_config_last_reload_successful",
		"ballast_config_last_reload_success_timestamp_seconds", "ballast_config_restart_needed")
	if diff := cmp.Diff(3, n); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
