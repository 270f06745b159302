package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/ratelimit/redistest"
	"ballast.internal/ballast/internal/store/storetest"
)

// cluster is a number of production servers before one emulator.
type cluster struct {
	program string
	cloud   *process
	servers []*process
	env     []string
	key     string
	dir     string
	redis   *redistest.Server // nil: none
	pg      *storetest.Server // of the cluster's own; nil: none
	dsn     string
}

// clusterConfig says what is special about a cluster.
type clusterConfig struct {
	replicas  int    // more than one share PostgreSQL and Redis
	budget    string // of the client, USD a day; "": 100
	limits    string // of the client, in YAML; "": hardly any
	more      string // lines of the configuration
	faults    string // of the emulator
	env       []string
	impatient bool // let Redis, the database and the model answer as soon as in production, or count as gone
	races     bool // look for data races, at the cost of speed
	alone     bool // a PostgreSQL server of its own, to be stopped
}

// common is the PostgreSQL server of all clusters that need a database alone,
// started by the first and ended with the last test.
var common struct {
	once sync.Once
	*storetest.Server
	err error
}

func endCommon() {
	common.once.Do(func() {})
	if common.Server != nil {
		_ = common.Close() // what is left is a temporary folder
	}
}

// database creates an empty one for the cluster.
func (c *cluster) database(t *testing.T, alone bool) (dsn string) {
	t.Helper()
	if alone {
		c.pg = storetest.Start(t)
		return c.pg.Database(t)
	}
	common.once.Do(func() { common.Server, common.err = storetest.New() })
	if errors.Is(common.err, storetest.ErrAbsent) {
		t.Skip(common.err)
	}
	if common.err != nil {
		t.Fatal(common.err)
	}
	return common.Database(t)
}

// newCluster starts a cluster that ends with the test.
func newCluster(t *testing.T, cfg clusterConfig) *cluster {
	t.Helper()
	c := &cluster{dir: t.TempDir(), program: fast}
	if cfg.races {
		c.program = raced
	}
	c.cloud = start(t, fast, "AWS_DEFAULT_REGION", nil, "emulator", "-addr", "127.0.0.1:0", "-faults", cfg.faults)
	credentials := filepath.Join(c.dir, "credentials")
	write(t, credentials, fmt.Sprintf("[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n",
		c.cloud.lines["AWS_ACCESS_KEY_ID"], c.cloud.lines["AWS_SECRET_ACCESS_KEY"]))
	key, prefix, hash := newKey(t)
	orDefault := func(s, def string) string {
		if s == "" {
			return def
		}
		return s
	}
	config := filepath.Join(c.dir, "ballast.yaml")
	write(t, config, fmt.Sprintf(`
time_zone: Europe/Berlin
budgets: {global: {day_usd: 100, month_usd: 1000}}
clients:
  - name: frontend
    keys: [{prefix: %s, hash: %s}]
    budget: {day_usd: %s, month_usd: 100}
    limits: {%s}
%s
`, prefix, hash, orDefault(cfg.budget, "100"), orDefault(cfg.limits, "requests_per_second: 5000, in_flight: 1000"),
		orDefault(cfg.more, "bedrock_quota: {in_flight: 400}")))
	c.key = key
	c.env = productionEnv(c.cloud, c.dir, config, credentials)
	if !cfg.impatient {
		c.env = append(c.env, patient...)
	}
	c.env = append(c.env, cfg.env...)
	if cfg.replicas > 1 {
		c.redis, c.dsn = redistest.Start(t), c.database(t, cfg.alone)
		c.env = append(c.env, "BALLAST_DATABASE_URL="+c.dsn, "BALLAST_REDIS_URL="+c.redis.URL(), fmt.Sprintf("BALLAST_REPLICAS=%d", cfg.replicas))
	}
	for range max(1, cfg.replicas) {
		c.servers = append(c.servers, c.start(t))
	}
	t.Cleanup(func() {
		if cfg.races {
			c.stop(t) // the detector speaks up when its process ends
		}
		for _, s := range c.servers {
			s.kill()
		}
	})
	return c
}

