package recommend_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/recommend"
)

// plan is a random course of events: what the neighbours do, one fault after
// the other, and what the callers do. Everything is drawn before it begins.
type plan struct {
	turns   []string
	ledger  map[string][]fault // by operation
	journal []fault
	quota   []string
	limit   int64 // nano-USD
	callers []caller
}

type caller struct {
	mode   recommend.Mode
	starts time.Duration
	stays  time.Duration // then it leaves
}

func drawPlan(t *rapid.T) plan {
	faults := rapid.SliceOfN(rapid.SampledFrom([]fault{works, works, works, notApplied, applied}), 0, 8)
	p := plan{
		turns: rapid.SliceOfN(rapid.SampledFrom([]string{
			"good", "prose", "half", "no usage", "throttled", "denied", "network", "perhaps billed", "really billed", "panics", "hangs", "strange error",
		}), 1, 6).Draw(t, "turns"),
		ledger:  map[string][]fault{},
		journal: faults.Draw(t, "journal"),
		quota:   rapid.SliceOfN(rapid.SampledFrom([]string{"", "", "refuses", "is down", "panics", "waits", "client's limit"}), 0, 5).Draw(t, "quota"),
		limit:   rapid.SampledFrom([]int64{0, 0, 1, 1_000_000, 2_500_000}).Draw(t, "limit"),
	}
	if rapid.Bool().Draw(t, "ledger fails") {
		for _, op := range []string{"reserve", "settle", "forfeit", "release"} {
			p.ledger[op] = faults.Draw(t, op)
		}
	}
	for range rapid.IntRange(1, 4).Draw(t, "callers") {
		p.callers = append(p.callers, caller{
			mode:   rapid.SampledFrom([]recommend.Mode{recommend.ModeAuto, recommend.ModeAuto, recommend.ModeModel, recommend.ModeRules}).Draw(t, "mode"),
			starts: time.Duration(rapid.IntRange(0, 20_000).Draw(t, "starts")) * time.Millisecond,
			stays:  time.Duration(rapid.SampledFrom([]int{0, 200, 1500, 100_000}).Draw(t, "stays")) * time.Millisecond,
		})
	}
	return p
}

// tab is what a plan's calls must cost: what is known to be billed, and the
// whole reservation where that is not known.
type tab struct {
	sync.Mutex
	owed int64
}

func (x *tab) add(nano int64) {
	x.Lock()
	defer x.Unlock()
	x.owed += nano
}

func (p plan) script(b *bench, x *tab) (script []turn) {
	for _, name := range p.turns {
		script = append(script, p.turn(name, b, x))
	}
	return script
}

// turn does one event of a plan, half a second into the call, and notes what
// it costs.
func (p plan) turn(name string, b *bench, x *tab) turn {
	unknown := func(req recommend.ModelRequest) { x.add(b.model.Bound(req).CostNano) }
	known := func(do turn) turn {
		return func(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
			ans, err := do(ctx, req)
			x.add(ans.Usage.CostNano)
			return ans, err
		}
	}
	var then turn
	switch name {
	case "good":
		then = known(good)
	case "prose":
		then = known(prose)
	case "half":
		then = known(answersWith(func(_ *string, items *[]said) { (*items)[0].text = "It is guaranteed." }))
	case "throttled":
		then = fails(recommend.ModelError{Kind: recommend.KindThrottled, Sent: true, RetryAfter: 2 * time.Second})
	case "denied":
		then = fails(recommend.ModelError{Kind: recommend.KindDenied, Sent: true})
	case "network":
		then = fails(recommend.ModelError{Kind: recommend.KindNetwork, Billable: true}) // never sent
	default:
		then = func(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
			unknown(req)
			switch name {
			case "no usage":
				ans, err := good(ctx, req)
				b.model.bill(ans.Usage.CostNano)
				ans.Usage = nil
				return ans, err
			case "panics":
				panic(name)
			case "strange error":
				return recommend.ModelAnswer{}, errOutage
			case "really billed":
				b.model.bill(b.model.Bound(req).CostNano)
			case "hangs":
				<-ctx.Done()
			}
			return recommend.ModelAnswer{}, &recommend.ModelError{Kind: recommend.KindTimeout, Sent: true, Billable: true}
		}
	}
	return func(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
		time.Sleep(500 * time.Millisecond)
		return then(ctx, req)
	}
}

