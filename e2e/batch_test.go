package e2e

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/client"
)

// TestBatchOutlivesItsServers restarts and kills servers in the middle of a job.
// A restart loses and repeats nothing. A kill costs at most the lines that were
// under way, whose money stays charged, and every line has one result.
func TestBatchOutlivesItsServers(t *testing.T) {
	t.Parallel()
	for name, replicas := range map[string]int{"SQLite": 1, "PostgreSQL": 3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const lines = 90
			c := newCluster(t, clusterConfig{replicas: replicas, faults: "latency=300ms"})
			billed := price(t, c.servers[0])
			job := makeBatch(t, c.servers[0], book(t, 1, lines, nil))
			restart := func(after int, end func(*process)) {
				t.Helper()
				awaitBatch(t, c.servers[0], job.ID, answered(after))
				end(c.servers[0])
				c.servers[0] = c.start(t)
			}
			restart(5, func(p *process) { _ = p.cmd.Process.Signal(syscall.SIGTERM); p.stop(t) })
			if replicas == 1 {
				got, held := awaitBatch(t, c.servers[0], job.ID, answered(6)), usageNano(t, c.servers[0])
				if atMost := int64(got.Lines.Succeeded+got.Lines.Running+maxUnderWay+1) * billed; held.spent > atMost {
					t.Errorf("a restart cost something: %+v after %+v at %d each", held, got.Lines, billed)
				}
			}
			restart(40, (*process).kill)
			got := awaitBatch(t, c.servers[0], job.ID, ended)
			if got.Status != client.BatchStatusCompleted || got.Lines.Succeeded != lines || got.Sources.Model != lines {
				t.Errorf("%+v", got)
			}
			batchResults(t, c.servers[0], got)
			calls := c.cloud.bill(t) / billed // one for the price
			if calls < lines+1 || calls > lines+1+maxUnderWay {
				t.Errorf("%d calls for %d lines, of which %d were under way at the kill at the most", calls-1, lines, maxUnderWay)
			}
			c.settled(t)
		})
	}
}

// maxUnderWay is how many lines a server answers at once.
const maxUnderWay = 16

// TestReplicasShareABatch: three replicas answer one job together, each line
// once: the provider bills so many calls and no more, to the nano-USD.
func TestReplicasShareABatch(t *testing.T) {
	t.Parallel()
	const lines = 150
	c := newCluster(t, clusterConfig{replicas: 3, faults: "latency=300ms", races: true, more: "bedrock_quota: {in_flight: 400}\nbatches: {in_flight: 4}"})
	billed := price(t, c.servers[0])
	job := makeBatch(t, c.servers[1], book(t, 1, lines, nil))
	got := awaitBatch(t, c.servers[2], job.ID, ended)
	if got.Lines.Succeeded != lines || got.Sources.Model != lines || got.ReservedUSD != "0" {
		t.Errorf("%+v", got)
	}
	batchResults(t, c.servers[0], got)
	if bill, held := c.cloud.bill(t), usageNano(t, c.servers[0]); bill != (lines+1)*billed || held != (nanos{spent: bill}) {
		t.Errorf("billed %d, want %d calls at %d; ledger %+v", bill, lines+1, billed, held)
	}
	for i, s := range c.servers {
		if n := s.metric(t, `ballast_batch_lines_total{client="frontend",outcome="succeeded"}`); n == "" || n == "0" {
			t.Errorf("server %d has answered %q lines", i, n)
		}
	}
}

