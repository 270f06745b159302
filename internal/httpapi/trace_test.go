package httpapi

import (
	"net/http"
	"strings"
	"testing"
)

func TestNewTrace(t *testing.T) {
	const id, span = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	for _, tc := range []struct {
		name   string
		values []string
		carry  bool
		flags  string
	}{
		{"sampled", []string{"00-" + id + "-" + span + "-01"}, true, "01"},
		{"not sampled", []string{"00-" + id + "-" + span + "-00"}, true, "00"},
		{"flags of a later level", []string{"00-" + id + "-" + span + "-03"}, true, "01"},
		{"later version with more", []string{"cc-" + id + "-" + span + "-01-what-ever"}, true, "01"},
		{"absent", nil, false, "00"},
		{"twice", []string{"00-" + id + "-" + span + "-01", "00-" + id + "-" + span + "-01"}, false, "00"},
		{"version 00 with more", []string{"00-" + id + "-" + span + "-01-more"}, false, "00"},
		{"forbidden version", []string{"ff-" + id + "-" + span + "-01"}, false, "00"},
		{"no trace", []string{"00-" + strings.Repeat("0", 32) + "-" + span + "-01"}, false, "00"},
		{"no span", []string{"00-" + id + "-" + strings.Repeat("0", 16) + "-01"}, false, "00"},
		{"upper case", []string{strings.ToUpper("00-" + id + "-" + span + "-01")}, false, "00"},
		{"text", []string{marker}, false, "00"},
	} {
		got := newTrace(http.Header{traceHeader: tc.values})
		if (got.id == id) != tc.carry || got.flags != tc.flags || got.span == span || !traceForm.MatchString(got.String()) {
			t.Errorf("%s: %s", tc.name, got)
		}
	}
}

// The trace is carried to the answer, the log, and whoever calls the model.
func TestTracesAreCarried(t *testing.T) {
	h := newHarness(t)
	const id = "4bf92f3577b34da6a3ce929d0e0e4736"
	r := h.send("POST", "/v1/recommendations", valid, traceHeader, "00-"+id+"-00f067aa0ba902b7-01")
	got := r.header.Get(traceHeader)
	if !strings.HasPrefix(got, "00-"+id+"-") || !strings.HasSuffix(got, "-01") || strings.Contains(got, "00f067aa0ba902b7") {
		t.Errorf("answered %q", got)
	}
	if sent := h.service.requests()[0].TraceID; sent != id {
		t.Errorf("the service was told %q", sent)
	}
	if line := h.logged()[0]; line["trace_id"] != id || got != "00-"+id+"-"+line["span_id"].(string)+"-01" {
		t.Errorf("logged %v, answered %s", line, got)
	}
	if r := h.send("GET", "/nothing", ""); !traceForm.MatchString(r.header.Get(traceHeader)) {
		t.Errorf("a trace of our own: %q", r.header.Get(traceHeader))
	}
}
