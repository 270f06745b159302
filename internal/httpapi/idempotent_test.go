package httpapi

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/recommend"
)

const key = "Idempotency-Key"

func TestIdempotency(t *testing.T) {
	h := newHarness(t)
	first := h.send("POST", "/v1/recommendations", valid, key, "k1")
	if first.status != 200 || first.header.Get("Idempotency-Replayed") != "" {
		t.Fatalf("%d %v", first.status, first.header)
	}
	// The same request in other words.
	again := h.send("POST", "/v1/recommendations", " "+strings.Replace(valid, `"quantity":"2"`, `"quantity":2.00`, 1), key, "k1")
	if again.status != 200 || again.header.Get("Idempotency-Replayed") != "true" || !bytes.Equal(first.body, again.body) {
		t.Errorf("%d %v", again.status, again.header)
	}
	changed := strings.Replace(valid, `"quantity":"2"`, `"quantity":"3"`, 1)
	if r := h.send("POST", "/v1/recommendations", changed, key, "k1"); r.status != 409 || r.problem(t)["code"] != "idempotency_mismatch" {
		t.Errorf("another request: %d %s", r.status, r.body)
	}
	if r := h.send("POST", "/v1/recommendations", valid, key, "k1", "Authorization", "Bearer "+h.other); r.status != 200 || r.header.Get("Idempotency-Replayed") != "" {
		t.Errorf("another client's key of the same name: %d %v", r.status, r.header)
	}
	if r := h.send("POST", "/v1/recommendations", valid, key, "k2"); r.header.Get("Idempotency-Replayed") != "" {
		t.Error("another key was replayed")
	}
	if n := len(h.service.requests()); n != 3 {
		t.Errorf("%d requests reached the service", n)
	}
}

func TestIdempotencyKeyForms(t *testing.T) {
	h := newHarness(t)
	for k, status := range map[string]int{
		"a": 200, strings.Repeat("k", 255): 200, strings.Repeat("k", 256): 400, "with space": 400, "ümlaut": 400,
	} {
		if r := h.send("POST", "/v1/recommendations", valid, key, k); r.status != status {
			t.Errorf("%.20q: %d %s", k, r.status, r.body)
		}
	}
	none := newHarness(t, func(c *Config) { c.Idempotency = nil })
	if r := none.send("POST", "/v1/recommendations", valid, key, "a"); r.status != 400 || r.problem(t)["code"] != "invalid_header" || !strings.Contains(r.problem(t)["detail"].(string), "Idempotency-Key") {
		t.Errorf("a promise that cannot be kept: %d %s", r.status, r.body)
	}
}

func TestIdempotencyUnderWay(t *testing.T) {
	h := newHarness(t)
	asked, release := make(chan struct{}), make(chan struct{})
	h.service.before = func(context.Context, recommend.Progress) error { close(asked); <-release; return nil }
	first := make(chan reply)
	go func() { first <- h.send("POST", "/v1/recommendations", valid, key, "k") }()
	<-asked
	if r := h.send("POST", "/v1/recommendations", valid, key, "k"); r.status != 409 || r.header.Get("Retry-After") != "1" {
		t.Errorf("%d %v", r.status, r.header)
	}
	close(release)
	if r := <-first; r.status != 200 {
		t.Errorf("the first: %d", r.status)
	}
}

// A request that failed may be sent again under its key, at once.
func TestIdempotencyOfAFailure(t *testing.T) {
	for status, fail := range map[int]func(context.Context, recommend.Progress) error{
		503: func(context.Context, recommend.Progress) error { return recommend.ErrJournal },
		500: func(context.Context, recommend.Progress) error { panic("oh") },
	} {
		h := newHarness(t)
		h.service.before = fail
		if r := h.send("POST", "/v1/recommendations", valid, key, "k"); r.status != status {
			t.Fatalf("%d, want %d", r.status, status)
		}
		h.service.before = nil
		if r := h.send("POST", "/v1/recommendations", valid, key, "k"); r.status != 200 || r.header.Get("Idempotency-Replayed") != "" {
			t.Errorf("after %d: %d %v", status, r.status, r.header)
		}
	}
}

