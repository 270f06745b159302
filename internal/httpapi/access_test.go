package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/httpapi/apikey"
)

var isSentence = regexp.MustCompile(`^[A-Z0-9].*\.$`)

// What a body may get wrong, through the whole server: the status, the
// pointers, and nothing of what was submitted.
func TestEveryFaultIsAProblem(t *testing.T) {
	h := newHarness(t)
	for _, tc := range faultCases {
		t.Run(tc.name, func(t *testing.T) {
			r := h.send("POST", "/v1/recommendations", tc.body, "Content-Type", "application/json")
			p := r.problem(t)
			if strings.Contains(string(r.body), marker) {
				t.Errorf("the submitted value is repeated: %s", r.body)
			}
			if detail, _ := p["detail"].(string); !isSentence.MatchString(detail) {
				t.Errorf("the detail is no sentence: %q", detail)
			}
			if tc.want == nil {
				if r.status != 400 || p["code"] != "malformed_json" {
					t.Errorf("%d %s", r.status, r.body)
				}
				return
			}
			var got []string
			for _, e := range p["errors"].([]any) {
				fault := e.(map[string]any)
				got = append(got, fmt.Sprint(fault["pointer"], " ", fault["code"]))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" || r.status != 422 || p["code"] != "invalid_request" {
				t.Errorf("%d (-want +got):\n%s", r.status, diff)
			}
		})
	}
	if n := len(h.service.requests()); n != 0 {
		t.Errorf("%d faulty requests reached the service", n)
	}
	for _, line := range h.logged() {
		if text, _ := json.Marshal(line); strings.Contains(string(text), marker) {
			t.Errorf("logged: %s", text)
		}
	}
}

// Who sends a body of the wrong kind is told the right one.
func TestMediaTypesAreNamed(t *testing.T) {
	h := newHarness(t)
	for _, tc := range []struct{ path, contentType, detail, accept string }{
		{"/v1/analyses", "application/x-www-form-urlencoded", "The Content-Type must be application/json.", "application/json"},
		{"/v1/analyses", "", "The Content-Type must be application/json.", "application/json"},
		{"/v1/analyses", "application/json; charset=latin1", "The charset must be utf-8.", "application/json"},
		{"/v1/batches", "application/json", "The Content-Type must be application/jsonl or application/x-ndjson or application/x-jsonlines or application/json-lines.",
			"application/jsonl, application/x-ndjson, application/x-jsonlines, application/json-lines"},
		{"/v1/imports/plaid", "multipart/form-data", "The Content-Type must be application/octet-stream or application/json.", "application/octet-stream, application/json"},
		{"/v1/imports/schwab", "text/csv; charset=shift_jis", "The charset must be utf-8 or utf-16.",
			"application/octet-stream, text/csv, application/vnd.ms-excel, text/plain"},
	} {
		r := h.send("POST", tc.path, "x", "Content-Type", tc.contentType)
		if p := r.problem(t); r.status != 415 || p["detail"] != tc.detail || r.header.Get("Accept") != tc.accept {
			t.Errorf("%s as %q: %d %s, Accept %q", tc.path, tc.contentType, r.status, r.body, r.header.Get("Accept"))
		}
	}
}

func TestBodies(t *testing.T) {
	h := newHarness(t)
	large := valid[:len(valid)-1] + strings.Repeat(" ", 1<<20) + "}"
	exact := valid[:len(valid)-1] + strings.Repeat(" ", 1<<20-len(valid)) + "}"
	for _, tc := range []struct {
		name, body, contentType string
		status                  int
	}{
		{"over 1 MiB", large, "application/json", 413},
		{"1 MiB", exact, "application/json", 200},
		{"charset", valid, "application/json; charset=UTF-8", 200},
		{"another charset", valid, "application/json; charset=latin1", 415},
		{"no content type", valid, "", 415},
		{"text", valid, "text/plain", 415},
		{"form", "a=b", "application/x-www-form-urlencoded", 415},
		{"almost JSON", valid, "application/json-seq", 415},
		{"unreadable content type", valid, ";;", 415},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, path := range []string{"/v1/recommendations", "/v1/analyses", "/v1/estimates"} {
				if r := h.send("POST", path, tc.body, "Content-Type", tc.contentType); r.status != tc.status {
					t.Errorf("%s: %d %s", path, r.status, r.body)
				}
			}
		})
	}
	if r := h.send("POST", "/v1/analyses", valid, "Content-Encoding", "gzip"); r.status != 415 {
		t.Errorf("gzip: %d", r.status)
	}
	if r := h.send("POST", "/v1/analyses", "", "Content-Type", "application/json"); r.status != 400 {
		t.Errorf("empty: %d", r.status)
	}
	// A body of unknown length is cut at the limit too.
	req, _ := http.NewRequestWithContext(t.Context(), "POST", h.url+"/v1/analyses", struct{ *strings.Reader }{strings.NewReader(large)})
	req.ContentLength = -1
	req.Header.Set("Authorization", "Bearer "+h.key)
	req.Header.Set("Content-Type", "application/json")
	if r := h.do(req); r.status != 413 {
		t.Errorf("chunked: %d", r.status)
	}
}