// stop ends all servers at once: each waits for a while before it ends.
func (c *cluster) stop(t *testing.T) {
	t.Helper()
	for _, s := range c.servers {
		_ = s.cmd.Process.Signal(syscall.SIGTERM)
	}
	for _, s := range c.servers {
		s.stop(t)
	}
}

// start starts one more server.
func (c *cluster) start(t *testing.T) *process {
	t.Helper()
	s := start(t, c.program, "admin", c.env)
	s.lines["key"] = c.key
	return s
}

// outcome is what a caller got.
type outcome struct {
	status int
	header http.Header
	answer answer
	body   []byte
	took   time.Duration
	err    error
}

// ask sends one recommendation request to a server, from any goroutine.
func ask(ctx context.Context, url, key string, body []byte, header ...string) (out outcome) {
	begin := time.Now()
	defer func() { out.took = time.Since(begin) }()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/v1/recommendations", bytes.NewReader(body))
	if err != nil {
		return outcome{err: err}
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return outcome{err: err}
	}
	defer res.Body.Close()
	out = outcome{status: res.StatusCode, header: res.Header}
	if out.body, out.err = io.ReadAll(res.Body); out.err == nil && out.status == http.StatusOK {
		out.err = json.Unmarshal(out.body, &out.answer)
	}
	return out
}

// variant is the canonical portfolio in another account: another request with
// the very same prompt, so that each costs the same and none is cached.
func variant(t *testing.T, i int, edit func(map[string]any)) []byte {
	t.Helper()
	return example(t, "p0.json", func(doc map[string]any) {
		portfolio := doc["portfolio"].(map[string]any)
		account := fmt.Sprintf("account-%06d", i)
		portfolio["accounts"] = []any{map[string]any{"account_id": account, "tax_treatment": "taxable"}}
		for _, x := range portfolio["positions"].([]any) {
			x.(map[string]any)["account_id"] = account
		}
		if edit != nil {
			edit(doc)
		}
	})
}

// price is what one call of a variant is billed, in nano-USD, and never more
// than what was reserved for it.
func price(t *testing.T, p *process) int64 {
	t.Helper()
	nano := func(usd string) int64 { return decimal.RequireFromString(usd).Shift(9).IntPart() }
	body := variant(t, 0, nil)
	status, text := p.call(t, http.MethodPost, "/v1/estimates", body)
	var e struct {
		CostUSD string `json:"cost_usd"`
	}
	if err := json.Unmarshal(text, &e); status != http.StatusOK || err != nil {
		t.Fatalf("status %d, %v: %s", status, err, text)
	}
	a, _ := p.recommend(t, body)
	billed := nano(a.Usage.CostUSD)
	if billed < 1 || billed > nano(e.CostUSD) {
		t.Errorf("billed %d, estimated %s", billed, e.CostUSD)
	}
	return billed
}

// storm sends variants first to first+n-1 at the same time, one after the other
// to each server, and returns what came of them.
func (c *cluster) storm(t *testing.T, first, n int) []outcome {
	t.Helper()
	bodies, outs := make([][]byte, n), make([]outcome, n)
	for i := range bodies {
		bodies[i] = variant(t, first+i, nil)
	}
	var wg sync.WaitGroup
	for i := range bodies {
		wg.Go(func() { outs[i] = ask(t.Context(), c.servers[i%len(c.servers)].lines["api"], c.key, bodies[i]) })
	}
	wg.Wait()
	return outs
}

// waitMetric waits until a series has a value.
func (p *process) waitMetric(t *testing.T, series, want string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); p.metric(t, series) != want; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s is %q, want %q", series, p.metric(t, series), want)
		}
	}
}

// metric is the value of a series on the admin port, "" when it is not there.
func (p *process) metric(t *testing.T, series string) string {
	t.Helper()
	for line := range strings.Lines(p.metrics(t)) {
		if value, ok := strings.CutPrefix(line, series+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
