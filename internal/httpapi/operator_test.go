package httpapi

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/recommend"
)

func TestJournalIsTheAuditors(t *testing.T) {
	var records *fakeRecords
	h := newHarness(t, func(c *Config) { records = kept(c) })
	asAuditor := func(path string) reply { return h.send("GET", path, "", "Authorization", "Bearer "+h.auditor) }
	page := decoded(t, asAuditor("/v1/journal?client=web&kind=feedback&about=rec_1&request_id=req_1"))
	kind := recommend.RecordFeedback
	want := recommend.RecordFilter{Client: "web", Kind: &kind, About: "rec_1", RequestID: "req_1"}
	if d := cmp.Diff(want, records.filter()); d != "" {
		t.Error(d)
	}
	line := page["records"].([]any)[0].(map[string]any)
	if line["kind"] != "feedback" || line["about"] != "rec_1" {
		t.Errorf("line %v", line)
	}
	rec := decoded(t, asAuditor("/v1/journal/rec_1"))
	attempt := rec["attempts"].([]any)[0].(map[string]any)
	if attempt["user"] != "prompt" || attempt["raw"] != "raw" || attempt["cost_usd"] != "0.0004705" || rec["answer"] != `{"id":"rec_1"}` {
		t.Errorf("record %v", rec)
	}
	for id, want := range map[string][2]any{"rec_1": {nil, nil}, "rec_2": {nil, "rec_1"}, "fbk_1": {"rec_1", nil}} {
		of := decoded(t, asAuditor("/v1/journal/"+id))["record"].(map[string]any)
		if got := [2]any{of["about"], of["words_from"]}; got != want {
			t.Errorf("%s: about and words_from %v, want %v", id, got, want)
		}
	}
	if r := asAuditor("/v1/journal/rec_9"); r.status != 404 {
		t.Errorf("status %d", r.status)
	}
	for _, path := range []string{"/v1/journal", "/v1/journal/rec_1", "/v1/journal/verification"} {
		for _, key := range []string{h.key, h.admin} {
			if r := h.send("GET", path, "", "Authorization", "Bearer "+key); r.status != 403 {
				t.Errorf("%s: status %d", path, r.status)
			}
		}
	}
}

func TestVerification(t *testing.T) {
	var records *fakeRecords
	h := newHarness(t, func(c *Config) { records = kept(c) })
	ask := func() reply {
		return h.send("GET", "/v1/journal/verification", "", "Authorization", "Bearer "+h.auditor)
	}
	if got := decoded(t, ask()); got["holds"] != true || got["records"] != 4.0 || got["fault"] != nil {
		t.Error(got)
	}
	records.fault = &ChainFault{Number: 2, What: "missing"}
	got := decoded(t, ask())
	if d := cmp.Diff(map[string]any{"number": 2.0, "id": nil, "what": "missing"}, got["fault"]); d != "" || got["holds"] != false {
		t.Error(got)
	}
	records.err = errors.New("disk")
	for _, path := range []string{"/v1/journal/verification", "/v1/journal", "/v1/journal/rec_1"} {
		if p := h.send("GET", path, "", "Authorization", "Bearer "+h.auditor).problem(t); p["code"] != "unavailable" {
			t.Errorf("%s: %v", path, p)
		}
	}
}

func TestAdminUsage(t *testing.T) {
	h := newHarness(t)
	ask := func() reply {
		return h.send("GET", "/v1/admin/usage?bucket=hour", "", "Authorization", "Bearer "+h.admin)
	}
	got := decoded(t, ask())
	want := map[string]any{"input_tokens": 11.0, "output_tokens": 5.0, "cost_usd": "0.0000006", "answers": 3.0, "saved_usd": "0.00000025"}
	if d := cmp.Diff(want, got["totals"]); d != "" {
		t.Error(d)
	}
	shared := got["budgets"].([]any)[0].(map[string]any)
	if b := shared["budget"].(map[string]any); shared["client"] != nil || b["spent_usd"] != "0.000000007" || b["reserved_usd"] != "0.000000003" {
		t.Errorf("shared budget %v", shared)
	}
	if from, at := got["from"], got["series"].([]any)[0].(map[string]any)["starts_at"]; from != "2026-11-19T06:00:00Z" || at != from {
		t.Errorf("from %v, first bucket at %v", from, at)
	}
	if r := h.send("GET", "/v1/admin/usage", ""); r.status != 403 {
		t.Errorf("a client gets %d", r.status)
	}
}

// A refusal is counted for its client and limit.
func TestLimitsHit(t *testing.T) {
	h := newHarness(t)
	h.limiter.refuse = "requests"
	h.send("GET", "/v1/models", "")
	h.send("GET", "/v1/models", "")
	h.limiter.refuse = ""
	got := decoded(t, h.send("GET", "/v1/admin/usage", "", "Authorization", "Bearer "+h.admin))
	want := map[string]any{"since": "2026-11-20T12:00:00Z", "limits": []any{map[string]any{"client": "web", "limit": "requests", "count": 2.0}}}
	if d := cmp.Diff(want, got["limits_hit"]); d != "" {
		t.Error(d)
	}
}

func TestStatus(t *testing.T) {
	emulated, dead, none := testModel, testModel, testModel
	emulated.Provider, emulated.Lifecycle = "emulator", "active"
	dead.Lifecycle, dead.PriceFrom = "end_of_life", ""
	none.InUse = false
	for _, c := range []struct {
		model    Model
		notice   string
		warnings string
	}{
		{testModel, "Claude 3 Haiku on Amazon Bedrock in us-east-2", "model_legacy"},
		{emulated, "No model on AWS is asked", ""},
		{dead, "Bedrock", "model_end_of_life model_without_price"},
		{none, "No model is in use", ""},
	} {
		h := newHarness(t, func(cfg *Config) { cfg.Models = func(time.Time) []Model { return []Model{c.model} } })
		got := decoded(t, h.send("GET", "/v1/status", ""))
		var codes []string
		for _, w := range got["warnings"].([]any) {
			codes = append(codes, w.(map[string]any)["code"].(string))
		}
		if !strings.Contains(got["notice"].(string), c.notice) || strings.Join(codes, " ") != c.warnings {
			t.Errorf("%v, want %q and %q", got, c.notice, c.warnings)
		}
	}
}
