package bedrock

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/recommend"
)

func TestDecodeResponse(t *testing.T) {
	tests := []struct {
		name, body string
		tool       bool
		want       recommend.ModelAnswer
	}{
		{"several text blocks", `{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}],"stop_reason":"max_tokens"}`, false,
			recommend.ModelAnswer{Text: "ab", StopReason: "max_tokens"}},
		{"other blocks are left out", `{"content":[{"type":"thinking","thinking":"x"},{"type":"text","text":"b"},{"type":"new"}]}`, false,
			recommend.ModelAnswer{Text: "b"}},
		{"forced tool", `{"content":[{"type":"text","text":"so"},{"type":"tool_use","id":"t","name":"submit","input":{"s":"x","r":[]}}],"stop_reason":"tool_use"}`, true,
			recommend.ModelAnswer{Text: `{"s":"x","r":[]}`, StopReason: "tool_use"}},
		{"forced tool that was not used", `{"content":[{"type":"text","text":"no"}]}`, true,
			recommend.ModelAnswer{Text: "no"}},
		{"empty answer is billed", `{"content":[],"usage":{"input_tokens":9,"output_tokens":0}}`, false,
			recommend.ModelAnswer{Usage: &recommend.TokenUsage{InputTokens: 9}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decodeResponse([]byte(tt.body), tt.tool)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Usage that is not certain is no usage: the reservation is charged.
func TestUsageThatIsNotCertain(t *testing.T) {
	for _, usage := range []string{
		`null`, `{}`, `[]`, `"12"`, `{"input_tokens":12}`, `{"output_tokens":3}`, `{"input_tokens":null,"output_tokens":3}`,
		`{"input_tokens":-1,"output_tokens":3}`, `{"input_tokens":12,"output_tokens":-3}`, `{"input_tokens":0,"output_tokens":3}`,
		`{"input_tokens":12.5,"output_tokens":3}`, `{"input_tokens":"12","output_tokens":3}`,
		`{"input_tokens":12,"output_tokens":1e30}`,
		`{"input_tokens":12,"output_tokens":3,"cache_read_input_tokens":100}`,
		`{"input_tokens":12,"output_tokens":3,"cache_creation_input_tokens":100}`,
	} {
		got, err := decodeResponse([]byte(`{"content":[{"type":"text","text":"x"}],"usage":`+usage+`}`), false)
		if err != nil || got.Text != "x" {
			t.Errorf("usage %s costs the answer: %v", usage, err)
		}
		if got.Usage != nil {
			t.Errorf("usage %s is taken for %+v", usage, *got.Usage)
		}
	}
}

func TestUsageWithZeroCacheCounts(t *testing.T) {
	got := decodeUsage(json.RawMessage(`{"input_tokens":12,"output_tokens":3,"cache_read_input_tokens":0,"cache_creation_input_tokens":0,"new":{}}`))
	if diff := cmp.Diff(&recommend.TokenUsage{InputTokens: 12, OutputTokens: 3}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzDecodeResponse(f *testing.F) {
	f.Add([]byte(goodAnswer), false)
	f.Add([]byte(`{"content":[{"type":"tool_use","input":{"s":1}}],"usage":{"input_tokens":1,"output_tokens":2}}`), true)
	f.Add([]byte(`{"content":null}`), false)
	f.Fuzz(func(t *testing.T, body []byte, tool bool) {
		answer, err := decodeResponse(body, tool)
		if err != nil {
			if answer != (recommend.ModelAnswer{}) {
				t.Errorf("an error with an answer: %+v", answer)
			}
			return
		}
		if u := answer.Usage; u != nil {
			cost := Price{Input: 1000e9, Output: 1000e9}.Cost(u.InputTokens, u.OutputTokens)
			if u.InputTokens < 1 || u.OutputTokens < 0 || cost <= 0 {
				t.Errorf("usage %+v costs %d", *u, cost)
			}
		}
	})
}

// An answer in two parts, as a network delivers it, arrives each time: the
// connection is not given up between its headers and its body.
func TestAnswersInTwoParts(t *testing.T) {
	c := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_ = http.NewResponseController(w).Flush()
		time.Sleep(100 * time.Microsecond) // the network's, not a wait for something
		_, _ = io.WriteString(w, goodAnswer)
	})
	for i := range 500 { // one in a hundred was lost
		if _, err := c.Invoke(t.Context(), simpleRequest); err != nil {
			t.Fatalf("call %d: %v", i, err)
		}
	}
}
