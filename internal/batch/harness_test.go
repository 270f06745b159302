package batch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ballast.internal/ballast/internal/batch"
	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/store"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) advance(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.now = c.now.Add(d) }

// words are lines of the form "mode name"; "bad" is none.
type words struct{}

func (words) Decode(line []byte) (recommend.Request, string, error) {
	mode, name, ok := strings.Cut(string(line), " ")
	if !ok {
		return recommend.Request{}, "", errBad
	}
	return recommend.Request{Options: recommend.Options{Mode: recommend.Mode(mode)}, Canonical: line}, name, nil
}

var errBad = errors.New("bad")

func (words) Problem(err error) []byte {
	text, _ := json.Marshal(err.Error())
	return text
}

// advisor answers as its hook says, and counts.
type advisor struct {
	answer func(ctx context.Context, req recommend.Request) (recommend.Result, error)
	mu     sync.Mutex
	asked  []recommend.Request
}

func (a *advisor) Recommend(ctx context.Context, req recommend.Request, _ recommend.Progress) (recommend.Result, error) {
	a.mu.Lock()
	a.asked = append(a.asked, req)
	a.mu.Unlock()
	return a.answer(ctx, req)
}

func (a *advisor) requests() []recommend.Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]recommend.Request(nil), a.asked...)
}

func byModel(context.Context, recommend.Request) (recommend.Result, error) {
	return recommend.Result{ID: "rec_1", Source: "model"}, nil
}

// refusing refuses the patient for a reason and answers the others by rules, as
// the service does.
func refusing(reason string) func(context.Context, recommend.Request) (recommend.Result, error) {
	return func(_ context.Context, req recommend.Request) (recommend.Result, error) {
		d := recommend.Degraded{Reason: reason}
		if req.Options.Mode == recommend.ModeModel || req.Patient && d.Passes() {
			return recommend.Result{}, &recommend.ModelUnavailableError{Degraded: d}
		}
		return recommend.Result{ID: "rec_1", Source: "rules", Degraded: reason}, nil
	}
}

// desk is a job's way on a real store, by one runner.
type desk struct {
	t       *testing.T
	store   *store.Store
	clock   *clock
	advisor *advisor
	intake  batch.Intake

	queue    batch.Queue    // of the runners; the store unless a test has another
	observer batch.Observer // nil: none
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, clock: &clock{now: noon}, advisor: &advisor{answer: byModel}}
	var err error
	if d.store, err = store.Open(t.Context(), store.Config{Dir: t.TempDir(), Now: d.clock.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.store.Close() })
	d.queue = d.store
	d.intake = batch.Intake{
		Store: d.store, Codec: words{}, Now: d.clock.Now, NewID: func() string { return "bat_1" },
		Limits: func() batch.Limits {
			return batch.Limits{Lines: 100, LineBytes: 100, OpenJobs: 2, Retain: time.Hour}
		},
	}
	return d
}

func (d *desk) receive(body string) batch.Job {
	d.t.Helper()
	got, err := d.intake.Receive(d.t.Context(), batch.Job{Client: "a", RequestID: "req"}, strings.NewReader(body), "", nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return got.Job
}

func (d *desk) runner(holder string) *batch.Runner {
	return batch.NewRunner(batch.Config{
		Queue: d.queue, Service: d.advisor, Codec: words{}, Observer: d.observer, InFlight: func() int { return 3 }, Holder: holder, Now: d.clock.Now,
	})
}

// work runs a runner until the job is as wanted, and closes it.
func (d *desk) work(holder string, until func(batch.Job) bool) batch.Job {
	d.t.Helper()
	r := d.runner(holder)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { r.Run(ctx) })
	j := d.wait(until)
	stop()
	running.Wait()
	if err := r.Close(context.Background()); err != nil {
		d.t.Error(err)
	}
	return j
}

func (d *desk) wait(until func(batch.Job) bool) batch.Job {
	d.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; {
		j, err := d.store.Job(context.Background(), "a", "bat_1")
		if err != nil {
			d.t.Fatal(err)
		}
		if until(j) {
			return j
		}
		if time.Now().After(deadline) {
			d.t.Fatalf("the job stays %+v", j)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func ended(j batch.Job) bool { return j.State.Ended() }

func held(j batch.Job) bool { return j.Reason != "" && j.Lines.Running == 0 }

// counted is what an Observer was told.
type counted struct {
	mu   sync.Mutex
	seen map[string]int
}

func (c *counted) Line(client, outcome string) { c.add(client + " line " + outcome) }

func (c *counted) Job(client, status string) { c.add(client + " job " + status) }

func (c *counted) add(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil {
		c.seen = map[string]int{}
	}
	c.seen[what]++
}

func (c *counted) of(what string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seen[what]
}
