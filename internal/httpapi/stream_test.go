package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/recommend"
)

func TestStream(t *testing.T) {
	h := newHarness(t)
	h.service.before = stages
	res, err := h.open(t.Context(), "Accept", "application/json;q=0.5, text/event-stream")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != eventStream || res.Header.Get("Content-Length") != "" ||
		res.Header.Get("X-Accel-Buffering") != "no" || res.Header.Get("Cache-Control") != "no-store, no-transform" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	got := events(t, res.Body)
	analysisJSON, _ := json.Marshal(testAnalysis())
	want := []sse{
		{"analysis", string(analysisJSON)},
		{"progress", `{"position":2,"stage":"queued"}`},
		{"progress", `{"stage":"model"}`},
		{"progress", `{"stage":"checking"}`},
		{"recommendation", string(h.service.stored["web rec_A"])},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(sse{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if line := h.logged()[0]; line["id"] != "rec_A" || line["status"] != 200.0 {
		t.Errorf("logged %v", line)
	}
}

// The analysis is there before the model has answered.
func TestStreamSendsEachStageAtOnce(t *testing.T) {
	h := newHarness(t)
	release := make(chan struct{})
	h.service.before = func(_ context.Context, progress recommend.Progress) error {
		progress(recommend.Step{Stage: recommend.StageAnalysis, Analysis: testAnalysis()})
		<-release
		return nil
	}
	res, err := h.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	line, err := bufio.NewReader(res.Body).ReadString('\n')
	if line != "event: analysis\n" {
		t.Errorf("%q %v", line, err)
	}
	close(release)
}

// A reverse proxy in between passes each event on when it comes, and tells the
// server when the caller has left.
func TestStreamThroughAProxy(t *testing.T) {
	h := newHarness(t)
	behind, err := url.Parse(h.url)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(httputil.NewSingleHostReverseProxy(behind))
	defer proxy.Close()
	h.url = proxy.URL
	release, left := make(chan struct{}), make(chan struct{})
	h.service.before = func(ctx context.Context, progress recommend.Progress) error {
		progress(recommend.Step{Stage: recommend.StageAnalysis, Analysis: testAnalysis()})
		<-release
		progress(recommend.Step{Stage: recommend.StageModel})
		<-ctx.Done()
		close(left)
		return ctx.Err()
	}
	ctx, leave := context.WithCancel(t.Context())
	res, err := h.open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewReader(res.Body)
	if line, err := lines.ReadString('\n'); line != "event: analysis\n" {
		t.Errorf("%q %v", line, err)
	}
	close(release) // only now is there a second event
	for line := ""; line != "event: progress\n"; {
		if line, err = lines.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	leave()
	<-left
}

func TestStreamThatFails(t *testing.T) {
	h := newHarness(t)
	h.service.before = func(context.Context, recommend.Progress) error { return recommend.ErrJournal }
	res, err := h.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 503 || res.Header.Get("Content-Type") != "application/problem+json" || res.Header.Get("Retry-After") != "5" {
		t.Errorf("before the first event: %d %v", res.StatusCode, res.Header)
	}

	for _, tc := range []struct {
		err   error
		code  string
		after any // retry_after_s, since an event has no header
	}{{errors.New("secret"), "internal", nil}, {recommend.ErrJournal, "journal_unavailable", 5.0}} {
		h.service.before = func(ctx context.Context, progress recommend.Progress) error {
			progress(recommend.Step{Stage: recommend.StageAnalysis, Analysis: testAnalysis()})
			return tc.err
		}
		res, err = h.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		got := events(t, res.Body)
		if len(got) != 2 || got[1].name != "problem" || strings.Contains(got[1].data, "secret") {
			t.Fatalf("after it: %v", got)
		}
		var p map[string]any
		if err := json.Unmarshal([]byte(got[1].data), &p); err != nil || p["code"] != tc.code || p["retry_after_s"] != tc.after {
			t.Errorf("%v: %s", tc.err, got[1].data)
		}
	}
}

func TestStreamSurvivesAPanic(t *testing.T) {
	h := newHarness(t)
	h.service.before = func(context.Context, recommend.Progress) error { panic("secret") }
	res, err := h.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 500 {
		t.Errorf("%d", res.StatusCode)
	}
}

func TestHeartbeat(t *testing.T) {
	h := newHarness(t, func(c *Config) { c.Heartbeat = time.Millisecond })
	release := make(chan struct{})
	h.service.before = func(context.Context, recommend.Progress) error { <-release; return nil }
	res, err := h.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	r := bufio.NewReader(res.Body)
	if line, err := r.ReadString('\n'); line != ": still working\n" {
		t.Errorf("%q %v", line, err)
	}
	close(release)
	rest, _ := io.ReadAll(r)
	if !strings.Contains(string(rest), "event: recommendation\n") {
		t.Errorf("no answer after the heartbeat: %s", rest)
	}
}

func TestStreamOfACallerThatLeaves(t *testing.T) {
	h := newHarness(t)
	ctx, leave := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	h.service.before = func(ctx context.Context, progress recommend.Progress) error {
		progress(recommend.Step{Stage: recommend.StageAnalysis, Analysis: testAnalysis()})
		leave()
		<-ctx.Done()
		progress(recommend.Step{Stage: recommend.StageModel}) // nobody listens; must not hang
		close(stopped)
		return ctx.Err()
	}
	h.abandon(ctx)
	<-stopped
	h.eventually(func() bool { return strings.Contains(h.log.String(), `"problem":"client_gone"`) })
	h.eventually(func() bool { h.limiter.mu.Lock(); defer h.limiter.mu.Unlock(); return h.limiter.released == 1 })
}

// A kept answer is told with the events that a reader waits for.
func TestStreamReplays(t *testing.T) {
	h := newHarness(t)
	h.service.before = stages
	first := h.send("POST", "/v1/recommendations", valid, key, "k")
	res, err := h.open(t.Context(), key, "k")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got := events(t, res.Body)
	var answer struct{ Analysis json.RawMessage }
	if err := json.Unmarshal(first.body, &answer); err != nil {
		t.Fatal(err)
	}
	want := []sse{{"analysis", string(answer.Analysis)}, {"recommendation", string(first.body)}}
	if !slices.Equal(got, want) || res.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("%v %v", res.Header, got)
	}
}

func TestStreamHasNoRequestTimeout(t *testing.T) {
	h := newHarness(t, func(c *Config) { c.RequestTimeout = time.Nanosecond })
	res, err := h.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 {
		t.Errorf("%d", res.StatusCode)
	}
}

func TestWantsStream(t *testing.T) {
	for accept, want := range map[string]bool{
		"": false, "*/*": false, "application/json": false, "text/*": false, "text/event-stream": true,
		"application/json, text/event-stream;q=0.9": false, "Text/Event-Stream": true, "text/event-stream;q=0": false,
		"text/event-stream, application/json": true, "application/json, application/problem+json, text/event-stream": false,
		"application/json;q=0.1, text/event-stream;q=0.2": true, "application/json;q=0, text/event-stream": true,
		"text/event-stream, */*": true, "*/*, text/event-stream;q=0.1": true, "text/event-stream;q=2, application/json;q=x": true,
		"text/event-stream;q=0.000": false, "text/event-streams": false, ";;": false,
	} {
		if got := wantsStream(http.Header{"Accept": {accept}}); got != want {
			t.Errorf("%q: %v", accept, got)
		}
	}
}

// Line breaks inside data must not end an event.
func TestEventWithLineBreaks(t *testing.T) {
	w := &recorder{header: http.Header{}}
	out := &sseWriter{w: w, rc: http.NewResponseController(w)}
	if err := out.event(event{"x", []byte("a\r\nb\n\nevent: forged")}); err != nil {
		t.Fatal(err)
	}
	if want := "event: x\ndata: a\ndata: b\ndata: \ndata: event: forged\n\n"; w.body.String() != want {
		t.Errorf("%q", w.body.String())
	}
}
