package httpapi

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"regexp"
	"strings"
)

// traceHeader is that of the W3C recommendation Trace Context.
const traceHeader = "Traceparent"

// trace is a request's place in a trace: whose part it is, and its own span.
type trace struct{ id, span, flags string }

// String writes the place for whoever comes next.
func (t trace) String() string { return "00-" + t.id + "-" + t.span + "-" + t.flags }

// traceForm is a version, a trace, a span and flags; later versions may add to it.
var traceForm = regexp.MustCompile(`^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$`)

// newTrace carries the caller's trace on, or begins one when the header is
// absent or breaks its form. The span is new. Of the flags the first, sampled,
// is all that version 00 knows.
func newTrace(h http.Header) trace {
	t := trace{id: randomHex(16), span: randomHex(8), flags: "00"}
	values := h.Values(traceHeader)
	if len(values) != 1 {
		return t
	}
	m := traceForm.FindStringSubmatch(values[0])
	if m == nil || m[1] == "ff" || m[1] == "00" && m[5] != "" || strings.Trim(m[2], "0") == "" || strings.Trim(m[3], "0") == "" {
		return t
	}
	t.id = m[2]
	if flags, _ := hex.DecodeString(m[4]); flags[0]&1 == 1 {
		t.flags = "01"
	}
	return t
}

// randomHex is n random bytes. None of them being set is as likely as guessing
// them all.
func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand aborts the program instead
	return hex.EncodeToString(b)
}
