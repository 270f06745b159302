package bedrock

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/recommend"
)

// What the provider says that it bills is charged, of two counts the greater. More
// than a token per byte, or than was asked for, is no bill: the reservation is
// charged.
func TestUsageThatCannotBeTrue(t *testing.T) {
	usage := func(in, out int) *recommend.TokenUsage {
		return &recommend.TokenUsage{InputTokens: in, OutputTokens: out, CostNano: int64(in)*250 + int64(out)*1250}
	}
	const prompt, answer = "why is this so and not otherwise", "Eight plain words are in this short answer."
	const hard = len(prompt) + partOverhead
	for name, tt := range map[string]struct {
		in, out  int
		headers  [2]string
		answered string
		want     *recommend.TokenUsage
	}{
		"likely":                        {20, 9, [2]string{"20", "9"}, answer, usage(20, 9)},
		"no headers":                    {20, 9, [2]string{"", ""}, answer, usage(20, 9)},
		"headers of no number":          {20, 9, [2]string{"many", "-7"}, answer, usage(20, 9)},
		"less than the headers say":     {20, 9, [2]string{"25", "30"}, answer, usage(25, 30)},
		"more than the headers say":     {20, 9, [2]string{"1", "1"}, answer, usage(20, 9)},
		"fewer tokens than words sent":  {3, 9, [2]string{"", ""}, answer, usage(3, 9)},
		"words for nothing":             {20, 0, [2]string{"", ""}, answer, usage(20, 0)},
		"all tokens for more words":     {20, 100, [2]string{"", ""}, strings.Repeat(answer, 30), usage(20, 100)},
		"nothing for no words":          {20, 0, [2]string{"", ""}, "", usage(20, 0)},
		"a token per byte":              {hard, 100, [2]string{"", ""}, answer, usage(hard, 100)},
		"more than a token per byte":    {hard + 1, 9, [2]string{"", ""}, answer, nil},
		"more than was asked for":       {20, 101, [2]string{"", ""}, answer, nil},
		"beyond any model":              {1 << 62, 1 << 62, [2]string{"", ""}, answer, nil},
		"headers beyond what it writes": {20, 9, [2]string{"20", "9223372036854775807"}, answer, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
				for i, of := range []string{"Input", "Output"} {
					if tt.headers[i] != "" {
						w.Header().Set("X-Amzn-Bedrock-"+of+"-Token-Count", tt.headers[i])
					}
				}
				fmt.Fprintf(w, `{"content":[{"type":"text","text":%q}],"usage":{"input_tokens":%d,"output_tokens":%d}}`, tt.answered, tt.in, tt.out)
			})
			got, err := c.Invoke(t.Context(), recommend.ModelRequest{User: prompt, MaxTokens: 100})
			if err != nil || got.Text != tt.answered {
				t.Fatalf("the usage costs the answer: %q, %v", got.Text, err)
			}
			if diff := cmp.Diff(tt.want, got.Usage); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestUsageThatCannotBeTrueEndsTheTrust reserves bytes again, whatever was learnt.
func TestUsageThatCannotBeTrueEndsTheTrust(t *testing.T) {
	req, out := recommend.ModelRequest{User: "why is this so and not otherwise", MaxTokens: 100}, 9
	c := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"content":[],"usage":{"input_tokens":12,"output_tokens":%d}}`, out)
	})
	most := func() int { return c.Bound(req).InputTokens }
	hard := most()
	for _, tt := range []struct {
		out     int
		trusted bool
	}{{9, true}, {101, false}, {9, false}} {
		out = tt.out
		if _, err := c.Invoke(t.Context(), req); err != nil {
			t.Fatal(err)
		}
		if got := most(); (got < hard) != tt.trusted {
			t.Errorf("after %d tokens of an answer the bound is %d, by bytes %d", tt.out, got, hard)
		}
	}
}

// A call that is under way while its price falls is charged at the price of its
// beginning, for it is not said which of them is billed.
func TestPriceThatFallsDuringACall(t *testing.T) {
	catalogue, err := ParseCatalogue([]byte(`{"models":[{"id":"m","name":"M","family":"f","context_tokens":1000,"max_output_tokens":500,
		"prices":[{"from":"2026-01-01","input":"0.25","output":"1.25"},{"from":"2026-11-24","input":"0.05","output":"0.25"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 23, 59, 59, 0, time.UTC)
	c := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		now = now.Add(2 * time.Second)
		answering(`{"content":[],"usage":{"input_tokens":20,"output_tokens":10}}`)(w, r)
	}, func(cfg *Config) {
		cfg.Catalogue, cfg.ModelID, cfg.Now = catalogue, "m", func() time.Time { return now }
	})
	for _, want := range []int64{20*250 + 10*1250, 20*50 + 10*250} {
		got, err := c.Invoke(t.Context(), simpleRequest)
		if err != nil || got.Usage == nil || got.Usage.CostNano != want {
			t.Errorf("%+v, %v; want %d", got.Usage, err, want)
		}
	}
}

// What a provider says has an end before it comes into a log or a record.
func TestProvidersAreCutShort(t *testing.T) {
	long := strings.Repeat("x", 100_000) + "\xff"
	status := http.StatusOK
	c := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-RequestId", long[:40_000]+"\xff")
		w.Header().Set("X-Amzn-ErrorType", "ValidationException")
		w.WriteHeader(status)
		io.WriteString(w, `{"message":"`+long+`","content":[],"stop_reason":"`+long+`"}`)
	})
	got, err := c.Invoke(t.Context(), simpleRequest)
	if err != nil || len(got.StopReason) > longestName+3 || len(got.RequestID) > longestName+3 {
		t.Errorf("stop reason of %d bytes, request id of %d, %v", len(got.StopReason), len(got.RequestID), err)
	}
	status = http.StatusBadRequest
	_, err = c.Invoke(t.Context(), simpleRequest)
	if e := asModelError(t, err); e.Kind != recommend.KindInvalid || len(e.Err.Error()) > longestCause+3 {
		t.Errorf("%s, cause of %d bytes", e.Kind, len(e.Err.Error()))
	}
}
