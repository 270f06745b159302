package httpapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/batch"
)

const exampleBatchID = "bat_01KAGZV5Q2M8T4X7R9W3E6Y1NB"

// lineOf is a small request on one line, with a further member.
func lineOf(member string) string {
	return strings.ReplaceAll(inRequest(member), "\n", " ")
}

func (h *harness) sendLines(lines []string, header ...string) reply {
	h.t.Helper()
	return h.send("POST", batchesPath, strings.Join(lines, "\n"), append([]string{"Content-Type", "application/jsonl"}, header...)...)
}

func TestBatchIsTakenIn(t *testing.T) {
	for _, mediaType := range []string{"application/jsonl", "application/x-ndjson; charset=utf-8"} {
		h := newHarness(t)
		lines := []string{
			lineOf(`"custom_id":"a"`), "", `{"portfolio":` + marker, lineOf(`"options":{"mode":"` + marker + `"}`),
			`{"x":"` + strings.Repeat(marker, 200_000) + `"}`,
		}
		r := h.sendLines(lines, "Content-Type", mediaType)
		var got struct {
			ID, Status string
			Lines      map[string]int
		}
		if err := json.Unmarshal(r.body, &got); err != nil || r.status != http.StatusAccepted {
			t.Fatalf("status %d, %v: %s", r.status, err, r.body)
		}
		if got.Status != "queued" || got.Lines["total"] != 4 || got.Lines["queued"] != 1 || got.Lines["failed"] != 3 {
			t.Errorf("%s", r.body)
		}
		if r.header.Get("Location") != batchesPath+"/"+got.ID || strings.Contains(string(r.body), marker) {
			t.Errorf("Location %q, %s", r.header.Get("Location"), r.body)
		}
		if at := h.send("GET", r.header.Get("Location"), ""); at.status != 200 {
			t.Errorf("the job: %d %s", at.status, at.body)
		}
	}
}

// What is refused leaves no job behind, names the line and its members, and
// repeats nothing.
func TestBatchIsRefused(t *testing.T) {
	good := lineOf(`"custom_id":"a"`)
	for name, c := range map[string]struct {
		lines  []string
		header []string
		status int
		code   string
		line   float64
	}{
		"nothing":         {lines: []string{" ", ""}, status: 422, code: "invalid_request"},
		"not one in form": {lines: []string{"", lineOf(`"x":"` + marker + `"`), `{}`}, status: 422, code: "invalid_request", line: 2},
		"not JSON":        {lines: []string{"{" + marker}, status: 400, code: "malformed_json"},
		"too many":        {lines: []string{good, good, good, good, good, good}, status: 422, code: "invalid_request"},
		"one long line":   {lines: []string{`{"x":"` + strings.Repeat(marker, 200_000) + `"}`}, status: 413, code: "body_too_large"},
		"a long body":     {lines: []string{strings.Repeat(" ", 3<<20)}, status: 413, code: "body_too_large"},
		"one document":    {lines: []string{good}, header: []string{"Content-Type", "application/json"}, status: 415, code: "unsupported_media_type"},
		"a bad key":       {lines: []string{good}, header: []string{"Idempotency-Key", "a\tb"}, status: 400, code: "invalid_header"},
		"a long id":       {lines: []string{lineOf(`"custom_id":"` + strings.Repeat("x", 65) + `"`)}, status: 422, code: "invalid_request", line: 1},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t, func(c *Config) { c.MaxBatchBytes = func() int64 { return 2 << 20 } })
			r := h.sendLines(c.lines, c.header...)
			p := r.problem(t)
			if r.status != c.status || p["code"] != c.code || p["detail"] == nil {
				t.Fatalf("%d %v, want %d %s and a detail", r.status, p, c.status, c.code)
			}
			if strings.Contains(string(r.body), marker) || strings.Contains(h.log.String(), marker) {
				t.Errorf("what was sent comes back: %s", r.body)
			}
			if faults, _ := p["errors"].([]any); c.line > 0 && faults[0].(map[string]any)["line"] != c.line {
				t.Errorf("%v, want line %v", faults, c.line)
			}
			if len(h.batches.jobs) != 0 {
				t.Errorf("%d jobs are left", len(h.batches.jobs))
			}
		})
	}
}

func TestBatchIsMadeOnce(t *testing.T) {
	h := newHarness(t)
	key := []string{"Idempotency-Key", "k1"}
	first := h.sendLines([]string{lineOf(`"custom_id":"a"`)}, key...)
	h.batches.next = "bat_2"
	again := h.sendLines([]string{"", lineOf(`"custom_id":"a"`), ""}, key...)
	if again.status != 202 || string(again.body) != string(first.body) || again.header.Get("Idempotency-Replayed") != "true" ||
		again.header.Get("Location") != first.header.Get("Location") {
		t.Errorf("%d %v %s", again.status, again.header, again.body)
	}
	if r := h.sendLines([]string{lineOf(`"custom_id":"b"`)}, key...); r.status != 409 || r.problem(t)["code"] != "idempotency_mismatch" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if len(h.batches.jobs) != 1 {
		t.Errorf("%d jobs", len(h.batches.jobs))
	}
}

