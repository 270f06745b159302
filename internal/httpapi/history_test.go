package httpapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ballast.internal/ballast/internal/recommend"
)

// kept is a journal with two of web's recommendations and feedback on one.
func kept(cfg *Config) *fakeRecords {
	f := &fakeRecords{records: []recommend.Record{
		{ID: "rec_3", CreatedAt: testNow, Client: "web", Source: "rules", Degraded: "budget_exhausted", Request: []byte(full)},
		{ID: "rec_2", CreatedAt: testNow, Client: "web", Source: "mixed", About: "rec_1"},
		{
			ID: "rec_1", CreatedAt: testNow, Client: "web", Source: "model", RetainUntil: testNow.AddDate(6, 0, 0), Region: "us-east-2",
			Request: []byte(`{"a":1}`), Answer: []byte(`{"id":"rec_1"}`),
			Attempts: []recommend.Attempt{{
				System: "sys", User: "prompt", Raw: "raw", CostNano: 470500, ReservedNano: 1300000,
				Verdicts: []recommend.Verdict{{Item: "A1", Reason: "digits", Action: "dropped"}},
			}},
		},
		{ID: "fbk_1", CreatedAt: testNow, Client: "web", Kind: recommend.RecordFeedback, About: "rec_1",
			Request: []byte(`{"outcome":"dismissed","reason":"Not now."}`),
			Answer:  []byte(`{"id":"fbk_1","created_at":"2026-11-20T00:00:00Z","recommendation_id":"rec_1","outcome":"dismissed","action":null}`)},
	}}
	cfg.Records = f
	return f
}

func decoded(t *testing.T, r reply) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(r.body, &out); r.status != http.StatusOK || err != nil {
		t.Fatalf("status %d: %s", r.status, r.body)
	}
	return out
}

func TestHistoryIsPaged(t *testing.T) {
	var records *fakeRecords
	h := newHarness(t, func(c *Config) { records = kept(c) })
	first := decoded(t, h.send("GET", "/v1/recommendations?limit=2", ""))
	if len(first["recommendations"].([]any)) != 2 || first["next"] != "2" {
		t.Errorf("first page: %v", first)
	}
	rest := decoded(t, h.send("GET", "/v1/recommendations?limit=2&cursor=2", ""))
	if len(rest["recommendations"].([]any)) != 1 || rest["next"] != nil {
		t.Errorf("second page: %v", rest)
	}
	h.send("GET", "/v1/recommendations", "")
	if records.limit != usualPage {
		t.Errorf("asked for %d lines", records.limit)
	}
}

func TestHistoryIsFiltered(t *testing.T) {
	var records *fakeRecords
	h := newHarness(t, func(c *Config) { records = kept(c) })
	decoded(t, h.send("GET", "/v1/recommendations?from=2026-01-01T00:00:00Z&to=2026-02-01T01:00:00%2B01:00&source=rules&degraded=budget_exhausted", ""))
	kind := recommend.RecordRecommendation
	want := recommend.RecordFilter{
		Client: "web", Kind: &kind, Source: "rules", Degraded: "budget_exhausted",
		Since: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC),
	}
	if d := cmp.Diff(want, records.filter(), cmpopts.EquateApproxTime(0)); d != "" {
		t.Error(d)
	}
}

// A client reads its own history; those who may read all name whose.
func TestWhoseHistory(t *testing.T) {
	var records *fakeRecords
	h := newHarness(t, func(c *Config) { records = kept(c) })
	for _, c := range []struct {
		key, query string
		status     int
		whose      string
	}{
		{h.key, "", 200, "web"},
		{h.key, "?client=web", 200, "web"},
		{h.key, "?client=other", 403, ""},
		{h.auditor, "", 200, "audit"},
		{h.auditor, "?client=web", 200, "web"},
		{h.admin, "?client=other", 200, "other"},
	} {
		r := h.send("GET", "/v1/recommendations"+c.query, "", "Authorization", "Bearer "+c.key)
		if r.status != c.status || c.status == 200 && records.filter().Client != c.whose {
			t.Errorf("%q: status %d, of %q", c.query, r.status, records.filter().Client)
		}
	}
}

func TestQueriesAreChecked(t *testing.T) {
	h := newHarness(t, func(c *Config) { kept(c) })
	for path, key := range map[string]string{
		"/v1/recommendations?limit=0":                                                  h.key,
		"/v1/recommendations?limit=201":                                                h.key,
		"/v1/recommendations?cursor=x":                                                 h.key,
		"/v1/recommendations?source=oracle":                                            h.key,
		"/v1/recommendations?from=1815-06-18T00:00:00Z":                                h.key,
		"/v1/journal?kind=rumour":                                                      h.auditor,
		"/v1/admin/usage?bucket=eon":                                                   h.admin,
		"/v1/admin/usage?from=2026-11-20T12:00:00Z&to=2026-11-20T12:00:00Z":            h.admin,
		"/v1/admin/usage?bucket=hour&from=2020-01-01T00:00:00Z":                        h.admin,
		"/v1/admin/usage?bucket=day&from=1969-12-31T00:00:00Z&to=1970-01-02T00:00:00Z": h.admin,
	} {
		if r := h.send("GET", path, "", "Authorization", "Bearer "+key); r.status != 422 {
			t.Errorf("%s: status %d", path, r.status)
		}
	}
}

