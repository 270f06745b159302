package e2e

import (
	"context"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestRedisAndPostgreSQLComeAndGo stops, hangs and restarts both under load.
// Without Redis every caller gets the model's words as before; without
// PostgreSQL nobody gets advice that leaves no record, and everybody is told so
// in time. When both are back all is as before, and the ledger holds what was
// billed.
func TestRedisAndPostgreSQLComeAndGo(t *testing.T) {
	const callers = 6
	c := newCluster(t, clusterConfig{replicas: 2, alone: true, impatient: true, faults: "latency=10ms", limits: "requests_per_second: 4000, in_flight: 1000, tokens_per_minute: 100000000"})
	tr := c.traffic(t, callers)
	// only lets the load run for a while, and until somebody is answered, and
	// wants no outcomes but these and those of requests that began before.
	only := func(when string, d time.Duration, kinds ...string) {
		t.Helper()
		tr.mu.Lock()
		clear(tr.got)
		tr.mu.Unlock()
		time.Sleep(d)
		for deadline := time.Now().Add(30 * time.Second); len(kinds) > 0 && !tr.seenAny(kinds); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s: nobody was answered", when)
			}
		}
		tr.mu.Lock()
		defer tr.mu.Unlock()
		t.Logf("%s: %v", when, tr.got)
		others := 0
		for kind, n := range tr.got {
			if !slices.Contains(kinds, kind) {
				others += n
			}
		}
		if others > callers {
			t.Errorf("%s: %v", when, tr.got)
		}
	}
	// again waits until every server gives the model's words, and each caller may
	// have got them several times.
	again := func(when string) {
		t.Helper()
		deadline := time.Now().Add(30 * time.Second)
		wait := func(as func() bool) {
			t.Helper()
			for ; !as(); time.Sleep(20 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("%s: not as before", when)
				}
			}
		}
		for i := range c.servers {
			wait(func() bool { return tr.ask(t, i).answer.Source == "model" })
		}
		before := tr.seen("model")
		wait(func() bool { return tr.seen("model") >= before+5*callers })
	}
	again("at first")
	c.redis.Freeze(t)
	only("Redis hangs", 1500*time.Millisecond, "model")
	for _, s := range c.servers {
		s.waitMetric(t, "ballast_redis_up", "0")
		s.get(t, "/readyz")
	}
	c.redis.Thaw(t)
	c.redis.Stop()
	only("Redis is gone", time.Second, "model")
	c.redis.Start(t)
	for _, s := range c.servers {
		s.waitMetric(t, "ballast_redis_up", "1")
	}
	only("Redis is back", time.Second, "model")

	thaw, err := c.pg.Freeze()
	if err != nil {
		t.Fatal(err)
	}
	only("PostgreSQL hangs", time.Second, "503")
	// Who asks a server that is known to hang waits for nothing: waiting for the
	// database each time, all callers together would be told 60 times at the most.
	before, deadline := tr.seen("503"), time.Now().Add(30*time.Second)
	for tr.seen("503") < before+20*callers {
		if time.Now().After(deadline) {
			t.Fatalf("callers were told %d times that PostgreSQL hangs", tr.seen("503")-before)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err := thaw(); err != nil {
		t.Fatal(err)
	}
	again("PostgreSQL is thawed")
	if err := c.pg.Stop(); err != nil {
		t.Fatal(err)
	}
	only("PostgreSQL is gone", 2*time.Second, "503", "model")
	if err := c.pg.Start(); err != nil {
		t.Fatal(err)
	}
	again("PostgreSQL is back")
	only("all is back", time.Second, "model")
	tr.end()
	c.settled(t)
}

// settled sees that the ledger holds what was billed, and no more than calls
// whose outcome nobody could record.
func (c *cluster) settled(t *testing.T) {
	t.Helper()
	bill, held := c.cloud.bill(t), usageNano(t, c.servers[0])
	if bill == 0 || bill > held.spent+held.reserved {
		t.Errorf("billed %d, ledger %+v", bill, held)
	}
}

// TestCallersWhoLeave leave at every stage of a request. What was sent to the
// model is settled to the nano-USD, and nothing is left behind: no reservation,
// no slot, no goroutine.
func TestCallersWhoLeave(t *testing.T) {
	c := newCluster(t, clusterConfig{races: true, faults: "latency=60ms", limits: "in_flight: 100, requests_per_second: 1000, tokens_per_minute: 10000000"})
	server := c.servers[0]
	price(t, server) // opens what is opened once
	before := server.goroutines(t)
	random := rand.New(rand.NewPCG(1, 2))
	var wg sync.WaitGroup
	for i := range 120 {
		patience := time.Duration(random.IntN(150)) * time.Millisecond
		body := variant(t, 100+i, nil)
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if i%3 == 0 {
				ask(ctx, server.lines["api"], c.key, body, "Accept", "text/event-stream")
			} else {
				ask(ctx, server.lines["api"], c.key, body)
			}
		})
		if i%8 == 7 {
			wg.Wait()
		}
	}
	wg.Wait()
	http.DefaultClient.CloseIdleConnections()
	deadline := time.Now().Add(20 * time.Second)
	for usageNano(t, server).reserved != 0 && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	if bill, held := c.cloud.bill(t), usageNano(t, server); bill != held.spent || held.reserved != 0 || bill == 0 {
		t.Errorf("billed %d, ledger %+v", bill, held)
	}
	out := ask(t.Context(), server.lines["api"], c.key, variant(t, 900, nil))
	if states := out.header.Get("RateLimit"); !strings.Contains(states, `"client_in_flight";r=99`) {
		t.Errorf("slots are still held: %s", states)
	}
	http.DefaultClient.CloseIdleConnections()
	for server.goroutines(t) > before+4 && time.Now().Before(deadline) {
		time.Sleep(50 * time.Millisecond)
	}
	if after := server.goroutines(t); after > before+4 {
		t.Errorf("%d goroutines, %d before", after, before)
	}
}

var goroutinesAt = regexp.MustCompile(`(?m)^(\d+) @`)

// goroutines counts those of the server, without the pool of connections to
// Bedrock.
func (p *process) goroutines(t *testing.T) int {
	t.Helper()
	text := p.get(t, "/debug/pprof/goroutine?debug=1")
	total := 0
	for stack := range strings.SplitSeq(text, "\n\n") {
		n := goroutinesAt.FindStringSubmatch(stack)
		if n == nil || strings.Contains(stack, "net/http.(*persistConn)") {
			continue
		}
		count, err := strconv.Atoi(n[1])
		if err != nil {
			t.Fatal(err)
		}
		total += count
	}
	if total == 0 {
		t.Fatalf("no goroutines in %.200s", text)
	}
	return total
}

// TestIdleReplicasKnowWhetherRedisAnswers, from their start on and after it was
// gone, though nobody asks them anything.
func TestIdleReplicasKnowWhetherRedisAnswers(t *testing.T) {
	t.Parallel()
	c := newCluster(t, clusterConfig{replicas: 2, impatient: true})
	const up = "ballast_redis_up"
	c.servers[0].waitMetric(t, up, "1")
	c.redis.Stop()
	c.servers[0].waitMetric(t, up, "0")
	c.servers[1].stop(t)
	c.servers[1] = c.start(t)
	c.servers[1].waitMetric(t, up, "0")
	c.redis.Start(t)
	for _, s := range c.servers {
		s.waitMetric(t, up, "1")
	}
}
