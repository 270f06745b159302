package e2e

import (
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/store"
)

// kills is how often a server is killed: BALLAST_TEST_KILLS or as many as fit
// into a test run.
func kills(t *testing.T, usual int) int {
	t.Helper()
	text := os.Getenv("BALLAST_TEST_KILLS")
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("BALLAST_TEST_KILLS is %q", text)
	}
	return n
}

// traffic keeps callers busy on all servers of a cluster until it is stopped.
type traffic struct {
	c     *cluster
	stop  chan struct{}
	wg    sync.WaitGroup
	mu    sync.Mutex
	urls  []string       // of the servers, as they are now
	got   map[string]int // outcomes
	first atomic.Int64   // number of the next variant
}

func (c *cluster) traffic(t *testing.T, callers int) *traffic {
	t.Helper()
	tr := &traffic{c: c, stop: make(chan struct{}), got: map[string]int{}}
	tr.first.Store(10_000)
	for _, s := range c.servers {
		tr.urls = append(tr.urls, s.lines["api"])
	}
	for i := range callers {
		tr.wg.Go(func() { tr.call(t, i) })
	}
	t.Cleanup(tr.end)
	return tr
}

// end stops the callers; more than once does no harm.
func (tr *traffic) end() {
	select {
	case <-tr.stop:
	default:
		close(tr.stop)
	}
	tr.wg.Wait()
}

func (tr *traffic) call(t *testing.T, caller int) {
	for i := caller; ; i++ {
		select {
		case <-tr.stop:
			return
		default:
		}
		out := tr.ask(t, i)
		tr.note(out)
		if out.err != nil { // its server was killed
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// ask sends one request, no other of which is like it, to the ith server.
func (tr *traffic) ask(t *testing.T, i int) outcome {
	tr.mu.Lock()
	url := tr.urls[i%len(tr.urls)]
	tr.mu.Unlock()
	return ask(t.Context(), url, tr.c.key, variant(t, int(tr.first.Add(1)), nil))
}

func (tr *traffic) note(o outcome) {
	kind := o.answer.Source
	switch {
	case o.err != nil:
		kind = "none"
	case o.status != http.StatusOK:
		kind = strconv.Itoa(o.status)
	case o.answer.Degraded != nil:
		kind = o.answer.Degraded.Reason
	}
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.got[kind]++
}

// seenAny reports whether there was an outcome of one of the kinds.
func (tr *traffic) seenAny(kinds []string) bool {
	return slices.ContainsFunc(kinds, func(kind string) bool { return tr.seen(kind) > 0 })
}

// seen is how many outcomes of a kind there were so far.
func (tr *traffic) seen(kind string) int {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.got[kind]
}

// await waits for an outcome of a kind, but not for ever.
func (tr *traffic) await(kind string) {
	for deadline := time.Now().Add(time.Minute); tr.seen(kind) == 0 && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
	}
}

// TestKilledServersNeverOverspend kills a server at a random moment under load,
// again and again, on SQLite and with replicas. At every moment the ledger holds
// at least what the provider has billed and never more than the budget, and in
// the end the books balance and every answer that a caller got is on record.
func TestKilledServersNeverOverspend(t *testing.T) {
	billed := price(t, local(t, nil))
	for name, replicas := range map[string]int{"one process": 1, "two processes": 2} {
		t.Run(name, func(t *testing.T) {
			rounds := kills(t, 20)
			limit := int64(rounds) * 20 * billed // enough for work at most of the kills, and used up by the end
			c := newCluster(t, clusterConfig{
				replicas: replicas, budget: decimal.New(limit, -9).String(), faults: "latency=15ms",
			})
			tr := c.traffic(t, 6)
			random := rand.New(rand.NewPCG(1, uint64(replicas)))
			tr.await("model") // or on a slow machine the dead use the budget up
			for round := range rounds {
				time.Sleep(time.Duration(random.IntN(120)) * time.Millisecond)
				k := random.IntN(len(c.servers))
				c.servers[k].kill()
				c.servers[k] = c.start(t)
				tr.mu.Lock()
				tr.urls[k] = c.servers[k].lines["api"]
				tr.mu.Unlock()
				bill := c.cloud.bill(t) // before the ledger is read: what is billed after may be held
				held := usageNano(t, c.servers[k])
				if bill > held.spent+held.reserved || held.spent+held.reserved > limit {
					t.Fatalf("round %d: billed %d, ledger %+v, limit %d", round, bill, held, limit)
				}
			}
			tr.await("budget_exhausted") // a slow machine has not used it up yet
			c.prove(t)
			tr.end()
			if tr.seen("model") == 0 || tr.seen("none") == 0 || tr.seen("budget_exhausted") == 0 {
				t.Errorf("answers %v: want some by the model, some lost, and a budget used up", tr.got)
			}
			c.checkBooks(t, limit)
		})
	}
}

// prove runs the commands that prove the books, beside the servers at work.
func (c *cluster) prove(t *testing.T) {
	t.Helper()
	for command, want := range map[string]string{"ledger": " adds up: USD ", "journal": " records holds; "} {
		cmd := exec.CommandContext(t.Context(), c.program, command, "verify")
		cmd.Env = append(os.Environ(), c.env...)
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%s verify: %v\n%s", command, err, out)
		}
	}
}

// outlive makes all reservations old: they expire by the clock of the database, where
// there is one, which a test cannot set.
func (c *cluster) outlive(t *testing.T) {
	t.Helper()
	if c.dsn == "" {
		return
	}
	db, err := pgx.Connect(t.Context(), c.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context())
	if _, err := db.Exec(t.Context(), `UPDATE ledger_reservations SET expires_ns = 0 WHERE state = 'reserved'`); err != nil {
		t.Fatal(err)
	}
}

// checkBooks ends the servers, charges what the dead hold, and compares.
func (c *cluster) checkBooks(t *testing.T, limit int64) {
	t.Helper()
	c.stop(t)
	unlimited := budget.Limit{Day: budget.Unlimited, Month: budget.Unlimited}
	s, err := store.Open(t.Context(), store.Config{DSN: c.dsn, Dir: c.dir, Limits: budget.Limits{Global: unlimited, Default: unlimited}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c.outlive(t)
	expired, err := s.Expire(t.Context(), time.Now().Add(time.Hour))
	if err != nil || expired == 0 {
		t.Errorf("%d reservations of the dead expired, %v", expired, err)
	}
	if err := s.Verify(t.Context()); err != nil {
		t.Errorf("the books do not balance: %v", err)
	}
	if err := s.VerifyChain(t.Context()); err != nil {
		t.Errorf("the journal: %v", err)
	}
	bs, err := s.GlobalBalances(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	bill, month := c.cloud.bill(t), bs[1]
	if spent := int64(month.Spent); bill > spent || spent > limit || month.Reserved != 0 {
		t.Errorf("billed %d, charged %d, reserved %d, limit %d", bill, spent, month.Reserved, limit)
	}
	t.Logf("%d reservations expired; billed %d, charged %d of %d nano-USD", expired, bill, month.Spent, limit)
}
