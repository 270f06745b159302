package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// problem is what a refused caller reads.
type problem struct {
	Code, Limit      string
	ViolatedPolicies []string `json:"violated-policies"`
}

// wantRefusal wants a 429 that names the limit, in the body and in the headers,
// and a time after which to try again.
func wantRefusal(t *testing.T, o outcome, limit string) {
	t.Helper()
	var p problem
	if err := json.Unmarshal(o.body, &p); o.status != http.StatusTooManyRequests || err != nil {
		t.Fatalf("status %d, %v: %s", o.status, o.err, o.body)
	}
	if p.Code != "rate_limited" || p.Limit != limit || len(p.ViolatedPolicies) != 1 || p.ViolatedPolicies[0] != limit {
		t.Errorf("%+v, want %s", p, limit)
	}
	if after, err := strconv.Atoi(o.header.Get("Retry-After")); err != nil || after < 1 {
		t.Errorf("%s: Retry-After %q", limit, o.header.Get("Retry-After"))
	}
	for _, name := range []string{"RateLimit-Policy", "RateLimit"} {
		if !strings.Contains(o.header.Get(name), `"`+limit+`"`) {
			t.Errorf("%s is %q, want %s in it", name, o.header.Get(name), limit)
		}
	}
}

func byRules(t *testing.T, i int) []byte {
	t.Helper()
	return variant(t, i, func(doc map[string]any) { option(doc, "mode", "rules") })
}

// TestReplicasShareTheClientsLimit: three replicas together admit what one
// would, and each tells what is left of the whole.
func TestReplicasShareTheClientsLimit(t *testing.T) {
	t.Parallel()
	c := newCluster(t, clusterConfig{replicas: 3, limits: "requests_per_second: 1, burst: 12, in_flight: 100, tokens_per_minute: 5000"})
	begin := time.Now()
	var (
		wg      sync.WaitGroup
		mu      sync.Mutex
		allowed int
		refused outcome
	)
	for i := range 60 {
		body := byRules(t, i)
		wg.Go(func() {
			out := ask(t.Context(), c.servers[i%3].lines["api"], c.key, body)
			mu.Lock()
			defer mu.Unlock()
			switch out.status {
			case http.StatusOK:
				allowed++
			case http.StatusTooManyRequests:
				refused = out
			default:
				t.Errorf("status %d, %v: %s", out.status, out.err, out.body)
			}
		})
	}
	wg.Wait()
	if most := 12 + int(time.Since(begin)/time.Second) + 1; allowed < 12 || allowed > most {
		t.Errorf("%d admitted, want 12 and at most %d", allowed, most)
	}
	wantRefusal(t, refused, "client_requests")
}

// TestTokensPerMinute: a client's own limit of tokens refuses before anything
// is spent, and leaves what needs no model alone.
func TestTokensPerMinute(t *testing.T) {
	t.Parallel()
	c := newCluster(t, clusterConfig{replicas: 2, limits: "tokens_per_minute: 3000"})
	served := 0
	var refused outcome
	for i := range 10 {
		refused = ask(t.Context(), c.servers[i%2].lines["api"], c.key, variant(t, i, nil))
		if refused.status != http.StatusOK {
			break
		}
		if served++; refused.answer.Source != "model" {
			t.Errorf("source %s, degraded %+v", refused.answer.Source, refused.answer.Degraded)
		}
	}
	wantRefusal(t, refused, "client_tokens")
	if billed := c.cloud.bill(t); served == 0 || served > 4 || usageNano(t, c.servers[0]) != (nanos{spent: billed}) {
		t.Errorf("%d served of 3000 tokens, billed %d, ledger %+v", served, billed, usageNano(t, c.servers[0]))
	}
	if out := ask(t.Context(), c.servers[0].lines["api"], c.key, byRules(t, 99)); out.status != http.StatusOK {
		t.Errorf("by rules: status %d: %s", out.status, out.body)
	}
}

// TestReplicasShareBedrocksQuota: three replicas together send the provider no
// more than one would, and who would wait too long gets the rules' words.
func TestReplicasShareBedrocksQuota(t *testing.T) {
	const burst, perSecond = 15, 1 // a quarter of a minute's quota may go at once
	c := newCluster(t, clusterConfig{replicas: 3, more: "bedrock_quota: {requests_per_minute: 60}", env: []string{"BALLAST_MODEL_TIMEOUT=2s"}})
	begin := time.Now()
	outs := c.storm(t, 1, 45)
	took := time.Since(begin)
	byModel := 0
	for _, o := range outs {
		switch {
		case o.status != http.StatusOK:
			t.Fatalf("status %d, %v: %s", o.status, o.err, o.body)
		case o.answer.Source == "model":
			byModel++
		case o.answer.Degraded == nil || o.answer.Degraded.Reason != "model_throttled":
			t.Errorf("source %s, degraded %+v", o.answer.Source, o.answer.Degraded)
		}
	}
	if most := burst + perSecond*(int(took/time.Second)+1); byModel < burst || byModel > most || byModel == len(outs) {
		t.Errorf("%d by the model in %s, want %d at once and at most %d", byModel, took, burst, most)
	}
	c.settled(t)
}