// What is no text is nowhere: a database that cannot read an id is no outage.
func TestPathsThatAreNoText(t *testing.T) {
	h := newHarness(t, func(c *Config) { kept(c) })
	for _, id := range []string{"rec_1%00", "%ff", "%c3%28", "%ed%a0%80"} {
		for path, key := range map[string]string{
			"GET /v1/recommendations/" + id: h.key, "GET /v1/recommendations/" + id + "/report": h.key,
			"GET /v1/journal/" + id: h.auditor, "GET /v1/batches/" + id: h.key, "DELETE /v1/batches/" + id: h.key,
		} {
			method, path, _ := strings.Cut(path, " ")
			if r := h.send(method, path, "", "Authorization", "Bearer "+key); r.status != 404 {
				t.Errorf("%s %s: %d %s", method, path, r.status, r.body)
			}
		}
	}
}

// A fault of a query names its parameter and what it must be, never what was
// sent; a misspelt filter is no filter at all.
func TestFaultsOfQueries(t *testing.T) {
	h := newHarness(t, func(c *Config) { kept(c) })
	for query, want := range map[string]string{
		"limit=ten":                         "limit bad_form",
		"limit=":                            "limit bad_form",
		"limit=0":                           "limit out_of_range",
		"source=model&source=rules":         "source bad_form",
		"limit=1.5":                         "limit bad_form",
		"from=yesterday":                    "from bad_form",
		"source=oracle":                     "source unknown_value",
		"degraded=oracle":                   "degraded unknown_value",
		"cursor=x":                          "cursor bad_form",
		"sourc=model":                       "sourc unknown_parameter",
		"Limit=1":                           "Limit unknown_parameter",
		"1234567890":                        " unknown_parameter",
		"oracle%40example.com=1":            " unknown_parameter",
		strings.Repeat("x", 31) + "=1":      " unknown_parameter",
		"limit=%zz":                         " bad_form",
		"client=" + strings.Repeat("c", 65): "client too_long",
		"client=a%00":                       "client bad_text",
		"client=%ff":                        "client bad_text",
		"from=2026-01-01T00:00:00+01:00":    "from bad_form",
		"from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z": "from out_of_range",
	} {
		r := h.send("GET", "/v1/recommendations?"+query, "")
		p := r.problem(t)
		faults, _ := p["errors"].([]any)
		if r.status != 422 || len(faults) != 1 {
			t.Errorf("%s: %d %s", query, r.status, r.body)
			continue
		}
		f := faults[0].(map[string]any)
		name, _ := f["parameter"].(string)
		if got := name + " " + f["code"].(string); got != want || f["pointer"] != "" || strings.Contains(string(r.body), "oracle") {
			t.Errorf("%s: %s", query, r.body)
		}
	}
	for range 20 { // several are always in the same order
		p := h.send("GET", "/v1/recommendations?from=1960-01-01T00:00:00Z&to=1960-01-01T00:00:00Z", "").problem(t)
		if faults, _ := p["errors"].([]any); len(faults) != 2 || faults[0].(map[string]any)["parameter"] != "from" {
			t.Fatalf("%v", p)
		}
	}
	if r := h.send("GET", "/v1/usage?api_key=blk_secret", ""); r.status != 422 || strings.Contains(string(r.body), "secret") {
		t.Errorf("a query where none is taken: %d %s", r.status, r.body)
	}
	if r := h.send("GET", "/openapi.json?v=2", ""); r.status != 200 {
		t.Errorf("a query of a public page: %d", r.status)
	}
}

// White space asks nothing, and is not worth a call of the model.
func TestBlankQuestionIsNone(t *testing.T) {
	h := newHarness(t)
	id := decoded(t, h.send("POST", "/v1/recommendations", full))["id"].(string)
	for _, body := range []string{`{}`, `{"question":" \t\n"}`, `{"question":" "}`, `{"question":null,"topic":null,"action":null}`} {
		r := h.send("POST", "/v1/recommendations/"+id+"/questions", body)
		if faults, _ := r.problem(t)["errors"].([]any); r.status != 422 || len(faults) != 1 || faults[0].(map[string]any)["pointer"] != "/question" {
			t.Errorf("%s: %d %s", body, r.status, r.body)
		}
	}
}

// A request that was fit once may be refused by the rules of today.
func TestQuestionOnWhatIsRefusedNow(t *testing.T) {
	h := newHarness(t, func(c *Config) {
		old := &kept(c).records[0]
		old.ID, old.Request = exampleID, []byte(`{"portfolio":{}}`)
	})
	r := h.send("POST", "/v1/recommendations/"+exampleID+"/questions", `{"topic":"why"}`)
	if p := r.problem(t); r.status != 409 || p["code"] != "facts_changed" || p["errors"] != nil {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// What is not known may be null, as everywhere.
func TestQuestionWithNulls(t *testing.T) {
	h := newHarness(t, func(c *Config) { kept(c).records[0].ID = exampleID })
	h.service.stored["web "+exampleID], _ = json.Marshal(testAnswer(1))
	for _, body := range []string{`{"question":"Why?","topic":null,"action":null}`, `{"question":null,"topic":"why"}`} {
		if r := h.send("POST", "/v1/recommendations/"+exampleID+"/questions", body); r.status != 200 {
			t.Errorf("%s: %d %s", body, r.status, r.body)
		}
	}
}