// An answer that was given is not taken back because its key could not be
// kept; a claim that cannot be made stops the request before it costs anything.
func TestIdempotencyStoreFails(t *testing.T) {
	h := newHarness(t)
	h.keys.failConcede = errors.New("disk full")
	if r := h.send("POST", "/v1/recommendations", valid, key, "k"); r.status != 200 {
		t.Errorf("complete fails: %d %s", r.status, r.body)
	}
	if !strings.Contains(h.log.String(), "idempotency key not concluded") {
		t.Error("not logged")
	}
	h.keys.failBegin = errors.New("disk full")
	if r := h.send("POST", "/v1/recommendations", valid, key, "k2"); r.status != 503 || r.problem(t)["code"] != "unavailable" {
		t.Errorf("begin fails: %d %s", r.status, r.body)
	}
	if n := len(h.service.requests()); n != 1 {
		t.Errorf("%d requests reached the service", n)
	}
}

// The answer of a caller that left is kept for when it asks again, until then the key
// is its own, and what becomes of it is not told as an answer that was given.
func TestIdempotencyOfACallerThatLeft(t *testing.T) {
	for accept, want := range map[string]string{"application/json": `"rec_`, eventStream: "event: recommendation"} {
		t.Run(accept, func(t *testing.T) {
			h := newHarness(t)
			asked, release := make(chan struct{}), make(chan struct{})
			h.service.before = func(ctx context.Context, _ recommend.Progress) error { close(asked); <-release; return ctx.Err() }
			ctx, leave := context.WithCancel(t.Context())
			go func() { <-asked; leave() }()
			h.abandon(ctx, key, "k", "Accept", accept)
			changed := strings.Replace(valid, `"quantity":"2"`, `"quantity":"3"`, 1)
			for body, code := range map[string]string{valid: "idempotency_conflict", changed: "idempotency_mismatch"} {
				if r := h.send("POST", "/v1/recommendations", body, key, "k"); r.status != 409 || r.problem(t)["code"] != code {
					t.Errorf("while it is answered: %d %s, want %s", r.status, r.body, code)
				}
			}
			close(release)
			h.eventually(func() bool { return strings.Contains(h.log.String(), `"problem":"client_gone"`) })
			r := h.send("POST", "/v1/recommendations", valid, key, "k", "Accept", accept)
			if r.status != 200 || r.header.Get("Idempotency-Replayed") != "true" || !strings.Contains(string(r.body), want) {
				t.Errorf("%d %v %s", r.status, r.header, r.body)
			}
			if n := len(h.service.requests()); n != 1 {
				t.Errorf("%d requests reached the service", n)
			}
		})
	}
}

// What is asked or told about a recommendation is kept by its key too: a browser
// that sends it twice pays once, and is recorded once.
func TestIdempotencyAboutARecommendation(t *testing.T) {
	h := newHarness(t, func(c *Config) { kept(c).records[0].ID = "rec_A" })
	h.send("POST", "/v1/recommendations", valid)
	for path, bodies := range map[string][2]string{
		"feedback":  {`{"outcome":"accepted","action":"A1"}`, `{"outcome":"dismissed","action":"A1"}`},
		"questions": {`{"topic":"why","action":"A1"}`, `{"topic":"cost","action":"A1"}`},
	} {
		t.Run(path, func(t *testing.T) {
			about := func(id, body, k string) reply {
				return h.send("POST", "/v1/recommendations/"+id+"/"+path, body, key, k)
			}
			first := about("rec_A", bodies[0], path)
			if first.status != 200 || first.header.Get("Idempotency-Replayed") != "" {
				t.Fatalf("%d %s", first.status, first.body)
			}
			if r := about("rec_A", " "+bodies[0], path); r.header.Get("Idempotency-Replayed") != "true" || !bytes.Equal(r.body, first.body) {
				t.Errorf("again: %d %v", r.status, r.header)
			}
			for name, r := range map[string]reply{"other words": about("rec_A", bodies[1], path), "about another": about("rec_B", bodies[0], path)} {
				if r.status != 409 || r.problem(t)["code"] != "idempotency_mismatch" {
					t.Errorf("%s: %d %s", name, r.status, r.body)
				}
			}
			if r := about("rec_Z", bodies[0], "free"+path); r.status != 404 {
				t.Errorf("of nobody: %d", r.status)
			}
			if r := about("rec_A", bodies[0], "free"+path); r.status != 200 { // the failure has let its key go
				t.Errorf("after a failure: %d %s", r.status, r.body)
			}
		})
	}
}
