package emulator

import (
	"encoding/json"
	"slices"
	"strings"
)

// answer is what the model said.
type answer struct {
	text       string
	tool       *toolCall // instead of text
	stopReason string
	stoppedBy  string // the stop sequence, if that ended it
	in, out    int    // tokens
}

type toolCall struct {
	name  string
	input json.RawMessage
}

// The reasons for which an answer ends.
const (
	stopEnd       = "end_turn"
	stopMaxTokens = "max_tokens"
	stopSequence  = "stop_sequence"
	stopTool      = "tool_use"
)

// finish turns a draft into an answer within the request's limits.
func finish(in *invocation, d draft) answer {
	if in.forced != nil {
		return finishTool(in, d)
	}
	text := d.text()
	if prefill := in.prefill(); strings.HasPrefix(text, prefill) {
		text = text[len(prefill):]
	}
	if d.broken {
		in = &invocation{maxTokens: max(1, min(in.maxTokens, countTokens(text)/2)), stops: in.stops, turns: in.turns}
	}
	a := answer{text: text, stopReason: stopEnd}
	limited := cutTokens(text, in.maxTokens)
	if at, seq := firstStop(limited, in.stops); at >= 0 {
		a.text, a.stopReason, a.stoppedBy = limited[:at], stopSequence, seq
	} else if len(limited) < len(text) {
		a.text, a.stopReason = limited, stopMaxTokens
	}
	a.out = max(1, countTokens(a.text))
	return a
}

func (d draft) text() string {
	switch {
	case d.empty:
		return ""
	case d.prose != "":
		return d.prose
	default:
		return d.object()
	}
}

// firstStop finds the stop sequence that ends the text earliest.
func firstStop(text string, stops []string) (at int, seq string) {
	at = -1
	for _, s := range stops {
		if i := strings.Index(text, s); i >= 0 && (at < 0 || i < at) {
			at, seq = i, s
		}
	}
	return at, seq
}

// finishTool answers by the forced tool. A call that does not fit has no
// usable input.
func finishTool(in *invocation, d draft) answer {
	call := &toolCall{name: in.forced.name, input: json.RawMessage("{}")}
	known := slices.Contains(in.forced.fields, "s") && slices.Contains(in.forced.fields, "r")
	switch {
	case d.empty || !known:
	case d.prose != "":
		call.input = json.RawMessage(`{"s":` + encode(d.prose) + `,"r":[]}`)
	default:
		call.input = json.RawMessage(d.object())
	}
	out := countTokens(string(call.input)) + toolCallOverhead
	if out > in.maxTokens || d.broken {
		call.input = json.RawMessage("{}")
		return answer{tool: call, stopReason: stopMaxTokens, out: in.maxTokens}
	}
	return answer{tool: call, stopReason: stopTool, out: out}
}

// The answer's wire form.
type (
	wireAnswer struct {
		ID           string      `json:"id"`
		Type         string      `json:"type"`
		Role         string      `json:"role"`
		Model        string      `json:"model"`
		Content      []wireBlock `json:"content"`
		StopReason   string      `json:"stop_reason"`
		StopSequence *string     `json:"stop_sequence"`
		Usage        *wireUsage  `json:"usage,omitempty"`
	}
	wireBlock struct {
		Type  string          `json:"type"`
		Text  *string         `json:"text,omitempty"`
		ID    string          `json:"id,omitempty"`
		Name  string          `json:"name,omitempty"`
		Input json.RawMessage `json:"input,omitempty"`
	}
	wireUsage struct {
		InputTokens  int `json:"input_tokens"`
		OutputTokens int `json:"output_tokens"`
	}
)

// wire gives the answer the form of Anthropic's messages.
func (a answer) wire(m *Model, newID func(prefix string) string) wireAnswer {
	w := wireAnswer{
		ID: newID("msg_bdrk_01"), Type: "message", Role: roleAssistant, Model: m.wireName(),
		Content: []wireBlock{}, StopReason: a.stopReason, Usage: &wireUsage{a.in, a.out},
	}
	if a.stopReason == stopSequence {
		w.StopSequence = &a.stoppedBy
	}
	switch {
	case a.tool != nil:
		w.Content = append(w.Content, wireBlock{Type: "tool_use", ID: newID("toolu_bdrk_01"), Name: a.tool.name, Input: a.tool.input})
	case a.text != "":
		w.Content = append(w.Content, wireBlock{Type: "text", Text: &a.text})
	}
	return w
}

// wireName is the model's name without Bedrock's vendor and version:
// claude-3-haiku-20240307.
func (m *Model) wireName() string {
	name := m.ID[strings.IndexByte(m.ID, '.')+1:]
	if i := strings.LastIndex(name, "-v"); i > 0 {
		name = name[:i]
	}
	return name
}