// Nobody sees, reads or cancels another client's job, and only so many are
// open.
func TestBatchIsItsClients(t *testing.T) {
	h := newHarness(t)
	at := h.sendLines([]string{lineOf(`"custom_id":"a"`)}).header.Get("Location")
	for _, key := range []string{h.other, h.admin} {
		for _, call := range [][2]string{{"GET", at}, {"GET", at + "/results"}, {"DELETE", at}} {
			if r := h.send(call[0], call[1], "", "Authorization", "Bearer "+key); r.status != 404 {
				t.Errorf("%v of another: %d", call, r.status)
			}
		}
	}
	for _, call := range [][2]string{{"POST", batchesPath}, {"DELETE", at}} {
		if r := h.send(call[0], call[1], "", "Authorization", "Bearer "+h.auditor); r.status != 403 {
			t.Errorf("%v of an auditor: %d", call, r.status)
		}
	}
	for _, id := range []string{"b", "c"} {
		h.batches.next = id
		h.sendLines([]string{lineOf(`"custom_id":"a"`)})
	}
	r := h.sendLines([]string{lineOf(`"custom_id":"a"`)})
	if r.status != 429 || r.problem(t)["limit"] != limitOpenBatches || r.header.Get("Retry-After") == "" {
		t.Errorf("one too many: %d %s", r.status, r.body)
	}
	h.batches.next = exampleBatchID
	if r := h.send("DELETE", at, ""); r.status != 200 || !strings.Contains(string(r.body), `"status":"cancelled"`) {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// Results come in order, an answer as it was recorded, and can be taken up
// where they ended.
func TestBatchResults(t *testing.T) {
	h := newHarness(t)
	at := h.sendLines([]string{lineOf(`"custom_id":"a"`)}).header.Get("Location")
	answer, _ := json.Marshal(testAnswer(1))
	h.batches.end(exampleBatchID, batch.Result{Number: 1, CustomID: "a", State: batch.LineSucceeded, Answer: answer})
	h.batches.end(exampleBatchID, batch.Result{Number: 3, State: batch.LineFailed, Error: BatchLines{Now: nowForTests}.Problem(batch.ErrNotFound)})
	h.batches.end(exampleBatchID, batch.Result{Number: 4, CustomID: `x"<`, State: batch.LineCancelled})
	all := h.send("GET", at+"/results", "")
	lines := strings.Split(strings.TrimSuffix(string(all.body), "\n"), "\n")
	if all.status != 200 || all.header.Get("Content-Type") != "application/jsonl" || len(lines) != 3 {
		t.Fatalf("%d %v %s", all.status, all.header, all.body)
	}
	if want := `{"line":1,"custom_id":"a","status":"succeeded","recommendation":` + string(answer) + `,"error":null}`; lines[0] != want {
		t.Error(cmp.Diff(want, lines[0]))
	}
	schema := loadContract(t).Components.Schemas["BatchResult"].Value
	for _, line := range lines {
		var v any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if err := schema.VisitJSON(v); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if r := h.send("GET", at+"/results?after=1&limit=1", ""); string(r.body) != lines[1]+"\n" {
		t.Errorf("after 1: %s", r.body)
	}
	if r := h.send("GET", at+"/results?after=4", ""); len(r.body) != 0 || r.status != 200 {
		t.Errorf("after the last: %d %q", r.status, r.body)
	}
	if r := h.send("GET", at+"/results?limit=0&after=-1", ""); r.status != 422 {
		t.Errorf("nonsense: %d", r.status)
	}
}

func TestBatchProgress(t *testing.T) {
	now := testNow
	j := batch.Job{
		ID: "bat_1", State: batch.Running, Created: now.Add(-time.Minute), Started: now.Add(-40 * time.Second), Expires: now.Add(time.Hour),
		Lines: batch.Counts{Total: 105, Queued: 70, Running: 10, Succeeded: 20, Failed: 5}, SpentNano: 1_500_000, ReservedNano: 20,
		HeldUntil: now.Add(time.Second), Reason: "model_throttled",
	}
	out := BatchOut(&j, now)
	if *out.LinesPerSecond != 0.5 || *out.SecondsLeft != 160 || out.CostUSD != "0.0015" || out.ReservedUSD != "0.00000002" || out.Waiting.Reason != "model_throttled" {
		t.Errorf("%+v", out)
	}
	j.Started, j.HeldUntil = time.Time{}, now
	if out = BatchOut(&j, now); out.LinesPerSecond != nil || out.SecondsLeft != nil || out.StartedAt != nil || out.Waiting != nil {
		t.Errorf("not started: %+v", out)
	}
}

func TestLongLineIsTold(t *testing.T) {
	lines := BatchLines{Now: nowForTests, MaxLineBytes: 1 << 20}
	if got := string(lines.Problem(batch.ErrLineTooLong)); !strings.Contains(got, `"body_too_large"`) || !strings.Contains(got, "1048576 bytes") {
		t.Error(got)
	}
}

func FuzzBatchLine(f *testing.F) {
	for _, c := range faultCases[:20] {
		f.Add([]byte(c.body))
	}
	f.Add([]byte(lineOf(`"custom_id":"a"`)))
	lines := BatchLines{Now: nowForTests, MaxLineBytes: 1 << 20}
	f.Fuzz(func(t *testing.T, line []byte) {
		_, id, err := lines.Decode(line)
		if len([]rune(id)) > maxCustomID {
			t.Errorf("an id of %d", len(id))
		}
		if err == nil {
			return
		}
		var p struct{ Status int }
		if json.Unmarshal(lines.Problem(err), &p) != nil || p.Status < 400 || p.Status >= 500 {
			t.Errorf("%v is told as %s", err, lines.Problem(err))
		}
	})
}
