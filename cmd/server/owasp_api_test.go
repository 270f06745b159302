package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/httpapi/oidc/oidctest"
)

// The tests of this file are attacks, one for each item of the OWASP API
// Security Top 10 of 2023.

// API1: what belongs to one client is not found by another, whatever the
// operation, and neither its kept answers nor its idempotency keys serve it.
func TestAPI1BrokenObjectLevelAuthorization(t *testing.T) {
	a := attack(t)
	body := a.p0(5000, nil)
	theirs := a.advise(victim, body, "Idempotency-Key", "k")
	operations(t, theirs.ID, func(method, path string) {
		if !strings.Contains(path, theirs.ID) {
			return
		}
		w := a.as(attacker, method, path, "{}")
		refused := []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusForbidden} // as what it is sent as, and by whom
		if !slices.Contains(refused, w.Code) || strings.Contains(w.Body.String(), theirs.Summary) {
			t.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
		}
	})
	if w := a.as(victim, "GET", "/v1/recommendations/"+theirs.ID, ""); w.Code != http.StatusOK {
		t.Errorf("the owner: %d", w.Code)
	}
	ours := a.advise(attacker, body, "Idempotency-Key", "k")
	if ours.ID == theirs.ID || ours.Usage.Cached || ours.Usage.Attempts != 1 {
		t.Errorf("served from the victim's: %+v", ours.Usage)
	}
	if w := a.as(attacker, "GET", "/v1/usage?client=victim", ""); strings.Contains(w.Body.String(), "victim") {
		t.Errorf("usage: %s", w.Body)
	}
}

// API2: nothing private opens without a key or token that is good now, and keys
// are not taken from anywhere but the header.
func TestAPI2BrokenAuthentication(t *testing.T) {
	a := attack(t)
	issuer := oidctest.New(t)
	a.change(strings.Replace(attackedConfig, "    keys: [KEY0]", "    keys: [KEY0]\n    tokens: [spa]", 1) +
		fmt.Sprintf("oidc: {issuer: %q, audience: ballast, claim: azp}\n", issuer.URL))
	a.look(time.Now())
	key, now := a.keys[attacker], time.Now()
	if w := a.call("GET", "/v1/usage", "", "Authorization", "Bearer "+issuer.Token(now, nil)); w.Code != http.StatusOK {
		t.Fatalf("a good token: %d %s", w.Code, w.Body)
	}
	for name, value := range map[string]string{
		"nothing": "", "no scheme": key, "basic": "Basic " + key, "truncated": "Bearer " + key[:len(key)-1], "doubled": "Bearer " + key + key,
		"prefix alone": "Bearer " + key[:13], "another secret": "Bearer " + key[:13] + strings.Repeat("a", 52), "list": "Bearer " + key + ", " + key,
		"expired token":        "Bearer " + issuer.Token(now, map[string]any{"exp": now.Unix() - 60}),
		"another audience":     "Bearer " + issuer.Token(now, map[string]any{"aud": "other"}),
		"another issuer":       "Bearer " + issuer.Token(now, map[string]any{"iss": "https://evil.example"}),
		"another provider":     "Bearer " + oidctest.New(t).Token(now, map[string]any{"iss": issuer.URL, "exp": nil}),
		"unsigned token":       "Bearer eyJhbGciOiJub25lIn0." + strings.Split(issuer.Token(now, nil), ".")[1] + ".",
		"token without client": "Bearer " + issuer.Token(now, map[string]any{"azp": "attacker"}),
	} {
		operations(t, "rec_A", func(method, path string) {
			if w := a.call(method, path, "{}", "Authorization", value); w.Code != http.StatusUnauthorized || strings.Contains(w.Body.String(), key) {
				t.Errorf("%s: %s %s: %d", name, method, path, w.Code)
			}
		})
	}
	if w := a.call("GET", "/v1/usage?key="+key+"&access_token="+key, "", "Authorization", "", "Cookie", "key="+key, "X-Api-Key", key); w.Code != http.StatusUnauthorized {
		t.Errorf("a key beside the header: %d", w.Code)
	}
}

// API3: a caller can set no member that is the service's to set.
func TestAPI3BrokenObjectPropertyLevelAuthorization(t *testing.T) {
	a := attack(t)
	for _, name := range []string{"client", "client_id", "role", "budget", "price", "model", "model_id", "max_tokens", "temperature", "system",
		"prompt", "endpoint", "limits", "request_id", "policy", "Portfolio", "__proto__"} {
		for _, in := range []string{"", "options", "constraints", "portfolio", "investor_profile"} {
			body := a.p0(5000, func(doc map[string]any) {
				target := doc
				if in != "" {
					target, _ = doc[in].(map[string]any)
				}
				target[name] = "claude-opus"
			})
			w := a.as(attacker, "POST", "/v1/recommendations", body)
			if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "/"+name+`"`) {
				t.Errorf("%s in %q: %d %s", name, in, w.Code, w.Body)
			}
		}
	}
	if paths, _ := a.cloud.sent(); len(paths) != 0 {
		t.Errorf("the model was asked %d times", len(paths))
	}
}

