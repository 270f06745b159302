package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	contract "ballast.internal/ballast/api"
)

// attackedConfig has two clients, of which the first is the attacker, and an
// auditor.
const attackedConfig = `
time_zone: UTC
budgets: {global: {day_usd: 2, month_usd: 20}}
clients:
  - name: attacker
    keys: [KEY0]
    budget: {day_usd: 0.01, month_usd: 1}
    limits: {in_flight: 64}
  - name: victim
    keys: [KEY1]
    budget: {day_usd: 1, month_usd: 10}
  - {name: desk, role: auditor, keys: [KEY2]}
`

// attacked is the wired program in front of an emulator that the test listens
// to and may speak for.
type attacked struct {
	*mounted
	cloud *upstream
}

// The keys' holders.
const (
	attacker = iota
	victim
	auditor
)

func attack(t *testing.T) *attacked {
	t.Helper()
	return attackWith(t, attackedConfig)
}

func attackWith(t testing.TB, config string) *attacked {
	t.Helper()
	srv, cred, err := newEmulator(emulated{region: "us-east-2"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	cloud := &upstream{next: srv}
	stop, addr, err := serveLoopback(cloud)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	credentials := filepath.Join(t.TempDir(), "credentials")
	text := fmt.Sprintf("[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n", cred.AccessKeyID, cred.Secret)
	if err := os.WriteFile(credentials, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return &attacked{cloud: cloud, mounted: mount(t, config, map[string]string{
		"BALLAST_BEDROCK_ENDPOINT": "http://" + addr, "BALLAST_AWS_CREDENTIALS_FILE": credentials,
	})}
}

// upstream stands before the emulator. It keeps what is sent, and lets say
// something else than the emulator would.
type upstream struct {
	next http.Handler

	mu     sync.Mutex
	paths  []string
	bodies []string
	say    func(good []byte) (status int, body []byte) // nil: what the emulator says
}

// ServeHTTP implements http.Handler.
func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	u.mu.Lock()
	u.paths, u.bodies = append(u.paths, r.Method+" "+r.URL.EscapedPath()), append(u.bodies, string(body))
	say := u.say
	u.mu.Unlock()
	if say == nil {
		u.next.ServeHTTP(w, r)
		return
	}
	good := httptest.NewRecorder()
	u.next.ServeHTTP(good, r)
	status, other := say(good.Body.Bytes())
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(other)
}

// sent is what has been sent so far.
func (u *upstream) sent() (paths, bodies []string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return append([]string(nil), u.paths...), append([]string(nil), u.bodies...)
}

func (u *upstream) says(say func(good []byte) (int, []byte)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.say = say
}

// saysText puts a text in the place of each explanation in the model's answer,
// and of its summary.
func (u *upstream) saysText(t *testing.T, text string) {
	t.Helper()
	u.says(func(good []byte) (int, []byte) {
		var message map[string]any
		if err := json.Unmarshal(good, &message); err != nil {
			t.Errorf("%v: %s", err, good)
			return http.StatusInternalServerError, nil
		}
		block := message["content"].([]any)[0].(map[string]any)
		var said struct {
			Summary string  `json:"s"`
			Items   [][]any `json:"r"`
		}
		if err := json.Unmarshal([]byte("{"+strings.TrimPrefix(block["text"].(string), "{")), &said); err != nil {
			t.Errorf("%v: %s", err, block["text"])
			return http.StatusInternalServerError, nil
		}
		said.Summary = text
		for _, item := range said.Items {
			item[2] = text
		}
		written, _ := json.Marshal(said)
		block["text"] = strings.TrimPrefix(string(written), "{")
		body, _ := json.Marshal(message)
		return http.StatusOK, body
	})
}

// as asks with the key of one of the clients.
func (a *attacked) as(who int, method, path, body string, header ...string) *httptest.ResponseRecorder {
	a.t.Helper()
	return a.call(method, path, body, append([]string{"Authorization", "Bearer " + a.keys[who]}, header...)...)
}

// advice is as much of an answer as attacks are judged by.
type advice struct {
	ID              string `json:"id"`
	Source          string `json:"source"`
	Summary         string `json:"summary"`
	Recommendations []struct {
		Rationale string `json:"rationale"`
		Trades    []any  `json:"trades"`
	} `json:"recommendations"`
	Degraded *struct {
		Reason string `json:"reason"`
	} `json:"degraded"`
	Disclosures []string `json:"disclosures"`
	Usage       struct {
		Cached   bool   `json:"cached"`
		CostUSD  string `json:"cost_usd"`
		Attempts int    `json:"attempts"`
	} `json:"usage"`
}

// advise asks for advice, which is never refused.
func (a *attacked) advise(who int, body string, header ...string) advice {
	a.t.Helper()
	w := a.as(who, http.MethodPost, "/v1/recommendations", body, header...)
	var out advice
	if err := json.Unmarshal(w.Body.Bytes(), &out); w.Code != http.StatusOK || err != nil {
		a.t.Fatalf("%d, %v: %s", w.Code, err, w.Body)
	}
	return out
}

// spent is what /v1/usage tells a client of its day.
func (a *attacked) spent(who int) (spent, limit string) {
	a.t.Helper()
	var usage struct {
		Budgets []struct {
			Spent string `json:"spent_usd"`
			Limit string `json:"limit_usd"`
		} `json:"budgets"`
	}
	w := a.as(who, http.MethodGet, "/v1/usage", "")
	if err := json.Unmarshal(w.Body.Bytes(), &usage); err != nil || len(usage.Budgets) == 0 {
		a.t.Fatalf("%v: %s", err, w.Body)
	}
	return usage.Budgets[0].Spent, usage.Budgets[0].Limit
}

// p0 is the smallest example, with an amount of cash that tells it apart from
// others, changed by edit.
func (a *attacked) p0(cash int, edit func(doc map[string]any)) string {
	a.t.Helper()
	text, err := os.ReadFile("../../examples/p0.json")
	if err != nil {
		a.t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		a.t.Fatal(err)
	}
	doc["portfolio"].(map[string]any)["cash"].([]any)[0].(map[string]any)["amount"] = fmt.Sprint(cash)
	if edit != nil {
		edit(doc)
	}
	body, err := json.Marshal(doc)
	if err != nil {
		a.t.Fatal(err)
	}
	return string(body)
}

// operations calls f with each operation of the contract that needs a key; its
// path's parameters are id and the first import format.
func operations(t *testing.T, id string, f func(method, path string)) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(contract.YAML)
	if err != nil {
		t.Fatal(err)
	}
	for pattern, item := range doc.Paths.Map() {
		if !strings.HasPrefix(pattern, "/v1/") {
			continue
		}
		for method := range item.Operations() {
			f(method, strings.NewReplacer("{id}", id, "{format}", "plaid").Replace(pattern))
		}
	}
}
