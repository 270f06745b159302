package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"

	"ballast.internal/ballast/bench/rig"
	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/recommend"
)

// wrapping is what a prompt of one message was billed beyond its text on Claude 3
// Haiku, in tokens.
const wrapping = 8

// reply is what was said to a prompt, and what it would be billed.
type reply struct {
	text          string
	input, output int
}

// counted are the replies of earlier calls by their user turn, in the tokens of
// the tokenizer that Anthropic has published.
func counted(ctx context.Context, root string, calls []call) (map[string]reply, error) {
	var texts []string
	for _, c := range calls {
		texts = append(texts, c.sent.System, c.sent.User, c.sent.Prefill, c.said)
	}
	n, err := rig.CountTokens(ctx, root, texts)
	if err != nil {
		return nil, err
	}
	replies := map[string]reply{}
	for i, c := range calls {
		t := n[4*i:]
		replies[c.sent.User] = reply{c.said, t[0] + t[1] + t[2] + wrapping, t[3]}
	}
	return replies, nil
}

// biller is a Bedrock that says what was said before, and bills it by another
// count.
type biller map[string]reply

// ServeHTTP answers InvokeModel.
func (b biller) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct {
		MaxTokens int `json:"max_tokens"`
		Messages  []struct {
			Content string `json:"content"`
		} `json:"messages"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || len(body.Messages) == 0 {
		http.Error(w, "not a prompt", http.StatusBadRequest)
		return
	}
	said, ok := b[body.Messages[0].Content]
	if !ok {
		http.Error(w, "a prompt that was not sent before", http.StatusBadRequest)
		return
	}
	stop := "end_turn"
	if said.output > body.MaxTokens {
		said.text, said.output, stop = said.text[:len(said.text)*body.MaxTokens/said.output], body.MaxTokens, "max_tokens"
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{ // the caller may have gone
		"content":     []any{map[string]any{"type": "text", "text": said.text}},
		"stop_reason": stop,
		"usage":       map[string]int{"input_tokens": said.input, "output_tokens": said.output},
	})
}

// model is a client of the biller, until it is closed.
func (b biller) model(ctx context.Context) (recommend.Model, func(), error) {
	server := httptest.NewServer(b)
	m, err := bedrock.New(ctx, bedrock.Config{
		Provider: bedrock.ProviderEmulator, Endpoint: server.URL,
		Credentials: bedrock.Credentials{Static: &bedrock.StaticKeys{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "none"}},
	})
	return m, server.Close, err
}