// API4: what one request can make the server hold is bounded, and so is how
// many there are at once.
func TestAPI4UnrestrictedResourceConsumption(t *testing.T) {
	a := attack(t)
	position := `{"instrument":{"id":{"ticker":"VTI"},"type":"etf"},"quantity":"1","price":"1","currency":"USD"}`
	for name, tc := range map[string]struct {
		body   string
		header []string
		status int
	}{
		"a large body":       {strings.Repeat(" ", 1<<20) + a.p0(1, nil), nil, 413},
		"a million holdings": {`{"portfolio":{"positions":[` + strings.Repeat(position+",", 1_000_000/len(position)) + position + `]}}`, nil, 422},
		"a deep body":        {strings.Repeat(`{"portfolio":`, 10_000) + "1" + strings.Repeat("}", 10_000), nil, 422},
		"compressed":         {a.p0(1, nil), []string{"Content-Encoding", "gzip"}, 415},
		"a huge number":      {strings.Replace(a.p0(77777, nil), `"77777"`, "1e999999999", 1), nil, 422},
		"a long number":      {strings.Replace(a.p0(77777, nil), `"77777"`, strings.Repeat("9", 100_000), 1), nil, 422},
		"endless answers":    {a.p0(1, func(doc map[string]any) { doc["options"] = map[string]any{"max_recommendations": 1_000_000} }), nil, 422},
		"a long key":         {a.p0(1, nil), []string{"Idempotency-Key", strings.Repeat("k", 10_000)}, 400},
	} {
		w := a.as(attacker, "POST", "/v1/recommendations", tc.body, tc.header...)
		if w.Code != tc.status || w.Body.Len() > 64<<10 {
			t.Errorf("%s: %d, want %d; %d bytes: %.300s", name, w.Code, tc.status, w.Body.Len(), w.Body)
		}
	}
	if w := a.as(attacker, "GET", "/v1/usage", ""); !strings.Contains(w.Header().Get("RateLimit-Policy"), `"client_in_flight";q=64`) {
		t.Errorf("limits: %v", w.Header())
	}
}

// API5: a role does what the contract says, and the operator's pages are not on
// the callers' port.
func TestAPI5BrokenFunctionLevelAuthorization(t *testing.T) {
	a := attack(t)
	operations(t, "rec_A", func(method, path string) {
		if w := a.as(auditor, method, path, "{}"); method == http.MethodPost && w.Code != http.StatusForbidden {
			t.Errorf("an auditor's %s %s: %d", method, path, w.Code)
		}
	})
	for _, path := range []string{"/metrics", "/debug/pprof/", "/livez", "/readyz", "/admin", "/v1/admin", "/v1/clients", "/v1/keys", "/v1/config"} {
		for _, method := range []string{"GET", "POST", "DELETE"} {
			if w := a.as(attacker, method, path, "{}"); w.Code != http.StatusNotFound {
				t.Errorf("%s %s: %d", method, path, w.Code)
			}
		}
	}
}

// API6: a client that buys as much as it can spends its own budget and not a
// nano-USD more, and leaves the others'. Repeating is free, in both senses.
func TestAPI6UnrestrictedAccessToSensitiveBusinessFlows(t *testing.T) {
	a := attack(t)
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			a.as(attacker, "POST", "/v1/recommendations", a.p0(5000+i, nil), "Idempotency-Key", fmt.Sprint(i/2))
		})
	}
	all.Wait()
	usd := decimal.RequireFromString
	spent, limit := a.spent(attacker)
	if usd(spent).IsZero() || usd(spent).GreaterThan(usd(limit)) {
		t.Errorf("spent %s of %s", spent, limit)
	}
	if spent, _ := a.spent(victim); spent != "0" {
		t.Errorf("the victim spent %s", spent)
	}
	if got := a.advise(victim, a.p0(9999, nil)); got.Source != "model" {
		t.Errorf("the victim is answered by %s, %+v", got.Source, got.Degraded)
	}
}

// API7: no address in a request is ever called.
func TestAPI7ServerSideRequestForgery(t *testing.T) {
	a := attack(t)
	var calls atomic.Int64
	canary := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
	defer canary.Close()
	var doc map[string]any
	if err := json.Unmarshal([]byte(a.p0(5000, nil)), &doc); err != nil {
		t.Fatal(err)
	}
	variants(doc, func(any) any { return canary.URL }, func() {
		body, _ := json.Marshal(doc)
		a.as(attacker, "POST", "/v1/recommendations", string(body))
	})
	for _, name := range []string{"Host", "Forwarded", "X-Forwarded-Host", "X-Forwarded-For", "Origin", "Referer", "Callback", "X-Original-Url", "Idempotency-Key"} {
		a.as(attacker, "POST", "/v1/recommendations", a.p0(5000, nil), name, canary.URL)
	}
	a.as(attacker, "GET", canary.URL+"/v1/usage", "")
	if n := calls.Load(); n != 0 {
		t.Errorf("%d calls of an address that a caller named", n)
	}
}

