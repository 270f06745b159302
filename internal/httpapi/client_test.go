package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/client"
	"ballast.internal/ballast/internal/recommend"
)

// TestClientOfTheJournal reads as an auditor and as an admin.
func TestClientOfTheJournal(t *testing.T) {
	h := newHarness(t, func(c *Config) { kept(c) })
	as := func(key string) *client.Client {
		c, err := client.New(h.url, key, client.WithHTTP(h.client), client.WithRetries(0))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	whose, limit := "web", 2
	page, err := as(h.auditor).History(t.Context(), client.ListRecommendationsParams{Client: &whose, Limit: &limit})
	if err != nil || len(page.Recommendations) != 2 || *page.Next != "2" {
		t.Errorf("history %+v, %v", page, err)
	}
	h.service.stored["web rec_1"] = []byte(`{}`)
	receipt, err := as(h.key).Feedback(t.Context(), "rec_1", client.Feedback{Outcome: client.FeedbackOutcomeModified})
	if err != nil || receipt.RecommendationID != "rec_1" || receipt.Action != nil {
		t.Errorf("receipt %+v, %v", receipt, err)
	}
	if said, err := as(h.key).GivenFeedback(t.Context(), "rec_1", client.ListFeedbackParams{}); err != nil || len(said.Feedback) != 1 || *said.Feedback[0].Reason != "Not now." {
		t.Errorf("feedback %+v, %v", said, err)
	}
	question := "Why this?"
	reply, err := as(h.key).Ask(t.Context(), "rec_3", client.Question{Question: &question})
	if err != nil || reply.Answer != "Because." || h.service.questions[0].Text != question {
		t.Errorf("reply %+v, %v", reply, err)
	}
	record, err := as(h.auditor).Record(t.Context(), "rec_1")
	if err != nil || record.Attempts[0].Verdicts[0].Item != "A1" {
		t.Errorf("record %+v, %v", record, err)
	}
	for name, call := range map[string]func() error{
		"records": func() error { _, err := as(h.auditor).Records(t.Context(), client.ListRecordsParams{}); return err },
		"verify":  func() error { _, err := as(h.auditor).VerifyJournal(t.Context()); return err },
		"usage":   func() error { _, err := as(h.admin).AdminUsage(t.Context(), client.GetAdminUsageParams{}); return err },
		"status":  func() error { _, err := as(h.key).Status(t.Context()); return err },
	} {
		if err := call(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = as(h.key).VerifyJournal(t.Context())
	if refused, ok := errors.AsType[*client.Error](err); !ok || refused.Code != kindForbidden.code {
		t.Errorf("a client verifies: %v", err)
	}
}

// The generated client and the generated server understand one another, over
// a real connection.
func TestClientAndServer(t *testing.T) {
	h := newHarness(t)
	c, err := client.New(h.url, h.key, client.WithHTTP(h.client), client.WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	var req client.RecommendationRequest
	body, err := os.ReadFile("../../examples/p0.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, &req); err != nil {
		t.Fatal(err)
	}
	answer, err := c.Recommend(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := DecodeRequest(body)
	if diff := cmp.Diff(string(want.Canonical), string(h.service.requests()[0].Canonical)); diff != "" {
		t.Errorf("the server read something else (-sent +read):\n%s", diff)
	}
	again, err := c.Recommendation(t.Context(), answer.ID)
	if diff := cmp.Diff(answer, again); diff != "" || err != nil || answer.Recommendations[0].Trades[0].Amount != "8100.00" {
		t.Errorf("%v (-first +again):\n%s", err, diff)
	}
	h.service.before = stages
	var last client.Stage
	var seen []string
	for stage, err := range c.Stages(t.Context(), req) {
		if err != nil {
			t.Fatal(err)
		}
		last, seen = stage, append(seen, fmt.Sprint(stage.Analysis != nil, stage.Progress != nil, stage.Recommendation != nil))
	}
	if diff := cmp.Diff(answer.Recommendations, last.Recommendation.Recommendations); diff != "" || len(seen) != 5 || seen[0] != "true false false" {
		t.Errorf("stages %v (-plain +streamed):\n%s", seen, diff)
	}
	h.service.before = nil
	for name, call := range map[string]func() error{
		"analyze":  func() error { _, err := c.Analyze(t.Context(), req); return err },
		"estimate": func() error { _, err := c.Estimate(t.Context(), req); return err },
		"usage":    func() error { _, err := c.Usage(t.Context()); return err },
		"models":   func() error { _, err := c.Models(t.Context()); return err },
	} {
		if err := call(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if usage, err := c.Usage(t.Context()); err != nil || usage.Role != "client" {
		t.Errorf("the caller's role is %q, %v", usage.Role, err)
	}
	_, err = c.Recommendation(t.Context(), "rec_unknown")
	if refused, ok := errors.AsType[*client.Error](err); !ok || refused.Code != kindNotFound.code || errors.Is(err, recommend.ErrNotFound) {
		t.Errorf("%v", err)
	}
}
