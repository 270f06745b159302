package batch_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"ballast.internal/ballast/internal/batch"
	"ballast.internal/ballast/internal/recommend"
)

func TestJobIsWorkedOff(t *testing.T) {
	d := newDesk(t)
	j := d.receive("auto a\n\nbad\r\nrules b\nmodel c")
	if j.Lines != (batch.Counts{Total: 4, Queued: 3, Failed: 1}) {
		t.Fatalf("%+v", j)
	}
	j = d.work("h", ended)
	if j.State != batch.Completed || j.Lines != (batch.Counts{Total: 4, Succeeded: 3, Failed: 1}) || j.Sources.Model != 3 {
		t.Errorf("%+v", j)
	}
	for _, r := range d.advisor.requests() {
		if r.Batch != "bat_1" || r.Client != "a" || r.RequestID != "req" || !r.Patient {
			t.Errorf("%+v", r)
		}
	}
	got, err := d.store.Results(t.Context(), "a", "bat_1", 0, 10)
	if err != nil || len(got) != 4 || got[1].Number != 3 || string(got[1].Error) != `"bad"` || got[3].CustomID != "c" {
		t.Errorf("%+v, %v", got, err)
	}
}

// What stops a line, and what becomes of it, by its mode.
func TestLinesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		reason string
		lines  string
		held   bool
		want   batch.Counts
	}{
		"budget, auto":     {recommend.ReasonBudget, "auto a", false, batch.Counts{Total: 1, Succeeded: 1}},
		"budget, model":    {recommend.ReasonBudget, "model a", true, batch.Counts{Total: 1, Queued: 1}},
		"throttled, auto":  {recommend.ReasonThrottled, "auto a", true, batch.Counts{Total: 1, Queued: 1}},
		"throttled, model": {recommend.ReasonThrottled, "model a", true, batch.Counts{Total: 1, Queued: 1}},
		"rejected, auto":   {recommend.ReasonRejected, "auto a", false, batch.Counts{Total: 1, Succeeded: 1}},
		"rejected, model":  {recommend.ReasonRejected, "model a", false, batch.Counts{Total: 1, Failed: 1}},
		"denied, model":    {recommend.ReasonDenied, "model a", false, batch.Counts{Total: 1, Failed: 1}},
	} {
		t.Run(strings.ReplaceAll(name, ", ", "-"), func(t *testing.T) {
			d := newDesk(t)
			d.advisor.answer = refusing(c.reason)
			d.receive(c.lines)
			until := ended
			if c.held {
				until = held
			}
			if j := d.work("h", until); j.Lines != c.want || c.held && j.Reason != c.reason {
				t.Errorf("%+v, want %+v", j, c.want)
			}
		})
	}
}

// A call above the whole of a client's limit is refused for good: its line does
// not keep the job waiting for the day.
func TestLimitThatNoWaitingMeets(t *testing.T) {
	for wait, want := range map[time.Duration]batch.Counts{
		0:           {Total: 1, Failed: 1},
		time.Second: {Total: 1, Queued: 1},
	} {
		d := newDesk(t)
		d.advisor.answer = func(context.Context, recommend.Request) (recommend.Result, error) {
			return recommend.Result{}, &recommend.LimitError{Limit: "client_tokens", RetryAfter: wait}
		}
		d.receive("auto a")
		if j := d.work("h", func(j batch.Job) bool { return ended(j) || held(j) }); j.Lines != want {
			t.Errorf("room in %s: %+v, want %+v", wait, j.Lines, want)
		}
	}
}

// The outlook of a job is that of the lines that are answered, however many came
// faulty.
func TestOutlook(t *testing.T) {
	j := batch.Job{Started: noon, Lines: batch.Counts{Total: 1010, Failed: 900, Succeeded: 10, Queued: 100}}
	now := noon.Add(20 * time.Second)
	if rate, left := j.Rate(now), j.Left(now); rate != 0.5 || left != 200*time.Second {
		t.Errorf("%v lines a second, %s left", rate, left)
	}
	j.Ended, j.Lines = noon.Add(10*time.Second), batch.Counts{Total: 30, Failed: 10, Succeeded: 20}
	if rate, left := j.Rate(now), j.Left(now); rate != 2 || left != 0 {
		t.Errorf("at its end %v lines a second, %s left", rate, left)
	}
	j.Started = time.Time{}
	if rate := j.Rate(now); rate != 0 {
		t.Errorf("%v lines a second before the first", rate)
	}
}

// Patience ends: for mode auto after a quarter of an hour without words, for
// mode model with the job's last day.
func TestPatienceEnds(t *testing.T) {
	for mode, c := range map[string]struct {
		after time.Duration
		want  batch.Counts
	}{
		"auto":  {15 * time.Minute, batch.Counts{Total: 1, Succeeded: 1}},
		"model": {batch.Deadline, batch.Counts{Total: 1, Failed: 1}},
	} {
		t.Run(mode, func(t *testing.T) {
			d := newDesk(t)
			d.advisor.answer = refusing(recommend.ReasonThrottled)
			d.receive(mode + " a")
			d.work("h1", held)
			d.clock.advance(c.after)
			if j := d.work("h2", ended); j.Lines != c.want {
				t.Errorf("%+v, want %+v", j, c.want)
			}
		})
	}
}