// TestBatchIsCancelled in mid-work: what is under way is finished and paid, the
// rest is not begun.
func TestBatchIsCancelled(t *testing.T) {
	t.Parallel()
	const lines = 300 // far more than are answered before it is cancelled
	c := newCluster(t, clusterConfig{faults: "latency=100ms", more: "bedrock_quota: {in_flight: 10}"})
	server := c.servers[0]
	billed := price(t, server)
	job := makeBatch(t, server, book(t, 1, lines, nil))
	awaitBatch(t, server, job.ID, answered(1))
	for range 2 { // it may be repeated
		if _, err := caller(t, server).CancelBatch(t.Context(), job.ID); err != nil {
			t.Fatal(err)
		}
	}
	got := awaitBatch(t, server, job.ID, ended)
	n := got.Lines
	if got.Status != client.BatchStatusCancelled || n.Succeeded == 0 || n.Cancelled == 0 || n.Succeeded+n.Cancelled != lines {
		t.Errorf("%+v", got)
	}
	for _, r := range batchResults(t, server, got) {
		if (r.Status == client.BatchResultStatusSucceeded) != (r.Recommendation != nil) || r.Error != nil {
			t.Errorf("%+v", r)
		}
	}
	if bill := c.cloud.bill(t); bill != int64(n.Succeeded+1)*billed || usageNano(t, server) != (nanos{spent: bill}) {
		t.Errorf("billed %d for %d lines at %d; ledger %+v", bill, n.Succeeded, billed, usageNano(t, server))
	}
}

// TestCallersComeBeforeABatch: with a book under way a caller finds a place at
// once, although the book has more lines than there are places.
func TestCallersComeBeforeABatch(t *testing.T) {
	t.Parallel()
	c := newCluster(t, clusterConfig{faults: "latency=150ms", more: "bedrock_quota: {in_flight: 4}"})
	server := c.servers[0]
	job := makeBatch(t, server, book(t, 1, 300, nil))
	awaitBatch(t, server, job.ID, answered(1))
	for i := range 6 {
		out := ask(t.Context(), server.lines["api"], c.key, variant(t, 1000+i, nil), "Accept", "text/event-stream")
		events := string(out.body)
		if out.status != http.StatusOK || !strings.Contains(events, `"source":"model"`) {
			t.Fatalf("status %d: %s", out.status, events)
		}
		if strings.Contains(events, "queued") {
			t.Errorf("a caller waited behind the book: %s", events)
		}
	}
	if b := awaitBatch(t, server, job.ID, answered(2)); b.Ended() {
		t.Errorf("the book ended before its time, and proves nothing: %+v", b)
	}
	if _, err := caller(t, server).CancelBatch(t.Context(), job.ID); err != nil {
		t.Error(err)
	}
	awaitBatch(t, server, job.ID, ended)
}

// TestBatchHasAShareOfTheBudget: a book of more lines than its share pays for
// spends that and no more. Callers have the rest; lines that insist on the
// model wait.
func TestBatchHasAShareOfTheBudget(t *testing.T) {
	t.Parallel()
	const fit = 6 // calls, in the job's half of the budget
	limit := 2 * ((fit+1)*price(t, local(t, nil)) - 1)
	c := newCluster(t, clusterConfig{budget: usd(limit)})
	server := c.servers[0]
	got := awaitBatch(t, server, makeBatch(t, server, book(t, 1, 3*fit, nil)).ID, ended)
	if got.Sources.Model == 0 || got.Sources.Model > fit || got.Degraded != 3*fit-got.Sources.Model || got.Lines.Succeeded != 3*fit {
		t.Errorf("%+v, want %d lines by the model at the most", got, fit)
	}
	spent := c.cloud.bill(t)
	if spent > limit/2 || got.CostUSD != usd(spent) || usageNano(t, server) != (nanos{spent: spent}) {
		t.Errorf("billed %d of a share of %d, the job says %s, ledger %+v", spent, limit/2, got.CostUSD, usageNano(t, server))
	}
	for i, r := range batchResults(t, server, got) {
		if d := r.Recommendation.Degraded; r.Recommendation.Source != "model" && (d == nil || d.Reason != "budget_exhausted") {
			t.Errorf("line %d: %+v", i+1, d)
		}
	}
	if out := c.storm(t, 2000, 1)[0]; out.answer.Source != "model" {
		t.Errorf("a caller gets %s, %+v", out.answer.Source, out.answer.Degraded)
	}
	// The share may have room for one more call.
	insisting := makeBatch(t, server, book(t, 3000, fit, mode("model")))
	waits := awaitBatch(t, server, insisting.ID, func(b *client.Batch) bool { return b.Waiting != nil && b.Lines.Running == 0 })
	if waits.Waiting.Reason != "budget_exhausted" || waits.Lines.Failed != 0 || waits.Lines.Queued == 0 {
		t.Errorf("%+v, %+v", waits, waits.Waiting)
	}
	if _, err := caller(t, server).CancelBatch(t.Context(), insisting.ID); err != nil {
		t.Error(err)
	}
	if got := awaitBatch(t, server, insisting.ID, ended); got.Lines.Cancelled != waits.Lines.Queued {
		t.Errorf("%+v", got)
	}
}