// API8: what a default leaves open is closed, and errors tell nothing of the
// inside.
func TestAPI8SecurityMisconfiguration(t *testing.T) {
	a := attack(t)
	for _, method := range []string{"TRACE", "CONNECT", "PROPFIND", "PUT", "PATCH"} {
		if w := a.as(attacker, method, "/v1/usage", ""); w.Code != http.StatusMethodNotAllowed || strings.Contains(w.Body.String(), a.keys[attacker]) {
			t.Errorf("%s: %d %s", method, w.Code, w.Body)
		}
	}
	for _, path := range []string{"/v1/usage", "/nothing", "/v1/recommendations", "/docs"} {
		w := a.as(attacker, "GET", path, "", "Origin", "https://evil.example")
		h := w.Header()
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") == "" || h.Get("Referrer-Policy") != "no-referrer" ||
			h.Get("Access-Control-Allow-Origin") != "" || h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	if err := a.store.Close(); err != nil { // the worst that can go wrong inside
		t.Fatal(err)
	}
	w := a.as(attacker, "POST", "/v1/recommendations", a.p0(5000, nil))
	for _, inside := range []string{"sql", "goroutine", ".go:", a.dir, "127.0.0.1", "closed", "store"} {
		if w.Code != http.StatusServiceUnavailable || bytes.Contains(bytes.ToLower(w.Body.Bytes()), []byte(inside)) {
			t.Errorf("%d, tells %q: %s", w.Code, inside, w.Body)
		}
	}
}

// API9: there is one version, all of it is in the contract, and what is there
// is served.
func TestAPI9ImproperInventoryManagement(t *testing.T) {
	a := attack(t)
	for _, path := range []string{"/v0/usage", "/v2/usage", "/api/v1/usage", "/V1/usage", "/v1beta/usage", "/swagger.json", "/swagger", "/graphql",
		"/.git/config", "/.env", "/v1", "/internal", "/test"} {
		if w := a.as(attacker, "GET", path, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	operations(t, "rec_A", func(method, path string) {
		if w := a.as(victim, method, path, "{}"); w.Code == http.StatusMethodNotAllowed || w.Code >= 500 {
			t.Errorf("%s %s is in the contract: %d", method, path, w.Code)
		}
	})
}

// API10: an answer of Bedrock's that is none costs no more than was reserved,
// reaches no caller, and leaves nobody without an answer.
func TestAPI10UnsafeConsumptionOfAPIs(t *testing.T) {
	text := func(s, usage string) []byte {
		return []byte(`{"type":"message","role":"assistant","content":[{"type":"text","text":` + s + `}],"stop_reason":"end_turn"` + usage + `}`)
	}
	for _, tc := range []struct {
		name   string
		status int
		body   []byte
	}{
		{"nothing", 200, nil},
		{"HTML", 200, []byte("<html><script>alert(1)</script>")},
		{"null", 200, []byte("null")},
		{"no content", 200, []byte(`{"content":[],"usage":{"input_tokens":1,"output_tokens":1}}`)},
		{"content of another type", 200, []byte(`{"content":"<script>","usage":{"input_tokens":1,"output_tokens":1}}`)},
		{"negative usage", 200, text(`"{}"`, `,"usage":{"input_tokens":-1000000,"output_tokens":-1000000}`)},
		{"no usage", 200, text(`"{}"`, "")},
		{"usage beyond counting", 200, text(`"{}"`, `,"usage":{"input_tokens":1e300,"output_tokens":9223372036854775807}`)},
		{"a huge answer", 200, text(`"`+strings.Repeat("<script>", 1<<20)+`"`, `,"usage":{"input_tokens":1,"output_tokens":1}`)},
		{"a redirect", 307, []byte(`<script>`)},
		{"an error of its own", 500, []byte(`{"message":"<script>/home/aws/secret"}`)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := attack(t)
			a.cloud.says(func([]byte) (int, []byte) { return tc.status, tc.body })
			w := a.as(victim, "POST", "/v1/recommendations", a.p0(5000, nil))
			var got advice
			if err := json.Unmarshal(w.Body.Bytes(), &got); w.Code != 200 || err != nil || got.Source != "rules" || got.Degraded == nil {
				t.Errorf("%d, %v, source %s", w.Code, err, got.Source)
			}
			if strings.Contains(w.Body.String(), "script") || strings.Contains(w.Body.String(), "secret") {
				t.Errorf("%s", w.Body)
			}
			if paths, _ := a.cloud.sent(); len(paths) == 0 {
				t.Error("the model was not asked")
			}
			spent, limit := a.spent(victim)
			if usd := decimal.RequireFromString; usd(spent).IsNegative() || usd(spent).GreaterThan(usd(limit)) {
				t.Errorf("spent %s of %s", spent, limit)
			}
		})
	}
}
