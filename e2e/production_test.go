package e2e

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

var pepper = base64.StdEncoding.EncodeToString(make([]byte, 32))

// production starts the emulator as a process of its own and the server as it
// runs in production, with keys from a mounted file. budget is the client's,
// in USD a day.
func production(t *testing.T, budget, policy, faults string) (server, cloud *process) {
	t.Helper()
	return productionWith(t, budget, policy, faults, "")
}

// productionWith is production with further lines of the configuration.
func productionWith(t *testing.T, budget, policy, faults, more string) (server, cloud *process) {
	t.Helper()
	dir := t.TempDir()
	args := []string{"emulator", "-addr", "127.0.0.1:0", "-faults", faults}
	if policy != "" {
		file := filepath.Join(dir, "policy.json")
		write(t, file, policy)
		args = append(args, "-policy", file)
	}
	cloud = start(t, fast, "AWS_DEFAULT_REGION", nil, args...)
	credentials := filepath.Join(dir, "credentials")
	write(t, credentials, fmt.Sprintf("[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n",
		cloud.lines["AWS_ACCESS_KEY_ID"], cloud.lines["AWS_SECRET_ACCESS_KEY"]))
	key, prefix, hash := newKey(t)
	config := filepath.Join(dir, "ballast.yaml")
	write(t, config, fmt.Sprintf(`
time_zone: Europe/Berlin
budgets: {global: {day_usd: 100, month_usd: 1000}}
clients:
  - name: frontend
    keys: [{prefix: %s, hash: %s}]
    budget: {day_usd: %s, month_usd: 100}
    limits: {requests_per_second: 1000, burst: 1000, in_flight: 200}
bedrock_quota: {in_flight: 50}
%s
`, prefix, hash, budget, more))
	server = start(t, raced, "admin", append(productionEnv(cloud, dir, config, credentials), patient...))
	server.lines["key"] = key
	return server, cloud
}

// patient settings are for tests that are no tests of timeouts: a busy machine
// is no outage.
var patient = []string{"BALLAST_REDIS_TIMEOUT=20s", "BALLAST_DATABASE_TIMEOUT=30s", "BALLAST_MODEL_TIMEOUT=60s"}

