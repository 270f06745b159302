package httpapi

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/client"
	"ballast.internal/ballast/internal/recommend"
)

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
	_, err = c.Recommendation(t.Context(), "rec_unknown")
	if refused, ok := errors.AsType[*client.Error](err); !ok || refused.Code != kindNotFound.code || errors.Is(err, recommend.ErrNotFound) {
		t.Errorf("%v", err)
	}
}
