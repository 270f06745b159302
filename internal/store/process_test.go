package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/recommend"
)

// TestKilledProcessLosesNothing kills a process with SIGKILL while it works,
// again and again on the same data. What it was told is done must be there,
// and the books must balance.
func TestKilledProcessLosesNothing(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		const each = 3
		most := budget.Limit{Day: budget.Unlimited, Month: budget.Unlimited}
		cfg.Limits = budget.Limits{Global: most, Default: most}
		cfg.Alone = true // the dead do not occupy their folder
		told := acknowledged{}
		for round := range 6 {
			j := job{Task: "churn", Name: fmt.Sprint("p", round), DSN: cfg.DSN, Dir: cfg.Dir, Limits: cfg.Limits, Each: each}
			told.work(t, j, 40+13*round)
			s, err := Open(t.Context(), cfg)
			ok(t, err)
			told.check(t, s, each)
			ok(t, s.Close())
		}
	})
}

// acknowledged is what a worker said is done, by id.
type acknowledged map[string]map[string]bool

// work kills a worker after it told so many changes, and notes those that it
// told until it was dead.
func (a acknowledged) work(t *testing.T, j job, lines int) {
	t.Helper()
	cmd, out := j.start(t, nil)
	for n := 0; out.Scan(); n++ {
		var what, id string
		if _, err := fmt.Sscan(out.Text(), &what, &id); err != nil {
			continue // the last line may be cut off
		}
		if a[what] == nil {
			a[what] = map[string]bool{}
		}
		a[what][id] = true
		if n == lines {
			ok(t, cmd.Process.Kill())
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() >= 0 {
		t.Fatalf("the worker ended by itself: %v", err)
	}
}

func (a acknowledged) check(t *testing.T, s *Store, each int64) {
	t.Helper()
	ctx := t.Context()
	ok(t, s.Verify(ctx))
	ok(t, s.VerifyChain(ctx))
	for id := range a["reserved"] {
		r, known, err := ledger{conn: s.reader()}.find(ctx, id)
		if err != nil || !known || int64(r.Amount) != each {
			t.Fatalf("reservation %s: %+v, %v, %v", id, r, known, err)
		}
		if a["settled"][id] && r.State != budget.Settled {
			t.Fatalf("%s was settled and is %s", id, r.State)
		}
	}
	for id := range a["appended"] {
		if _, err := s.Answer(ctx, "a", id); err != nil {
			t.Fatalf("record %s: %v", id, err)
		}
	}
	if len(a["appended"]) == 0 || len(a["settled"]) == 0 {
		t.Fatalf("the worker told %d records and %d settlements", len(a["appended"]), len(a["settled"]))
	}
}

// TestWhatAKilledProcessHeldIsCharged is the end of the same story: nobody
// knows what became of its calls, so they count in full.
func TestWhatAKilledProcessHeldIsCharged(t *testing.T) {
	cfg := Config{Dir: t.TempDir(), Limits: testLimits, Now: func() time.Time { return noon }}
	cfg.Limits.Global.Day, cfg.Limits.Clients = budget.Unlimited, map[string]budget.Limit{"a": {Day: budget.Unlimited, Month: budget.Unlimited}}
	cfg.Limits.Global.Month = budget.Unlimited
	told := acknowledged{}
	told.work(t, job{Task: "churn", Name: "p", Dir: cfg.Dir, Limits: cfg.Limits, Each: 10}, 30)
	s := open(t, cfg)
	_, err := s.Expire(t.Context(), noon.Add(time.Hour))
	ok(t, err)
	bs, err := s.GlobalBalances(t.Context(), noon)
	ok(t, err)
	least := budget.Nano(len(told["settled"]) + 10*(len(told["reserved"])-len(told["settled"])) - 9*4)
	if bs[0].Reserved != 0 || bs[0].Spent < least {
		t.Errorf("%d spent, %d reserved, want at least %d spent and none reserved", bs[0].Spent, bs[0].Reserved, least)
	}
	ok(t, s.Verify(t.Context()))
}

// TestThreeProcessesShareOneBudget lets them compete for exactly 217
// reservations and write one chain.
func TestThreeProcessesShareOneBudget(t *testing.T) {
	const fit, each = 217, 31
	cfg := Config{DSN: needServer(t).Database(t), Replicas: 3, Limits: budget.Limits{
		Global:  budget.Limit{Day: fit*each + each - 1, Month: budget.Unlimited},
		Default: budget.Limit{Day: budget.Unlimited, Month: budget.Unlimited},
	}}
	total := 0
	for i, n := range competeTogether(t, job{Task: "compete", DSN: cfg.DSN, Limits: cfg.Limits, Each: each}, 3) {
		if n == 0 {
			t.Errorf("process %d did not compete", i)
		}
		total += n
	}
	s := open(t, cfg)
	if head, err := s.Head(t.Context()); total != fit || head.Seq != fit || err != nil {
		t.Errorf("%d reservations, %d records, %v, want %d of each", total, head.Seq, err, fit)
	}
	wantBalances(t, s, "a", noon, 0, fit*each, 0, fit*each, 0, fit*each, 0, fit*each)
	ok(t, s.VerifyChain(t.Context()))
}

// competeTogether starts so many processes, lets them go when all are ready,
// and returns how many reservations each of them got.
func competeTogether(t *testing.T, j job, processes int) []int {
	t.Helper()
	var (
		cmds   []*exec.Cmd
		outs   []*bufio.Scanner
		starts []io.WriteCloser
	)
	for i := range processes {
		j.Name = fmt.Sprint("p", i)
		r, w := io.Pipe()
		cmd, out := j.start(t, r)
		if !out.Scan() || out.Text() != "ready" {
			t.Fatalf("process %d says %q", i, out.Text())
		}
		cmds, outs, starts = append(cmds, cmd), append(outs, out), append(starts, w)
	}
	for _, w := range starts {
		_, err := io.WriteString(w, "\n")
		ok(t, errors.Join(err, w.Close()))
	}
	counts := make([]int, processes)
	for i, out := range outs {
		out.Scan()
		n, err := strconv.Atoi(out.Text())
		ok(t, errors.Join(err, cmds[i].Wait()))
		counts[i] = n
	}
	return counts
}

// TestLimitsDifferWhileTheyChange shows that a replica with a new limit and
// one with the old share the same money.
func TestLimitsDifferWhileTheyChange(t *testing.T) {
	cfg := Config{DSN: needServer(t).Database(t), Replicas: 2, Limits: testLimits}
	before, after := open(t, cfg), open(t, cfg)
	ok(t, after.SetLimits(limitsOf(600, 600, 600, 600)))
	reserve(t, before, "r1", "a", 500)
	if err := after.Reserve(context.Background(), reservationOf("r2", "a", 101)); err == nil {
		t.Error("the other replica's reservation does not count")
	}
	reserve(t, after, "r3", "a", 100)
	ok(t, after.Settle(context.Background(), "r1", recommend.TokenUsage{CostNano: 1}))
	wantBalances(t, before, "a", noon, 1, 100, 1, 100, 1, 100, 1, 100)
}
