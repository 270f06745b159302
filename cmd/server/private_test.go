package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// mark is a value that stands nowhere but where a test puts it, and markedSum
// an amount of that kind.
const (
	mark      = "ZQMARK7"
	markedSum = "71839.4627"
)

// lockedBuffer is a log that a test reads while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// observed is the wired program with all of its log and its metrics.
type observed struct {
	t       *testing.T
	handler http.Handler
	metrics http.Handler
	key     string
	dir     string // of the data
	log     lockedBuffer
	status  map[int]int
}

func observe(t *testing.T, edit ...func(*settings)) *observed {
	t.Helper()
	p := &program{env: map[string]string{"BALLAST_DATA_DIR": t.TempDir()}}
	set, err := loadSettings([]string{"-local"}, p.environment())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range edit {
		e(&set)
	}
	o := &observed{t: t, status: map[int]int{}}
	a, c, err := newBackend(t.Context(), set, slog.New(slog.NewJSONHandler(&o.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.release(); err != nil {
			t.Error(err)
		}
	})
	if o.handler, err = a.newHandler(c); err != nil {
		t.Fatal(err)
	}
	o.metrics, o.key, o.dir = promhttp.HandlerFor(c.reg, promhttp.HandlerOpts{}), a.local.key, set.DataDir
	return o
}

// send sends a request, looks for marked values in a problem, and returns what
// was answered.
func (o *observed) send(method, path string, body []byte, header map[string]string) []byte {
	o.t.Helper()
	req := httptest.NewRequestWithContext(o.t.Context(), method, path, bytes.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+o.key)
	req.Header.Set("Content-Type", "application/json")
	for name, value := range header {
		req.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, req)
	o.status[w.Code]++
	if w.Code >= http.StatusBadRequest && tells(w.Body.String()) || tells(fmt.Sprint(w.Header())) {
		o.t.Errorf("%s %s: what was sent is repeated: %v %s", method, path, w.Header(), w.Body)
	}
	return w.Body.Bytes()
}

func tells(text string) bool {
	return strings.Contains(strings.ToUpper(text), mark) || strings.Contains(text, markedSum)
}

// check looks for marked values in the log and the metrics.
func (o *observed) check() {
	o.t.Helper()
	for line := range strings.Lines(o.log.String()) {
		if tells(line) {
			o.t.Errorf("logged: %s", line)
		}
	}
	w := httptest.NewRecorder()
	o.metrics.ServeHTTP(w, httptest.NewRequestWithContext(o.t.Context(), http.MethodGet, "/metrics", http.NoBody))
	if !strings.Contains(w.Body.String(), "ballast_http_requests_total") || tells(w.Body.String()) {
		o.t.Errorf("metrics: %s", w.Body)
	}
}

// variants calls f with doc once for each of its leaves, which then has another
// value.
func variants(node any, value func(leaf any) any, f func()) {
	each := func(leaf any, put func(any)) {
		switch leaf.(type) {
		case map[string]any, []any:
			variants(leaf, value, f)
		default:
			put(value(leaf))
			f()
			put(leaf)
		}
	}
	switch n := node.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(n)) {
			each(n[name], func(v any) { n[name] = v })
		}
	case []any:
		for i := range n {
			each(n[i], func(v any) { n[i] = v })
		}
	}
}

// Values marked in every member of a request, one after the other, are in no
// line of the log at its most talkative, in no metric and in no problem.
func TestNoMemberOfARequestIsTold(t *testing.T) {
	o := observe(t)
	text, err := os.ReadFile("../../examples/household-with-debts.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range []func(any) any{
		func(any) any { return mark },
		func(leaf any) any {
			if s, ok := leaf.(string); ok && strings.Trim(s, "0123456789.") == "" {
				return markedSum
			}
			return mark + " is not a number"
		},
	} {
		var doc map[string]any
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		variants(doc, value, func() {
			body, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			o.send(http.MethodPost, "/v1/recommendations", body, nil)
		})
	}
	if o.status[http.StatusOK] < 10 || o.status[http.StatusUnprocessableEntity] < 10 {
		t.Errorf("the marks got no further than %v", o.status)
	}
	o.check()
}

// Nor are those in headers, paths, queries, methods and bodies that are no
// request at all.
func TestNothingAroundARequestIsTold(t *testing.T) {
	o := observe(t)
	body, err := os.ReadFile("../../examples/p0.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Authorization", "Accept", "Accept-Language", "Content-Type", "Content-Encoding", "Cookie", "Forwarded", "From",
		"Idempotency-Key", "Origin", "Referer", "Traceparent", "Tracestate", "User-Agent", "X-Forwarded-For"} {
		for _, value := range []string{mark, "Bearer " + mark, "blk_" + strings.ToLower(mark), "application/" + mark, mark + "\t" + mark} {
			o.send(http.MethodPost, "/v1/recommendations", body, map[string]string{name: value})
		}
	}
	for _, path := range []string{"/" + mark, "/v1/" + mark, "/v1/recommendations/" + mark, "/v1/recommendations/rec_" + mark + "/report?language=" + mark,
		"/v1/imports/" + mark, "/v1/usage?" + mark + "=" + mark, "/v1/recommendations?cursor=" + mark, "/docs?" + mark} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete, mark} {
			o.send(method, path, body, nil)
		}
	}
	for _, wrong := range []string{mark, `{"` + mark + `":`, `{"portfolio":"` + mark + `"`, `"` + mark + `"`, `{"portfolio":` + mark + `}`, "\xff" + mark} {
		for _, path := range []string{"/v1/recommendations", "/v1/analyses", "/v1/estimates", "/v1/imports/plaid"} {
			o.send(http.MethodPost, path, []byte(wrong), nil)
		}
	}
	var kept struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(o.send(http.MethodPost, "/v1/recommendations", body, nil), &kept); err != nil || kept.ID == "" {
		t.Fatalf("%v, id %q", err, kept.ID)
	}
	for _, said := range []string{`{"outcome":"accepted","reason":"` + mark + `"}`, `{"outcome":"` + mark + `"}`, `{"outcome":"accepted","action":"` + mark + `"}`} {
		o.send(http.MethodPost, "/v1/recommendations/"+kept.ID+"/feedback", []byte(said), nil)
	}
	o.send(http.MethodPost, "/v1/imports/schwab", []byte(mark+","+mark), map[string]string{"Content-Type": "text/csv"})
	o.check()
}