// A line whose process died is answered by the next, once.
func TestLineOfADeadProcess(t *testing.T) {
	d := newDesk(t)
	d.receive("auto a\nauto b")
	got, err := d.store.Claim(t.Context(), "dead", 1, noon, 20*time.Second)
	if err != nil || len(got.Lines) != 1 {
		t.Fatal(got, err)
	}
	lost := got.Lines
	d.work("h", func(j batch.Job) bool { return j.Lines.Succeeded == 1 })
	d.clock.advance(20 * time.Second)
	if j := d.work("h", ended); j.Lines.Succeeded != 2 || len(d.advisor.requests()) != 2 {
		t.Errorf("%+v after %d requests", j, len(d.advisor.requests()))
	}
	if _, err := d.store.Finish(t.Context(), "dead", lost[0], batch.Outcome{Recommendation: "rec_2"}, noon); !errors.Is(err, batch.ErrNotHeld) {
		t.Errorf("the dead one ended it: %v", err)
	}
}

// A runner that is closed waits for what is under way, and gives back what does
// not end in time.
func TestRunnerIsClosed(t *testing.T) {
	for _, patient := range []bool{true, false} {
		t.Run(fmt.Sprint("patient:", patient), func(t *testing.T) {
			d := newDesk(t)
			begun, release := make(chan struct{}, 1), make(chan struct{})
			d.advisor.answer = func(ctx context.Context, _ recommend.Request) (recommend.Result, error) {
				begun <- struct{}{}
				select {
				case <-release:
					return recommend.Result{ID: "rec_1", Source: "model"}, nil
				case <-ctx.Done():
					return recommend.Result{}, ctx.Err()
				}
			}
			d.receive("auto a")
			r := batch.NewRunner(batch.Config{
				Queue: d.store, Service: d.advisor, Codec: words{}, InFlight: func() int { return 1 }, Holder: "h", Now: d.clock.Now,
			})
			ctx, stop := context.WithCancel(t.Context())
			var running sync.WaitGroup
			running.Go(func() { r.Run(ctx) })
			<-begun
			stop()
			running.Wait()
			closing, giveUp := context.WithCancel(context.Background())
			want := batch.Counts{Total: 1, Queued: 1}
			if patient {
				close(release)
				want = batch.Counts{Total: 1, Succeeded: 1}
			} else {
				giveUp()
			}
			if err := r.Close(closing); (err == nil) != patient {
				t.Error(err)
			}
			giveUp()
			if j := d.wait(func(batch.Job) bool { return true }); j.Lines != want {
				t.Errorf("%+v, want %+v", j.Lines, want)
			}
		})
	}
}

// A panic costs its line and nothing else.
func TestPanicInALine(t *testing.T) {
	d := newDesk(t)
	d.advisor.answer = func(ctx context.Context, req recommend.Request) (recommend.Result, error) {
		if strings.HasSuffix(string(req.Canonical), "a") {
			panic("oh")
		}
		return byModel(ctx, req)
	}
	d.receive("auto a\nauto b")
	if j := d.work("h", ended); j.Lines != (batch.Counts{Total: 2, Succeeded: 1, Failed: 1}) {
		t.Errorf("%+v", j)
	}
}

// breaking is a body whose sender goes away.
type breaking struct{ io.Reader }

func (b breaking) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// errTooMany stands for a *batch.TooManyLinesError.
var errTooMany = errors.New("too many")

func TestWhatIsNoJob(t *testing.T) {
	for name, c := range map[string]struct {
		body io.Reader
		want error
	}{
		"empty":       {strings.NewReader("\n \n"), batch.ErrNoLines},
		"all bad":     {strings.NewReader("bad\nbad"), errBad},
		"too many":    {strings.NewReader(strings.Repeat("auto a\n", 101)), errTooMany},
		"all long":    {strings.NewReader(strings.Repeat("x", 200) + "\n" + strings.Repeat("y", 200)), batch.ErrLineTooLong},
		"one, no end": {io.LimitReader(endless{}, 1<<20), batch.ErrLineTooLong},
		"broken off":  {breaking{strings.NewReader("auto a\nauto b\n")}, io.ErrUnexpectedEOF},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			d := newDesk(t)
			_, err := d.intake.Receive(t.Context(), batch.Job{Client: "a"}, c.body, "", nil)
			var many *batch.TooManyLinesError
			if !errors.Is(err, c.want) && (!errors.Is(c.want, errTooMany) || !errors.As(err, &many) || many.Max != 100) {
				t.Fatalf("%v, want %v", err, c.want)
			}
			if err := d.store.Create(t.Context(), batch.Job{ID: "bat_1", Client: "a", Created: noon, Expires: noon.Add(time.Minute)}, 1); err != nil {
				t.Errorf("something is left: %v", err)
			}
		})
	}
}

// A line that is too long is a result like that of any other faulty line, and
// tells one body from another as they do.
func TestLongLine(t *testing.T) {
	d := newDesk(t)
	long := func(end string) string { return "auto a\nauto " + strings.Repeat("x", 200<<10) + end + "\nauto b" }
	once := func(body string) (batch.Received, error) {
		return d.intake.Receive(t.Context(), batch.Job{Client: "a", RequestID: "req"}, strings.NewReader(body), "key",
			func(batch.Job) ([]byte, error) { return []byte("{}"), nil })
	}
	got, err := once(long("1"))
	if err != nil || got.Job.Lines != (batch.Counts{Total: 3, Queued: 2, Failed: 1}) {
		t.Fatalf("%+v, %v", got.Job.Lines, err)
	}
	d.intake.NewID = func() string { return "bat_2" }
	if again, err := once(long("1")); err != nil || again.Stored == nil {
		t.Errorf("the same body again: %+v, %v", again, err)
	}
	if _, err := once(long("2")); err == nil {
		t.Error("another end of the long line counts as the same body")
	}
	d.work("h", ended)
	results, err := d.store.Results(t.Context(), "a", "bat_1", 0, 10)
	if err != nil || len(results) != 3 || string(results[1].Error) != `"batch: line too long"` || results[2].CustomID != "b" {
		t.Errorf("%+v, %v", results, err)
	}
}

// endless is a line without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}
