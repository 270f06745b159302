package httpapi

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	ourOrigin   = "https://app.example.com"
	theirOrigin = "https://evil.example.com"
)

// granted are the headers by which a page of another origin is let in.
func granted(h http.Header) map[string]string {
	got := map[string]string{}
	for name := range h {
		if rest, ok := strings.CutPrefix(name, "Access-Control-"); ok {
			got[rest] = strings.Join(h.Values(name), " | ")
		}
	}
	return got
}

// vary are the request's headers that an answer depends on.
func vary(h http.Header) []string {
	var names []string
	for _, line := range h.Values("Vary") {
		for name := range strings.SplitSeq(line, ",") {
			names = append(names, http.CanonicalHeaderKey(strings.TrimSpace(name)))
		}
	}
	return names
}

// A preflight lets the configured origins in, exactly as they are written, for
// the methods and headers that the API has, and never with cookies. It needs no
// key and counts against no limit.
func TestPreflights(t *testing.T) {
	const usual = "authorization,content-type,idempotency-key"
	letIn := func(method, headers string) map[string]string {
		want := map[string]string{"Allow-Origin": ourOrigin, "Allow-Methods": method, "Max-Age": "600"}
		if headers != "" {
			want["Allow-Headers"] = headers
		}
		return want
	}
	h := newHarness(t, func(c *Config) { c.Network = func() Network { return Network{CORSOrigins: []string{ourOrigin}} } })
	for name, tc := range map[string]struct {
		origin, method, headers string
		more                    []string
		want                    map[string]string
	}{
		"ours":                     {ourOrigin, "POST", usual, nil, letIn("POST", "Authorization, Content-Type, Idempotency-Key")},
		"without headers":          {ourOrigin, "GET", "", nil, letIn("GET", "")},
		"for deleting":             {ourOrigin, "DELETE", "authorization", nil, letIn("DELETE", "Authorization")},
		"for what it keeps":        {ourOrigin, "GET", "if-none-match", nil, letIn("GET", "If-None-Match")},
		"with our own headers":     {ourOrigin, "POST", "x-request-id, traceparent", nil, letIn("POST", "X-Request-Id, Traceparent")},
		"another method":           {ourOrigin, "PUT", usual, nil, nil},
		"one more method":          {ourOrigin, "PATCH", "", nil, nil},
		"a made-up method":         {ourOrigin, "POST, DELETE", usual, nil, nil},
		"another header":           {ourOrigin, "POST", usual + ",x-admin", nil, nil},
		"cookies":                  {ourOrigin, "POST", "cookie", nil, nil},
		"from within a network":    {ourOrigin, "GET", "", []string{"Access-Control-Request-Private-Network", "true"}, letIn("GET", "")},
		"another origin":           {theirOrigin, "POST", usual, nil, nil},
		"capitals":                 {"https://APP.example.com", "POST", usual, nil, nil},
		"a longer name":            {ourOrigin + ".evil.example", "POST", usual, nil, nil},
		"a name before it":         {"https://evilapp.example.com", "POST", usual, nil, nil},
		"without encryption":       {"http://app.example.com", "POST", usual, nil, nil},
		"another port":             {ourOrigin + ":8443", "POST", usual, nil, nil},
		"a slash":                  {ourOrigin + "/", "POST", usual, nil, nil},
		"two origins":              {ourOrigin + " " + theirOrigin, "POST", usual, nil, nil},
		"a page without an origin": {"null", "POST", usual, nil, nil},
		"any":                      {"*", "POST", usual, nil, nil},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			r := h.send("OPTIONS", "/v1/recommendations", "", append([]string{"Authorization", "", "Origin", tc.origin,
				"Access-Control-Request-Method", tc.method, "Access-Control-Request-Headers", tc.headers}, tc.more...)...)
			if tc.want == nil {
				tc.want = map[string]string{}
			}
			if diff := cmp.Diff(tc.want, granted(r.header)); r.status != 200 || diff != "" || len(r.body) > 0 {
				t.Errorf("status %d, %q (-want +got):\n%s", r.status, r.body, diff)
			}
			// A cache must not give one origin the answer to another.
			for _, name := range []string{"Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"} {
				if !slices.Contains(vary(r.header), name) {
					t.Errorf("Vary %q lacks %s", r.header.Values("Vary"), name)
				}
			}
		})
	}
	if len(h.limiter.taken) != 0 {
		t.Errorf("preflights were counted: %v", h.limiter.taken)
	}
}

// What is no preflight is answered as ever: a browser keeps it from pages of
// other origins.
func TestRequestsAcrossOrigins(t *testing.T) {
	exposed := "X-Request-Id, Traceparent, Ratelimit, Ratelimit-Policy, Retry-After, Idempotency-Replayed, Location, Etag"
	open := newHarness(t, func(c *Config) { c.Network = func() Network { return Network{CORSOrigins: []string{ourOrigin}} } })
	for name, tc := range map[string]struct {
		h               *harness
		origin, key     string
		status          int
		origins, expose string
	}{
		"ours":                 {open, ourOrigin, open.key, 200, ourOrigin, exposed},
		"ours, refused":        {open, ourOrigin, "blk_x", 401, ourOrigin, exposed},
		"another":              {open, theirOrigin, open.key, 200, "", ""},
		"none":                 {open, "", open.key, 200, "", ""},
		"null":                 {open, "null", open.key, 200, "", ""},
		"closed by default":    {nil, ourOrigin, "", 200, "", ""},
		"null, where all shut": {nil, "null", "", 200, "", ""},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			h, key := tc.h, tc.key
			if h == nil {
				h = newHarness(t)
				key = h.key
			}
			r := h.send("GET", "/v1/usage", "", "Origin", tc.origin, "Authorization", "Bearer "+key)
			want := map[string]string{}
			if tc.origins != "" {
				want = map[string]string{"Allow-Origin": tc.origins, "Expose-Headers": tc.expose}
			}
			if diff := cmp.Diff(want, granted(r.header)); r.status != tc.status || diff != "" || !slices.Contains(vary(r.header), "Origin") {
				t.Errorf("status %d, Vary %q (-want +got):\n%s", r.status, r.header.Values("Vary"), diff)
			}
		})
	}
}

// Closed by default, and open from the moment that an origin is configured.
func TestOriginsAreReadAnew(t *testing.T) {
	var origins []string
	h := newHarness(t, func(c *Config) { c.Network = func() Network { return Network{CORSOrigins: origins} } })
	preflight := func() string {
		return h.send("OPTIONS", "/v1/usage", "", "Authorization", "", "Origin", ourOrigin, "Access-Control-Request-Method", "GET").header.Get("Access-Control-Allow-Origin")
	}
	if got := preflight(); got != "" {
		t.Errorf("closed, but %q", got)
	}
	origins = []string{ourOrigin}
	if got := preflight(); got != ourOrigin {
		t.Errorf("opened, but %q", got)
	}
}

func TestOrigins(t *testing.T) {
	for origin, want := range map[string]bool{
		"https://ok.example": true, "http://127.0.0.1:3000": true, "*": false, "https://*": false, "https://a.example/path": false,
		"file://x": false, "null": false, "": false, "https://user@a.example": false, "HTTPS://a.example": false,
	} {
		if got := ValidOrigin(origin); got != want {
			t.Errorf("%q: %v", origin, got)
		}
	}
}
