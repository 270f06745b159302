package bedrock

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

func TestHardBound(t *testing.T) {
	c := newTestClient(t, func(http.ResponseWriter, *http.Request) {})
	tool := &recommend.Tool{Name: "submit", Description: "Submits.", InputSchema: json.RawMessage(`{"type":"object"}`)}
	tests := []struct {
		name  string
		req   recommend.ModelRequest
		input int
	}{
		{"user alone", recommend.ModelRequest{User: "Hi", MaxTokens: 10}, 2 + 16},
		{"all parts", recommend.ModelRequest{System: "abc", User: "Hi", Prefill: "{", MaxTokens: 10}, 6 + 3*16},
		{"tool", recommend.ModelRequest{User: "Hi", Tool: tool, MaxTokens: 10}, 2 + 16 + 544 + 2*(6+8+17)},
		{"bytes, not runes", recommend.ModelRequest{User: "東京", MaxTokens: 10}, 6 + 16},
		// U+FDFA is 3 bytes and 33 when a tokenizer normalises it.
		{"compatibility characters", recommend.ModelRequest{User: "\uFDFA", MaxTokens: 10}, 33 + 16},
		{"never shorter than the text", recommend.ModelRequest{User: "ﬁ", MaxTokens: 10}, 3 + 16},
		{"invalid UTF-8", recommend.ModelRequest{User: "\xff\xfe", MaxTokens: 10}, 2 + 16},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := c.Bound(tt.req)
			if got.InputTokens != tt.input || got.OutputTokens != 10 {
				t.Errorf("bound is %+v, want %d input and 10 output tokens", got, tt.input)
			}
			if want := int64(tt.input)*250 + 10*1250; got.CostNano != want {
				t.Errorf("cost is %d, want %d", got.CostNano, want)
			}
		})
	}
}

// A call that is reserved on the eve of a new price is billed at either, and one
// of the last minute of a dear price at the dear one.
func TestBoundAcrossAChangeOfPrice(t *testing.T) {
	change := day("2026-12-01")
	for name, tc := range map[string]struct{ before, after, want int64 }{
		"dearer":  {1_000_000, 3_000_000, 3 * 110},
		"cheaper": {3_000_000, 1_000_000, 3 * 110},
	} {
		now := change.Add(-time.Minute)
		c := &Client{cfg: Config{Now: func() time.Time { return now }}, spec: ModelSpec{Prices: []Price{
			{From: day("2026-01-01"), Input: tc.before, Output: tc.before}, {From: change, Input: tc.after, Output: tc.after},
		}}}
		bound := c.Bound(recommend.ModelRequest{User: strings.Repeat("a", 84), MaxTokens: 10})
		if bound.CostNano != tc.want {
			t.Errorf("%s: the bound is %d, want %d", name, bound.CostNano, tc.want)
		}
		for range 2 {
			if bill := c.price().Cost(bound.InputTokens, bound.OutputTokens); bill > bound.CostNano {
				t.Errorf("%s: a bill of %d at %s beats the bound of %d", name, bill, now, bound.CostNano)
			}
			now = change.Add(time.Minute)
		}
	}
}

// The figures measured on Claude 3 Haiku stay below the hard bound.
func TestHardBoundHoldsForMeasuredPrompts(t *testing.T) {
	calculator := &recommend.Tool{Name: "calculator", Description: "A simple calculator that performs basic arithmetic operations.",
		InputSchema: json.RawMessage(`{"type":"object","properties":{"operation":{"type":"string","enum":["add","subtract","multiply","divide"],"description":"The arithmetic operation to perform."},"operand1":{"type":"number","description":"The first operand."},"operand2":{"type":"number","description":"The second operand."}},"required":["operation","operand1","operand2"]}`)}
	for _, tt := range []struct {
		name   string
		req    recommend.ModelRequest
		billed int
	}{
		{"11 tokens of text", recommend.ModelRequest{User: "What is the capital of France? Answer in one word."}, 19},
		{"one tool", recommend.ModelRequest{User: "Multiply 1984135 by 9343116", Tool: calculator}, 409},
	} {
		if hard := measure(tt.req).most(); hard < tt.billed {
			t.Errorf("%s: hard bound %d is below the %d billed", tt.name, hard, tt.billed)
		}
	}
}
