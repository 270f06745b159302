package bedrock

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

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
		c := &Client{cfg: Config{Now: func() time.Time { return now }}, gauge: newCalibration(), spec: ModelSpec{Prices: []Price{
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

// The figures measured on Claude 3 Haiku stay below both bounds.
func TestBoundsHoldForMeasuredPrompts(t *testing.T) {
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
		s := measure(tt.req)
		if hard := s.bytes + s.overhead; hard < tt.billed {
			t.Errorf("%s: hard bound %d is below the %d billed", tt.name, hard, tt.billed)
		}
		if got := newCalibration().expect(s); got < tt.billed {
			t.Errorf("%s: expected bound %d is below the %d billed", tt.name, got, tt.billed)
		}
	}
}

// The hard bound holds for every text and every tokenizer whose tokens are at
// least a byte long: even for one that makes a token of every byte. The
// expected bound never exceeds it, whatever was observed.
func TestHardBoundCannotBeBeaten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal := newCalibration()
		for range rapid.IntRange(0, 40).Draw(t, "observations") {
			s := size{bytes: rapid.IntRange(0, 5000).Draw(t, "bytes"), overhead: 48}
			cal.observe(s, rapid.IntRange(1, 10000).Draw(t, "billed"))
		}
		req := recommend.ModelRequest{
			System: rapid.String().Draw(t, "system"), User: rapid.String().Draw(t, "user"), Prefill: rapid.String().Draw(t, "prefill"),
		}
		s := measure(req)
		text := len(req.System) + len(req.User) + len(req.Prefill)
		if s.bytes < text || cal.expect(s) > s.bytes+s.overhead {
			t.Fatalf("size %+v of %d bytes, expected bound %d", s, text, cal.expect(s))
		}
	})
}

// prompts imitates a month of traffic: a fixed system text, and facts and
// actions of very different length. billed is what a tokenizer of 2.2 to 2.9
// bytes per token and 9 tokens of wrapping would bill.
func prompt(rng *rand.Rand) (req recommend.ModelRequest, billed int) {
	var user strings.Builder
	for i := range 5 + rng.IntN(60) {
		fmt.Fprintf(&user, "F%d issuer_weight H%d %.1f%% limit 10%%\n", i+1, rng.IntN(30)+1, rng.Float64()*40)
	}
	req = recommend.ModelRequest{System: strings.Repeat("You explain portfolio facts. ", 40), User: user.String(), Prefill: "{"}
	bytesPerToken := 2.2 + 0.7*rng.Float64()
	return req, int(float64(len(req.System)+len(req.User)+1)/bytesPerToken) + 9
}

// Once calibrated, the expected bound is never below what is billed, and at
// the 95th percentile at most 1.6 times that.
func TestExpectedBoundIsClose(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	cal := newCalibration()
	var ratios []float64
	for i := range 5000 {
		req, billed := prompt(rng)
		expected := cal.expect(measure(req))
		if expected < billed {
			t.Fatalf("call %d: expected at most %d, billed %d", i, expected, billed)
		}
		if i >= enough {
			ratios = append(ratios, float64(expected)/float64(billed))
		}
		cal.observe(measure(req), billed)
	}
	slices.Sort(ratios)
	if p95 := ratios[len(ratios)*95/100]; p95 > 1.6 {
		t.Errorf("95th percentile of bound over billed is %.2f, want at most 1.6", p95)
	}
}

// An observation above the expectation ends the trust at once.
func TestCalibrationLosesTrust(t *testing.T) {
	s := size{bytes: 1000, overhead: 48}
	cal := newCalibration()
	for range enough {
		cal.observe(s, 500)
	}
	if got := cal.expect(s); got != 563+48 {
		t.Fatalf("calibrated to %d, want 611", got)
	}
	cal.observe(s, 700)
	if got, want := cal.expect(s), 770+48; got != want {
		t.Errorf("after a surprise: %d, want the start %d", got, want)
	}
	cal.observe(s, 900)
	if got, want := cal.expect(s), 1000+48; got != want {
		t.Errorf("after one that beats the start: %d, want the hard bound %d", got, want)
	}
	for range 2 * enough {
		cal.observe(s, 500)
	}
	if got, want := cal.expect(s), 1000+48; got > want || got < 900 {
		t.Errorf("while the dense prompt is in the window: %d, want 900 to %d", got, want)
	}
	for range window {
		cal.observe(s, 500)
	}
	if got := cal.expect(s); got != 563+48 {
		t.Errorf("after it left the window: %d, want 611", got)
	}
}

// What is billed reaches the calibration through the client.
func TestClientCalibrates(t *testing.T) {
	c := newTestClient(t, answering(`{"content":[],"usage":{"input_tokens":500,"output_tokens":1}}`))
	req := recommend.ModelRequest{User: strings.Repeat("x", 1000), MaxTokens: 1}
	before := c.Bound(req)
	for range enough {
		if _, err := c.Invoke(t.Context(), req); err != nil {
			t.Fatal(err)
		}
	}
	after := c.Bound(req)
	if before.ExpectedInputTokens != 770+16 || after.ExpectedInputTokens != 563+16 {
		t.Errorf("expected input: %d, then %d; want 786, then 579", before.ExpectedInputTokens, after.ExpectedInputTokens)
	}
	if after.InputTokens != 1016 || after.CostNano != before.CostNano {
		t.Errorf("the hard bound moved: %+v, then %+v", before, after)
	}
}
