package httpapi

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
)

// measured is a body that counts what is read of it.
type measured struct {
	io.Reader
	read int64
}

func (m *measured) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	m.read += int64(n)
	return n, err
}

func (m *measured) Close() error { return nil }

// bomb is a few kilobytes that become very many. It is made once, since the race
// detector takes seconds to compress that much.
var bomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	zeros := make([]byte, 1<<20)
	for range 64 {
		_, _ = w.Write(zeros) // in memory
	}
	_ = w.Close()
	return b.Bytes()
})

// A body that says how it is encoded is taken as it is, or refused unread with
// what would be taken: whatever it would have become takes no memory. One that
// does not say is read as what it says that it is, within the limit.
func TestEncodedBodies(t *testing.T) {
	h := newHarness(t)
	boom := bomb()
	const limit = 1 << 20
	for name, tc := range map[string]struct {
		codings  []string
		body     io.Reader
		length   int64 // as it is told; -1: not
		status   int
		code     string // "": none
		mostRead int64
	}{
		"none":                     {nil, strings.NewReader(valid), int64(len(valid)), 200, "", limit},
		"identity":                 {[]string{"identity"}, strings.NewReader(valid), int64(len(valid)), 200, "", limit},
		"identity in capitals":     {[]string{"IDENTITY"}, strings.NewReader(valid), -1, 200, "", limit},
		"gzip":                     {[]string{"gzip"}, bytes.NewReader(boom), int64(len(boom)), 415, "unsupported_media_type", 0},
		"gzip of unknown length":   {[]string{"gzip"}, bytes.NewReader(boom), -1, 415, "unsupported_media_type", 0},
		"gzip that is none":        {[]string{"gzip"}, strings.NewReader(valid), int64(len(valid)), 415, "unsupported_media_type", 0},
		"deflate":                  {[]string{"deflate"}, bytes.NewReader(boom), -1, 415, "unsupported_media_type", 0},
		"br":                       {[]string{"br"}, bytes.NewReader(boom), -1, 415, "unsupported_media_type", 0},
		"zstd":                     {[]string{"zstd"}, bytes.NewReader(boom), -1, 415, "unsupported_media_type", 0},
		"unknown":                  {[]string{"x-none"}, strings.NewReader(valid), -1, 415, "unsupported_media_type", 0},
		"twice in one line":        {[]string{"gzip, gzip"}, bytes.NewReader(boom), -1, 415, "unsupported_media_type", 0},
		"twice in two lines":       {[]string{"gzip", "gzip"}, bytes.NewReader(boom), -1, 415, "unsupported_media_type", 0},
		"hidden behind identity":   {[]string{"identity", "gzip"}, bytes.NewReader(boom), -1, 415, "unsupported_media_type", 0},
		"hidden after a comma":     {[]string{"identity,gzip"}, bytes.NewReader(boom), -1, 415, "unsupported_media_type", 0},
		"untold gzip":              {nil, bytes.NewReader(boom), int64(len(boom)), 400, "malformed_json", limit},
		"what it would become":     {nil, io.LimitReader(endlessBlanks{}, 64<<20), -1, 413, "body_too_large", limit + 1},
		"what it says it becomes":  {nil, io.LimitReader(endlessBlanks{}, 64<<20), 64 << 20, 413, "body_too_large", 0},
		"identity without an end":  {[]string{"identity"}, endlessBlanks{}, -1, 413, "body_too_large", limit + 1},
		"gzip that does not begin": {[]string{"gzip"}, endlessBlanks{}, -1, 415, "unsupported_media_type", 0},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			body := &measured{Reader: tc.body}
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/analyses", body)
			r.ContentLength = tc.length
			r.Header.Set("Authorization", "Bearer "+h.key)
			r.Header.Set("Content-Type", "application/json")
			r.Header["Content-Encoding"] = tc.codings
			w := httptest.NewRecorder()
			h.handler.ServeHTTP(w, r)
			if w.Code != tc.status || body.read > tc.mostRead {
				t.Errorf("status %d after %d bytes, want %d and at most %d: %s", w.Code, body.read, tc.status, tc.mostRead, w.Body)
			}
			if tc.code != "" && !strings.Contains(w.Body.String(), `"code":"`+tc.code+`"`) {
				t.Errorf("%s, want %s", w.Body, tc.code)
			}
			if told := w.Header().Get("Accept-Encoding") == "identity"; told != (tc.status == 415) {
				t.Errorf("Accept-Encoding %q", w.Header().Get("Accept-Encoding"))
			}
		})
	}
}

// endlessBlanks is JSON that never begins.
type endlessBlanks struct{}

func (endlessBlanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// No body of the API may be encoded, whatever it is.
func TestNoRouteTakesEncodedBodies(t *testing.T) {
	h := newHarness(t)
	for path, contentType := range map[string]string{
		"/v1/recommendations": "application/json", "/v1/estimates": "application/json", "/v1/recommendations/rec_1/feedback": "application/json",
		"/v1/recommendations/rec_1/questions": "application/json", "/v1/batches": "application/jsonl", "/v1/imports/plaid": "application/json",
		"/v1/imports/schwab": "text/csv",
	} {
		r := h.send("POST", path, string(bomb()), "Content-Type", contentType, "Content-Encoding", "gzip")
		if p := r.problem(t); r.status != 415 || p["detail"] != "The body must not be compressed or otherwise encoded." {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
}

// TestBodiesThatEndEarly: a slow sender is told another reason than one whose
// connection broke.
func TestBodiesThatEndEarly(t *testing.T) {
	h := newHarness(t)
	for err, want := range map[error]string{
		os.ErrDeadlineExceeded: "The rest of the body had not come in time (near byte 1).",
		io.ErrUnexpectedEOF:    "The body broke off (near byte 1).",
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/analyses", io.MultiReader(strings.NewReader("{"), iotest.ErrReader(err)))
		r.Header.Set("Authorization", "Bearer "+h.key)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.handler.ServeHTTP(w, r)
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%v: %d %s", err, w.Code, w.Body)
		}
	}
}
