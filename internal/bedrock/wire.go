package bedrock

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"ballast.internal/ballast/internal/recommend"
)

// anthropicVersion is the only value Bedrock accepts.
const anthropicVersion = "bedrock-2023-05-31"

// wireRequest is the body of InvokeModel for Anthropic models. The temperature
// is always sent: the model's default is 1.
type wireRequest struct {
	AnthropicVersion string          `json:"anthropic_version"`
	MaxTokens        int             `json:"max_tokens"`
	System           string          `json:"system,omitempty"`
	Messages         []wireMessage   `json:"messages"`
	Temperature      float64         `json:"temperature"`
	StopSequences    []string        `json:"stop_sequences,omitempty"`
	Tools            []wireTool      `json:"tools,omitempty"`
	ToolChoice       *wireToolChoice `json:"tool_choice,omitempty"`
}

type wireMessage struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type wireTool struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	InputSchema json.RawMessage `json:"input_schema"`
}

type wireToolChoice struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

// errTrailingSpace: Bedrock refuses a prefill that ends in white space.
var errTrailingSpace = errors.New("prefill ends in white space")

// encodeRequest writes the body. A forced tool leaves no room for a prefill.
func encodeRequest(req recommend.ModelRequest) ([]byte, error) {
	body := wireRequest{
		AnthropicVersion: anthropicVersion,
		MaxTokens:        req.MaxTokens,
		System:           req.System,
		Messages:         []wireMessage{{Role: "user", Content: req.User}},
		StopSequences:    req.StopSequences,
	}
	switch {
	case req.MaxTokens < 1:
		return nil, errors.New("max_tokens is not positive")
	case req.Tool != nil:
		body.Tools = []wireTool{{req.Tool.Name, req.Tool.Description, req.Tool.InputSchema}}
		body.ToolChoice = &wireToolChoice{Type: "tool", Name: req.Tool.Name}
	case strings.TrimRight(req.Prefill, " \t\r\n") != req.Prefill:
		return nil, errTrailingSpace
	case req.Prefill != "":
		body.Messages = append(body.Messages, wireMessage{Role: "assistant", Content: req.Prefill})
	}
	return marshal(body)
}

// marshal leaves <, > and & as they are: the prompt's tags would otherwise be
// escaped, which is right but hard to read in a log of the wire.
func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(buf.Bytes(), "\n"), nil
}

// wireResponse is an answer. Members that are not needed are not read, and a
// wrong usage must not cost the answer, so it is decoded apart.
type wireResponse struct {
	Content    []wireBlock     `json:"content"`
	StopReason string          `json:"stop_reason"`
	Usage      json.RawMessage `json:"usage"`
}

type wireBlock struct {
	Type  string          `json:"type"`
	Text  string          `json:"text"`
	Input json.RawMessage `json:"input"`
}

// errNotAnAnswer says that a 200 did not carry a message.
var errNotAnAnswer = errors.New("response is not a message")

// decodeResponse reads an answer: the text blocks joined, or the input of the
// first tool_use block when a tool was forced.
func decodeResponse(body []byte, forcedTool bool) (recommend.ModelAnswer, error) {
	var resp wireResponse
	if err := json.Unmarshal(body, &resp); err != nil {
		return recommend.ModelAnswer{}, errors.Join(errNotAnAnswer, err)
	}
	if resp.Content == nil {
		return recommend.ModelAnswer{}, errNotAnAnswer
	}
	return recommend.ModelAnswer{
		Text:       answerText(resp.Content, forcedTool),
		StopReason: resp.StopReason,
		Usage:      decodeUsage(resp.Usage),
	}, nil
}

func answerText(blocks []wireBlock, forcedTool bool) string {
	var text strings.Builder
	for _, b := range blocks {
		switch {
		case forcedTool && b.Type == "tool_use":
			return string(b.Input)
		case b.Type == "text":
			text.WriteString(b.Text)
		}
	}
	return text.String()
}