// arrange gives the neighbours their parts.
func (p plan) arrange(b *bench, x *tab) {
	b.model.script = p.script(b, x)
	b.ledger.limit = p.limit
	if len(p.ledger) > 0 {
		b.ledger.fault = func(op string, n int) fault { return nth(p.ledger[op], n, works) }
	}
	b.journal.fault = func(n int) fault { return nth(p.journal, n, works) }
	var mu sync.Mutex
	n := 0
	b.quota.acquire = func(ctx context.Context, _ int) error {
		mu.Lock()
		n++
		event := nth(p.quota, n, "")
		mu.Unlock()
		switch event {
		case "refuses":
			return &recommend.QuotaError{Limit: "in_flight", RetryAfter: time.Second}
		case "client's limit":
			return &recommend.LimitError{Limit: "client_tokens", RetryAfter: time.Second}
		case "is down":
			return errOutage
		case "panics":
			panic(event)
		case "waits":
			return sleep(ctx, 3*time.Second)
		}
		return nil
	}
}

// nth is the nth event of a list, from 1, and rest after its end.
func nth[T any](events []T, n int, rest T) T {
	if n <= len(events) {
		return events[n-1]
	}
	return rest
}

// TestMoneyAndRecords holds what must be true after any course of events.
func TestMoneyAndRecords(t *testing.T) {
	requests := map[recommend.Mode]recommend.Request{}
	for _, m := range []recommend.Mode{recommend.ModeAuto, recommend.ModeModel, recommend.ModeRules} {
		requests[m] = inMode(t, m)
	}
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPlan(rt)
		found := &faultList{}
		synctest.Test(t, func(t *testing.T) {
			x := &tab{}
			b := newBench(t, nil, func(b *bench, _ *recommend.Config) { p.arrange(b, x) })
			var wg sync.WaitGroup
			for _, c := range p.callers {
				wg.Go(func() { b.play(t, c, requests[c.mode], found) })
			}
			wg.Wait()
			if err := b.Close(t.Context()); err != nil {
				found.Errorf("Close: %v", err)
			}
			b.audit(p, x, found)
		})
		if found.faults != nil {
			rt.Fatalf("%+v:\n%s", p, errors.Join(found.faults...))
		}
	})
}

type faultList struct {
	sync.Mutex
	faults []error
}

// Errorf notes one fault.
func (f *faultList) Errorf(format string, args ...any) {
	f.Lock()
	defer f.Unlock()
	f.faults = append(f.faults, fmt.Errorf(format, args...))
}

// play is one caller: it gets an answer that is on record, or an error that
// says why there is none.
func (b *bench) play(t *testing.T, c caller, req recommend.Request, found *faultList) {
	time.Sleep(c.starts)
	ctx, cancel := context.WithTimeout(t.Context(), c.stays)
	defer cancel()
	res, err := b.answer(ctx, req)
	var (
		unavailable *recommend.ModelUnavailableError
		own         *recommend.LimitError
	)
	switch {
	case err == nil:
		if body, err := b.journal.Answer(ctx, req.Client, res.Answer.ID); err != nil || !bytes.Equal(body, res.Body) {
			found.Errorf("the answer is not on record: %v", err)
		}
		if len(res.Answer.Recommendations) == 0 || res.Answer.Summary == "" {
			found.Errorf("an answer without advice")
		}
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
	case errors.Is(err, recommend.ErrJournal), errors.As(err, &own):
	case errors.As(err, &unavailable) && c.mode == recommend.ModeModel:
	case err.Error() == "recommend: panic: a string":
	default:
		found.Errorf("mode %s: %v", c.mode, err)
	}
}

// audit compares the ledger with the bill when all is over.
func (b *bench) audit(p plan, x *tab, found *faultList) {
	held := b.ledger.held()
	if held < b.model.billed() {
		found.Errorf("billed %d, charged or still held %d", b.model.billed(), held)
	}
	if len(p.ledger) == 0 && held != x.owed {
		found.Errorf("owed %d, charged %d", x.owed, held)
	}
	if p.limit > 0 && held > p.limit {
		found.Errorf("%d over a limit of %d", held, p.limit)
	}
	if b.observer.cost != x.owed {
		found.Errorf("owed %d, counted %d", x.owed, b.observer.cost)
	}
	b.checkEnded(found)
	var journalled int64
	for _, r := range b.journal.kept() {
		for _, a := range r.Attempts {
			journalled += a.CostNano
		}
	}
	if journalled > x.owed {
		found.Errorf("journalled %d of %d", journalled, x.owed)
	}
}