func TestAuthentication(t *testing.T) {
	h := newHarness(t)
	for name, header := range map[string]string{
		"no key": "", "no scheme": h.key, "wrong scheme": "Basic " + h.key, "truncated": "Bearer " + h.key[:40],
		"another server's": "Bearer blk_aaaaaaaa_" + strings.Repeat("a", 52), "empty": "Bearer ", "two": "Bearer " + h.key + "," + h.other,
	} {
		for _, path := range []string{"/v1/usage", "/v1/nothing"} {
			r := h.send("GET", path, "", "Authorization", header)
			if r.status != 401 || r.problem(t)["code"] != "unauthenticated" || r.header.Get("WWW-Authenticate") != `Bearer realm="ballast"` {
				t.Errorf("%s %s: %d %s", name, path, r.status, r.body)
			}
			if strings.Contains(string(r.body), h.key[13:]) {
				t.Errorf("%s: the key is repeated", name)
			}
		}
	}
	if r := h.send("GET", "/v1/usage?key="+h.key, "", "Authorization", ""); r.status != 401 {
		t.Errorf("key in the URL: %d", r.status)
	}
	if len(h.limiter.taken) != 0 {
		t.Error("strangers were counted against a limit")
	}
	if r := h.send("GET", "/v1/usage", "", "Authorization", "bearer "+h.key); r.status != 200 {
		t.Errorf("lower-case scheme: %d", r.status)
	}
}

func TestAuditorsReadAndSpendNothing(t *testing.T) {
	h := newHarness(t)
	as := []string{"Authorization", "Bearer " + h.auditor}
	for _, method := range []string{"GET", "HEAD"} {
		if r := h.send(method, "/v1/usage", "", as...); r.status != 200 {
			t.Errorf("%s: %d", method, r.status)
		}
	}
	r := h.send("POST", "/v1/recommendations", valid, as...)
	if p := r.problem(t); r.status != 403 || p["code"] != "forbidden" || p["detail"] != "The operation is for the roles client, admin." {
		t.Errorf("POST: %d %s", r.status, r.body)
	}
	if p := h.send("GET", "/v1/admin/usage", "", as...).problem(t); p["detail"] != "The operation is for the role admin." {
		t.Errorf("one role: %v", p["detail"])
	}
	if n := len(h.service.requests()); n != 0 {
		t.Errorf("%d of an auditor's requests reached the service", n)
	}
}

// Every operation of the contract lets exactly the roles in that it names.
func TestOperationsAreForTheRolesThatTheyName(t *testing.T) {
	h := newHarness(t)
	held := map[apikey.Role]string{apikey.RoleClient: h.key, apikey.RoleAuditor: h.auditor, apikey.RoleAdmin: h.admin}
	for path, item := range loadContract(t).Paths.Map() {
		for method, op := range item.Operations() {
			if op.Security == nil {
				t.Errorf("%s %s does not say who may call it", method, path)
				continue
			}
			var allowed []string
			for _, alternative := range *op.Security {
				allowed = append(allowed, alternative["bearerAuth"]...)
			}
			for role, key := range held {
				sent := strings.NewReplacer("{id}", "rec_A", "{format}", "plaid").Replace(path)
				r := h.send(method, sent, "", "Authorization", "Bearer "+key)
				if want := len(allowed) > 0 && !slices.Contains(allowed, string(role)); (r.status == 403) != want {
					t.Errorf("%s %s as %s: %d, the contract names %v", method, path, role, r.status, allowed)
				}
			}
		}
	}
}

// A contract that leaves open who may call is refused at the start.
func TestAccessIsNeverLeftOpen(t *testing.T) {
	for name, tc := range map[string]struct{ security, path string }{
		"not said":          {`{}`, "/v1/things"},
		"private, for all":  {`{"security":[]}`, "/v1/things"},
		"any key":           {`{"security":[{"bearerAuth":[]}]}`, "/v1/things"},
		"unknown role":      {`{"security":[{"bearerAuth":["root"]}]}`, "/v1/things"},
		"public with roles": {`{"security":[{"bearerAuth":["admin"]}]}`, "/things"},
	} {
		if _, err := readAccess([]byte(`{"paths":{"` + tc.path + `":{"get":` + tc.security + `}}}`)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	got, err := readAccess([]byte(`{"paths":{"/v1/things":{"get":{"security":[{"bearerAuth":["client"]},{"bearerAuth":["admin"]}]}}}}`))
	want := access{{"GET", "/v1/things"}: {apikey.RoleClient, apikey.RoleAdmin}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(operation{})); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

type brokenAuthenticator struct{}

func (brokenAuthenticator) Authenticate(context.Context, string, time.Time) (Principal, error) {
	return Principal{}, errors.New("no connection to 10.0.0.7")
}

func TestAuthenticatorThatCannotTell(t *testing.T) {
	h := newHarness(t, func(c *Config) { c.Authenticator = brokenAuthenticator{} })
	if r := h.send("GET", "/v1/usage", ""); r.status != 503 || bytes.Contains(r.body, []byte("10.0.0.7")) {
		t.Errorf("%d %s", r.status, r.body)
	}
}
