package e2e

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/client"
)

// caller is the Go client of one of the servers.
func caller(t *testing.T, p *process) *client.Client {
	t.Helper()
	c, err := client.New(p.lines["api"], p.lines["key"])
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// book is a job's body: variants first to first+n-1, named c1 to cN.
func book(t *testing.T, first, n int, edit func(map[string]any)) io.ReadSeeker {
	t.Helper()
	var b bytes.Buffer
	for i := range n {
		b.Write(variant(t, first+i, func(doc map[string]any) {
			doc["custom_id"] = fmt.Sprint("c", i+1)
			if edit != nil {
				edit(doc)
			}
		}))
		b.WriteByte('\n')
	}
	return bytes.NewReader(b.Bytes())
}

func mode(name string) func(map[string]any) {
	return func(doc map[string]any) { option(doc, "mode", name) }
}

// makeBatch makes a job at a server.
func makeBatch(t *testing.T, p *process, lines io.ReadSeeker) *client.Batch {
	t.Helper()
	job, err := caller(t, p).CreateBatch(t.Context(), t.Name()+fmt.Sprint(time.Now().UnixNano()), lines)
	if err != nil {
		t.Fatalf("%v\n%s", err, p.stderr)
	}
	return job
}

// awaitBatch waits until a job is as wanted.
func awaitBatch(t *testing.T, p *process, id string, until func(*client.Batch) bool) *client.Batch {
	t.Helper()
	c := caller(t, p)
	for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		b, err := c.Batch(t.Context(), id)
		if err != nil {
			t.Fatalf("%v\n%s", err, p.stderr)
		}
		if until(b) {
			return b
		}
		if time.Now().After(deadline) {
			t.Fatalf("the job stays %+v\n%s", b, p.stderr)
		}
	}
}

func usd(nano int64) string { return decimal.New(nano, -9).String() }

func ended(b *client.Batch) bool { return b.Ended() }

func answered(n int) func(*client.Batch) bool {
	return func(b *client.Batch) bool { return b.Lines.Succeeded >= n }
}

// batchResults are all results of a job that has ended: one for each line, in
// order, under the line's own name.
func batchResults(t *testing.T, p *process, b *client.Batch) []*client.BatchResult {
	t.Helper()
	var out []*client.BatchResult
	ids := map[string]bool{}
	for r, err := range caller(t, p).BatchResults(t.Context(), b.ID, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if out = append(out, r); r.Line != len(out) || r.CustomID == nil || *r.CustomID != fmt.Sprint("c", r.Line) {
			t.Fatalf("result %d is of line %d, %v", len(out), r.Line, r.CustomID)
		}
		if r.Recommendation != nil {
			ids[r.Recommendation.ID] = true
		}
	}
	if len(out) != b.Lines.Total || len(ids) != b.Lines.Succeeded {
		t.Errorf("%d results with %d recommendations of %+v", len(out), len(ids), b.Lines)
	}
	return out
}

// smallLine is a request of few bytes that needs no model.
const smallLine = `{"custom_id":"c%d","options":{"mode":"rules"},"portfolio":{"as_of":"2026-11-20","base_currency":"USD","cash":[{"currency":"USD","amount":"%d"}],"positions":[]}}` + "\n"

func smallBook(n int) *strings.Reader {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, smallLine, i+1, i+1)
	}
	return strings.NewReader(b.String())
}