// TestBatchOfTenThousand is taken; one line more is refused and leaves nothing.
func TestBatchOfTenThousand(t *testing.T) {
	t.Parallel()
	c := newCluster(t, clusterConfig{more: "batches: {max_open_jobs: 1, in_flight: 1}"})
	server := c.servers[0]
	_, err := caller(t, server).CreateBatch(t.Context(), "k", smallBook(10_001))
	if refused, ok := errors.AsType[*client.Error](err); !ok || refused.Status != http.StatusUnprocessableEntity || !strings.Contains(refused.Error(), "lines") {
		t.Errorf("10,001 lines: %v", err)
	}
	job := makeBatch(t, server, smallBook(10_000))
	if job.Lines.Total != 10_000 || job.Lines.Queued != 10_000 {
		t.Errorf("%+v", job)
	}
	if _, err := caller(t, server).CancelBatch(t.Context(), job.ID); err != nil {
		t.Error(err)
	}
	got := awaitBatch(t, server, job.ID, ended)
	if n := got.Lines; n.Succeeded+n.Cancelled != 10_000 {
		t.Errorf("%+v", got)
	}
	batchResults(t, server, got)
}

// TestBadLineOfABatch is told by its number, and the others are answered.
func TestBadLineOfABatch(t *testing.T) {
	t.Parallel()
	p := localRaced(t, nil)
	good := func(i int) string { return strings.TrimSpace(fmt.Sprintf(smallLine, i, i)) }
	lines := []string{
		"\ufeff" + good(1), "", good(3), `{"custom_id":"c4"}`, `{"portfolio":`, good(3), " \t", good(8) + `{}`, "null", "[" + good(10) + "]",
	}
	job := makeBatch(t, p, strings.NewReader(strings.Join(lines, "\r\n")))
	got := awaitBatch(t, p, job.ID, ended)
	codes := map[int]string{}
	for r, err := range caller(t, p).BatchResults(t.Context(), job.ID, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if codes[r.Line] = string(r.Status); r.Error != nil {
			codes[r.Line] = r.Error.Code
		}
	}
	want := map[int]string{
		1: "succeeded", 3: "succeeded", 4: "invalid_request", 5: "malformed_json", 6: "succeeded", 8: "malformed_json",
		9: "invalid_request", 10: "invalid_request",
	}
	if d := cmp.Diff(want, codes); d != "" || got.Lines.Total != len(want) {
		t.Errorf("%+v\n%s", got.Lines, d)
	}
}

// TestBatchUploadAtShutdown: a server that ends waits for no upload. Its sender
// is told to come again, and nothing is left of it.
func TestBatchUploadAtShutdown(t *testing.T) {
	t.Parallel()
	c := newCluster(t, clusterConfig{more: "batches: {max_open_jobs: 1}", env: []string{"BALLAST_DRAIN_DELAY=3s"}}) // in which its sender is told
	server := c.servers[0]
	in, out := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.lines["api"]+"/v1/batches", in)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.key)
	req.Header.Set("Content-Type", "application/jsonl")
	done := make(chan int, 1)
	go func() {
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			done <- 0
			return
		}
		_ = res.Body.Close()
		done <- res.StatusCode
	}()
	if _, err := io.Copy(out, smallBook(100)); err != nil { // more than is kept in memory
		t.Fatal(err)
	}
	server.stop(t)  // while the sender is silent
	_ = out.Close() // or Go's transport waits for more of it, whatever came back
	if status := <-done; status != http.StatusServiceUnavailable {
		t.Errorf("status %d", status)
	}
	c.servers[0] = c.start(t)
	awaitBatch(t, c.servers[0], makeBatch(t, c.servers[0], smallBook(1)).ID, ended)
}
