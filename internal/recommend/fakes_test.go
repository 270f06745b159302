package recommend_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// The price of the fake model in nano-USD per token, that of Claude 3 Haiku.
const (
	inputPrice  = 250
	outputPrice = 1250
)

// turn is what the fake model does at one call.
type turn func(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error)

// fakeModel does one turn of its script after the other, the last one again
// and again, and keeps its own bill.
type fakeModel struct {
	info   recommend.ModelInfo
	script []turn

	mu    sync.Mutex
	calls []recommend.ModelRequest
	bills int64 // nano-USD
}

func (m *fakeModel) Info() recommend.ModelInfo { return m.info }

// Bound takes a byte for a token, as the hard bound does.
func (m *fakeModel) Bound(req recommend.ModelRequest) recommend.Bound {
	in := len(req.System) + len(req.User) + len(req.Prefill)
	return recommend.Bound{InputTokens: in, OutputTokens: req.MaxTokens, ExpectedInputTokens: in / 3,
		CostNano: int64(in)*inputPrice + int64(req.MaxTokens)*outputPrice}
}

func (m *fakeModel) Invoke(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
	m.mu.Lock()
	do := m.script[min(len(m.calls), len(m.script)-1)]
	m.calls = append(m.calls, req)
	m.mu.Unlock()
	ans, err := do(ctx, req)
	if ans.Usage != nil {
		m.bill(ans.Usage.CostNano)
	}
	return ans, err
}

// bill notes what the provider charges, whether or not the caller learns of it.
func (m *fakeModel) bill(nano int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.bills += nano
}

func (m *fakeModel) billed() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.bills
}

func (m *fakeModel) requests() []recommend.ModelRequest {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]recommend.ModelRequest(nil), m.calls...)
}

// fault is how an operation of a fake fails.
type fault string

const (
	works      fault = "works"
	notApplied fault = "fails, not applied"
	applied    fault = "fails, but applied"
)

var errOutage = errors.New("outage")

// run applies an operation as the fault wants it.
func (f fault) run(apply func() error) error {
	switch f {
	case notApplied:
		return errOutage
	case applied:
		return errors.Join(apply(), errOutage)
	default:
		return apply()
	}
}

// entry is one reservation: its amount, and how and at what it ended.
type entry struct {
	reserved, charged int64
	end               string // settle, forfeit, release; "" while it is open
}

// fakeLedger is the ledger's contract in memory. ends counts the different
// ways in which one reservation was tried to be ended: more than one is a
// mistake of the service, which the idempotence of a ledger would hide.
type fakeLedger struct {
	limit int64                                // nano-USD, 0: none
	fault func(op string, n int) fault         // nil: works; n counts the calls of op from 1
	wait  func(ctx context.Context, op string) // hook: takes its time

	mu      sync.Mutex
	entries map[string]*entry
	ends    map[string]map[string]bool
	asked   []recommend.Reservation
	ops     map[string]int
}

func newFakeLedger() *fakeLedger {
	return &fakeLedger{entries: map[string]*entry{}, ends: map[string]map[string]bool{}, ops: map[string]int{}}
}

func (l *fakeLedger) do(ctx context.Context, op string, apply func() error) error {
	if l.wait != nil {
		l.wait(ctx, op)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ops[op]++
	if l.fault == nil {
		return apply()
	}
	return l.fault(op, l.ops[op]).run(apply)
}

func (l *fakeLedger) Reserve(ctx context.Context, r recommend.Reservation) error {
	return l.do(ctx, "reserve", func() error {
		l.asked = append(l.asked, r)
		if l.limit > 0 && l.sum()+r.CostNano > l.limit {
			return &recommend.BudgetError{Budget: "client", Window: "day", ResetsAt: r.At.Add(time.Hour),
				Held: l.spent()+r.CostNano <= l.limit}
		}
		if l.entries[r.ID] != nil {
			return errors.New("reservation exists")
		}
		l.entries[r.ID] = &entry{reserved: r.CostNano}
		return nil
	})
}

// held is what is reserved and spent together.
func (l *fakeLedger) held() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sum()
}

func (l *fakeLedger) sum() (sum int64) {
	for _, e := range l.entries {
		if sum += e.charged; e.end == "" {
			sum += e.reserved
		}
	}
	return sum
}

func (l *fakeLedger) spent() (sum int64) {
	for _, e := range l.entries {
		sum += e.charged
	}
	return sum
}

func (l *fakeLedger) end(ctx context.Context, id, how string, charge func(e *entry) int64) error {
	return l.do(ctx, how, func() error {
		if l.ends[id] == nil {
			l.ends[id] = map[string]bool{}
		}
		l.ends[id][how] = true
		e := l.entries[id]
		if e == nil {
			return errors.New("unknown reservation")
		}
		if e.end == "" {
			e.end, e.charged = how, charge(e)
		}
		return nil
	})
}

func (l *fakeLedger) Settle(ctx context.Context, id string, billed recommend.TokenUsage) error {
	return l.end(ctx, id, "settle", func(*entry) int64 { return billed.CostNano })
}

func (l *fakeLedger) Forfeit(ctx context.Context, id string) error {
	return l.end(ctx, id, "forfeit", func(e *entry) int64 { return e.reserved })
}

func (l *fakeLedger) Release(ctx context.Context, id string) error {
	return l.end(ctx, id, "release", func(*entry) int64 { return 0 })
}

// fakeQuota admits every call unless acquire says otherwise, and sees that
// each lease is ended exactly once.
type fakeQuota struct {
	acquire func(ctx context.Context, tokens int) error // hook: waits, or refuses
	places  []int                                       // in the queue, which a call takes one after the other

	mu     sync.Mutex
	asked  []int
	leases []*fakeLease
}

type fakeLease struct {
	q         *fakeQuota
	done      int
	used      int
	throttled bool
}

func (q *fakeQuota) Acquire(ctx context.Context, call recommend.QuotaCall, queued func(int)) (recommend.Lease, error) {
	if q.acquire != nil {
		if err := q.acquire(ctx, call.Tokens); err != nil {
			return nil, err
		}
	}
	for _, place := range q.places {
		queued(place)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	l := &fakeLease{q: q}
	q.asked, q.leases = append(q.asked, call.Tokens), append(q.leases, l)
	return l, nil
}

func (l *fakeLease) Done(used int, throttled bool) {
	l.q.mu.Lock()
	defer l.q.mu.Unlock()
	l.done++
	l.used, l.throttled = used, throttled
}

// fakeJournal keeps records in memory.
type fakeJournal struct {
	fault func(n int) fault         // nil: works; n counts the calls from 1
	wait  func(ctx context.Context) // hook: takes its time

	mu      sync.Mutex
	calls   int
	records []recommend.Record
}

func (j *fakeJournal) Append(ctx context.Context, r recommend.Record) error {
	if j.wait != nil {
		j.wait(ctx)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.calls++
	how := works
	if j.fault != nil {
		how = j.fault(j.calls)
	}
	return how.run(func() error { j.records = append(j.records, r); return nil })
}

func (j *fakeJournal) Answer(_ context.Context, client, id string) ([]byte, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range j.records {
		if r.Client == client && r.ID == id {
			return r.Answer, nil
		}
	}
	return nil, recommend.ErrNotFound
}

func (j *fakeJournal) kept() []recommend.Record {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]recommend.Record(nil), j.records...)
}