func productionEnv(cloud *process, dir, config, credentials string) []string {
	return []string{
		"BALLAST_ADDR=127.0.0.1:0", "BALLAST_ADMIN_ADDR=127.0.0.1:0", "BALLAST_DATA_DIR=" + dir,
		"BALLAST_CONFIG=" + config, "BALLAST_KEY_PEPPER=" + pepper, "BALLAST_AWS_CREDENTIALS_FILE=" + credentials,
		"BALLAST_BEDROCK_ENDPOINT=" + cloud.lines["emulator"], "BALLAST_JOURNAL_KEYS=k1:" + pepper, "BALLAST_DRAIN_DELAY=0s",
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// newKey makes an API key with the program's own command.
func newKey(t *testing.T) (key, prefix, hash string) {
	t.Helper()
	cmd := exec.Command(fast, "keys", "new")
	cmd.Env = append(os.Environ(), "BALLAST_KEY_PEPPER="+pepper)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscanf(string(out), "key %s\nprefix: %s\nhash: %s", &key, &prefix, &hash); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return key, prefix, hash
}

// TestPolicyThatDenies is told apart, and nothing is billed.
func TestPolicyThatDenies(t *testing.T) {
	t.Parallel()
	const other = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"bedrock:InvokeModel","Resource":"arn:aws:bedrock:us-west-2::foundation-model/*"}]}`
	server, cloud := production(t, "5", other, "")
	a, _ := server.recommend(t, example(t, "p0.json", nil))
	if a.Source != "rules" || a.Degraded == nil || a.Degraded.Reason != "model_denied" {
		t.Errorf("source %s, degraded %+v", a.Source, a.Degraded)
	}
	if a.Degraded != nil && strings.Contains(a.Degraded.Detail, "123456789012") {
		t.Errorf("the account is told: %s", a.Degraded.Detail)
	}
	if a.Usage.Provider != "emulator" {
		t.Errorf("an endpoint that is not AWS's own is called %s", a.Usage.Provider)
	}
	if billed, spent := cloud.bill(t), spentNano(t, server); billed != 0 || spent != 0 {
		t.Errorf("billed %d, ledger %d", billed, spent)
	}
}

// TestShutdownWaitsForRequestsInFlight sends SIGTERM while the model thinks.
func TestShutdownWaitsForRequestsInFlight(t *testing.T) {
	t.Parallel()
	p := localRaced(t, nil, "-faults", "latency=1500ms")
	got := make(chan answer, 1)
	go func() { a, _ := p.recommend(t, example(t, "p0.json", nil)); got <- a }()
	awaitCall(t, p, "demo")
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if a := <-got; a.Source != "model" {
		t.Errorf("source %s, degraded %+v", a.Source, a.Degraded)
	}
	p.stop(t)
}

// TestShutdownIsToldTwice: whoever sends SIGTERM again and again, up to the last
// moment of the process, gets the end that the first one asked for.
func TestShutdownIsToldTwice(t *testing.T) {
	t.Parallel()
	// The detector of races keeps a process for so long after its last line.
	p := localRaced(t, []string{"GORACE=atexit_sleep_ms=300"})
	ended := make(chan error, 1)
	go func() { ended <- p.cmd.Wait() }()
	p.done = true
	for {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("%v\n%s", err, p.stderr)
			}
			return
		case <-time.After(time.Millisecond):
		}
	}
}

// TestServerDrains: a server that is to end says so first, and answers as ever
// whom its load balancer still sends.
func TestServerDrains(t *testing.T) {
	t.Parallel()
	c := newCluster(t, clusterConfig{env: []string{"BALLAST_DRAIN_DELAY=1m"}}) // the test ends it long before
	server := c.servers[0]
	server.get(t, "/readyz")
	if err := server.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		res, err := http.Get(server.lines["admin"] + "/readyz") //nolint:noctx // of the test's own
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode == http.StatusServiceUnavailable {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("ready: %d", res.StatusCode)
		}
	}
	http.DefaultClient.CloseIdleConnections() // others' new ones are accepted too
	if out := ask(t.Context(), server.lines["api"], c.key, variant(t, 1, nil)); out.status != http.StatusOK {
		t.Errorf("status %d, %v", out.status, out.err)
	}
}

// awaitCall returns when a model call of the client is under way.
func awaitCall(t *testing.T, p *process, client string) {
	t.Helper()
	idle := `ballast_budget_reserved_usd{client="` + client + `",window="day"} 0` + "\n"
	for deadline := time.Now().Add(10 * time.Second); strings.Contains(p.metrics(t), idle); {
		if time.Now().After(deadline) {
			t.Fatal("no call is under way")
		}
	}
}

// TestCrashNeverForgetsMoney kills the server while it waits for the model.
// What the model's provider bills for that call is still held when the server
// is back.
func TestCrashNeverForgetsMoney(t *testing.T) {
	server, cloud := production(t, "5", "", "latency=500ms")
	url, key := server.lines["api"], server.lines["key"]
	ended := make(chan struct{})
	body := example(t, "p0.json", nil)
	go func() {
		defer close(ended)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/v1/recommendations", bytes.NewReader(body))
		if err != nil {
			return
		}
		req.Header.Set("Authorization", "Bearer "+key)
		req.Header.Set("Content-Type", "application/json")
		if res, err := http.DefaultClient.Do(req); err == nil {
			_ = res.Body.Close()
		}
	}()
	// The emulator bills before it thinks. A reservation alone would not tell
	// that the call has left the server.
	billed := cloud.bill(t)
	for deadline := time.Now().Add(10 * time.Second); billed == 0; billed = cloud.bill(t) {
		if time.Now().After(deadline) {
			t.Fatal("no call was billed")
		}
	}
	server.kill()
	<-ended
	back := start(t, raced, "admin", server.cmd.Env)
	back.lines["key"] = key
	if held := heldNano(t, back); held < billed {
		t.Errorf("the ledger holds %d nano-USD, %d were billed", held, billed)
	}
}

// TestWrongSettings names every fault and exits with 2.
func TestWrongSettings(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(fast)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "BALLAST_REPLICAS=3", "BALLAST_ADDR=nowhere"}
	out, err := cmd.CombinedOutput()
	if err == nil || cmd.ProcessState.ExitCode() != 2 {
		t.Errorf("%v", err)
	}
	for _, name := range []string{"BALLAST_ADDR", "BALLAST_CONFIG", "BALLAST_KEY_PEPPER", "BALLAST_DATABASE_URL"} {
		if !strings.Contains(string(out), name) {
			t.Errorf("%s is not named in:\n%s", name, out)
		}
	}
}
