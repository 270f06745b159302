package httpapi

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/recommend"
)

func TestFeedback(t *testing.T) {
	h := newHarness(t)
	id := decoded(t, h.send("POST", "/v1/recommendations", full))["id"].(string)
	path := "/v1/recommendations/" + id + "/feedback"
	got := decoded(t, h.send("POST", path, `{"outcome":"dismissed","action":"A1","reason":"Not now."}`))
	if got["recommendation_id"] != id || got["action"] != "A1" {
		t.Errorf("receipt %v", got)
	}
	for _, body := range []string{`{"outcome":"accepted"}`, `{"outcome":"accepted","action":null,"reason":null}`} {
		if got := decoded(t, h.send("POST", path, body)); got["outcome"] != "accepted" || got["action"] != nil {
			t.Errorf("receipt %v", got)
		}
	}
	if f := h.service.feedback; len(f) != 3 || f[0].Reason != "Not now." || f[0].Client != "web" || f[0].RequestID == "" {
		t.Errorf("recorded %v", f)
	}
	for body, want := range map[string]string{
		`{}`:                                   "required",
		`{"outcome":"liked"}`:                  "unknown_value",
		`{"outcome":"accepted","action":"A9"}`: "unknown_action",
		`{"outcome":"accepted","note":"x"}`:    "unknown_field",
		`{"outcome":"accepted","reason":"` + strings.Repeat("x", 1001) + `"}`: "too_long",
	} {
		p := h.send("POST", path, body).problem(t)
		faults, _ := p["errors"].([]any)
		if len(faults) != 1 || faults[0].(map[string]any)["code"] != want {
			t.Errorf("%.50s: %v, want %s", body, p, want)
		}
	}
}

func TestFeedbackBelongsToItsClient(t *testing.T) {
	h := newHarness(t)
	id := decoded(t, h.send("POST", "/v1/recommendations", full))["id"].(string)
	for key, want := range map[string]int{h.other: 404, h.auditor: 403, h.key: 200} {
		r := h.send("POST", "/v1/recommendations/"+id+"/feedback", `{"outcome":"accepted"}`, "Authorization", "Bearer "+key)
		if r.status != want {
			t.Errorf("status %d, want %d", r.status, want)
		}
	}
	h.service.broken = recommend.ErrJournal
	if p := h.send("POST", "/v1/recommendations/"+id+"/feedback", `{"outcome":"accepted"}`).problem(t); p["code"] != "journal_unavailable" {
		t.Error(p)
	}
}

// What was said of a recommendation is read back by whoever said it.
func TestFeedbackIsReadBack(t *testing.T) {
	var records *fakeRecords
	h := newHarness(t, func(c *Config) { records = kept(c) })
	h.service.stored["web rec_1"] = []byte(`{}`)
	const path = "/v1/recommendations/rec_1/feedback"
	page := decoded(t, h.send("GET", path+"?limit=1", ""))
	want := map[string]any{"next": nil, "feedback": []any{map[string]any{
		"id": "fbk_1", "created_at": "2026-11-20T00:00:00Z", "recommendation_id": "rec_1", "outcome": "dismissed", "action": nil, "reason": "Not now.",
	}}}
	if diff := cmp.Diff(want, page); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if f := records.filter(); f.Client != "web" || f.About != "rec_1" || *f.Kind != recommend.RecordFeedback {
		t.Errorf("asked for %+v", f)
	}
	for key, want := range map[string]int{h.other: 404, h.auditor: 403} {
		if r := h.send("GET", path, "", "Authorization", "Bearer "+key); r.status != want {
			t.Errorf("status %d, want %d", r.status, want)
		}
	}
	for path, want := range map[string]int{"/v1/recommendations/rec_9/feedback": 404, path + "?cursor=x": 422, path + "?limit=0": 422} {
		if r := h.send("GET", path, ""); r.status != want {
			t.Errorf("%s: status %d, want %d", path, r.status, want)
		}
	}
	records.err = errors.New("down")
	if p := h.send("GET", path, "").problem(t); p["code"] != "unavailable" {
		t.Error(p)
	}
}