// TestAddressLimit counts addresses before it looks at keys. Only a trusted
// proxy may say for whom it asks, and an IPv6 address counts with its /64.
func TestAddressLimit(t *testing.T) {
	t.Parallel()
	const limit = "address_limit: {requests_per_second: 1, burst: 3}\ntrusted_proxies: "
	knock := func(c *cluster, from string) outcome {
		return ask(t.Context(), c.servers[0].lines["api"], "not-a-key", []byte("{}"), "X-Forwarded-For", from)
	}
	exhaust := func(c *cluster, from string) (refused outcome) {
		t.Helper()
		for range 10 {
			out := knock(c, from)
			if out.status == http.StatusTooManyRequests {
				return out
			}
			if out.status != http.StatusUnauthorized {
				t.Fatalf("status %d, %v", out.status, out.err)
			}
		}
		t.Fatalf("%s is never refused", from)
		return refused
	}
	behind := newCluster(t, clusterConfig{more: limit + "[127.0.0.0/8]"})
	wantRefusal(t, exhaust(behind, "192.0.2.1"), "address_requests")
	if out := knock(behind, "192.0.2.2"); out.status != http.StatusUnauthorized {
		t.Errorf("another address: status %d", out.status)
	}
	exhaust(behind, "2001:db8:0:1::1")
	if out := knock(behind, "2001:db8:0:1:ffff::2"); out.status != http.StatusTooManyRequests {
		t.Errorf("the same /64: status %d", out.status)
	}
	if out := knock(behind, "2001:db8:0:2::1"); out.status != http.StatusUnauthorized {
		t.Errorf("another /64: status %d", out.status)
	}
	open := newCluster(t, clusterConfig{more: limit + "[]"})
	exhaust(open, "192.0.2.1")
	if out := knock(open, "192.0.2.2"); out.status != http.StatusTooManyRequests {
		t.Errorf("a made-up address: status %d", out.status)
	}
}

// TestReplicasAskTheModelOnce: the same request at three replicas at the same
// time is one call, whose words all get. When the replica that asks is killed,
// another one asks, and nobody else's caller goes without an answer.
func TestReplicasAskTheModelOnce(t *testing.T) {
	c := newCluster(t, clusterConfig{replicas: 3, faults: "latency=700ms"})
	together := func(i int, during func()) []outcome {
		body, outs := variant(t, i, nil), make([]outcome, 3)
		var wg sync.WaitGroup
		for k, s := range c.servers {
			wg.Go(func() { outs[k] = ask(t.Context(), s.lines["api"], c.key, body) })
		}
		during()
		wg.Wait()
		return outs
	}
	cached := 0
	outs := together(1, func() {})
	for _, o := range outs {
		if o.status != http.StatusOK || o.answer.Source != "model" || o.answer.Summary != outs[0].answer.Summary {
			t.Errorf("status %d, %v, source %s", o.status, o.err, o.answer.Source)
		}
		if o.answer.Usage.Cached {
			cached++
		}
	}
	billed, held := c.cloud.bill(t), usageNano(t, c.servers[0])
	if cached != 2 || held != (nanos{spent: billed}) || billed == 0 {
		t.Errorf("%d of 3 cost nothing, billed %d, ledger %+v", cached, billed, held)
	}
	leader, before := -1, make([]string, 3)
	for k, s := range c.servers {
		before[k] = s.metric(t, reservations)
	}
	outs = together(2, func() {
		leader = c.leaderOf(t, before)
		c.servers[leader].kill()
	})
	for k, o := range outs {
		if k != leader && (o.status != http.StatusOK || o.answer.Source != "model") {
			t.Errorf("status %d, %v, source %s, degraded %+v", o.status, o.err, o.answer.Source, o.answer.Degraded)
		}
	}
	c.servers[leader] = c.start(t)
	c.settled(t)
}

const reservations = `ballast_limit_decisions_total{decision="allowed",limit="budget"}`

// leaderOf returns the server whose count of reservations has grown.
func (c *cluster) leaderOf(t *testing.T, before []string) int {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		for k, s := range c.servers {
			if n := s.metric(t, reservations); n != before[k] {
				return k
			}
		}
	}
	t.Fatal("nobody asks the model")
	return -1
}

// TestRefusedAtStart: what could overspend does not start, and says why.
func TestRefusedAtStart(t *testing.T) {
	t.Parallel()
	c := newCluster(t, clusterConfig{})
	for name, tc := range map[string]struct {
		setting, want string
		code          int
	}{
		"several replicas on SQLite": {"BALLAST_REPLICAS=2", "BALLAST_DATABASE_URL", 2},
		"another one on its SQLite":  {"BALLAST_REPLICAS=1", "another process serves from this folder", 1},
		"a model without a price":    {"BALLAST_MODEL_ID=anthropic.claude-9-v1:0", "no price", 2},
		"an unreadable Redis URL":    {"BALLAST_REDIS_URL=http://user:secret@host", "BALLAST_REDIS_URL", 2},
	} {
		cmd := exec.Command(fast)
		cmd.Env = append(append(os.Environ(), c.env...), tc.setting)
		out, err := cmd.CombinedOutput()
		if err == nil || cmd.ProcessState.ExitCode() != tc.code || !strings.Contains(string(out), tc.want) || bytes.Contains(out, []byte("secret")) {
			t.Errorf("%s: exit code %d: %s", name, cmd.ProcessState.ExitCode(), out)
		}
	}
}
