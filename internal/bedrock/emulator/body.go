package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// anthropicVersions are what Bedrock takes: the first as its documentation has
// it, the second as Anthropic's own client for Bedrock sends it since its
// version 1.
var anthropicVersions = []string{"bedrock-2023-05-31", "2026-10-21"}

// invocation is a valid request body.
type invocation struct {
	maxTokens int
	system    string
	turns     []turn
	stops     []string
	forced    *tool // the tool that must be called, if any
	tools     []tool
	toolsAuto bool
	images    int
}

type turn struct {
	role string // user or assistant
	text string // all text of the turn
}

type tool struct {
	name   string
	source json.RawMessage // the definition, which is part of the prompt
	fields []string        // properties of the input schema
}

// prefill is the start of the answer that the caller wrote, if any.
func (in *invocation) prefill() string {
	if last := in.turns[len(in.turns)-1]; last.role == roleAssistant {
		return last.text
	}
	return ""
}

// inputTokens is what the request is billed.
func (in *invocation) inputTokens() int {
	n := countTokens(in.system) + in.images*imageTokens
	for _, t := range in.turns {
		n += countTokens(t.text) + messageOverhead
	}
	for _, t := range in.tools {
		n += countTokens(string(t.source))
	}
	switch {
	case in.forced != nil:
		n += toolForceOverhead
	case in.toolsAuto:
		n += toolAutoOverhead
	}
	return n
}

// bodyParser reads a body as Anthropic's endpoint on Bedrock does: the first
// fault is reported with the path of the field.
type bodyParser struct {
	in       invocation
	err      *wireError
	open     []string     // ids of the tool_use blocks of the turn before
	uses     []string     // of the turn that is being read
	results  []toolResult // likewise
	anyCalls bool         // whether any turn has such blocks
}

// parseBody checks a body and returns what it asks for.
func parseBody(data []byte, m *Model) (*invocation, *wireError) {
	fields, ok := topLevel(data)
	if !ok {
		return nil, errMalformedInput
	}
	p := &bodyParser{}
	p.version(fields["anthropic_version"])
	p.maxTokens(fields["max_tokens"], m)
	p.messages(fields["messages"], m)
	if raw, ok := fields["system"]; ok {
		p.in.system = p.content("system", raw, roleSystem)
	}
	p.sampling(fields)
	if raw, ok := fields["stop_sequences"]; ok {
		p.stopSequences(raw)
	}
	if raw, ok := fields["anthropic_beta"]; ok {
		p.strings("anthropic_beta", raw)
	}
	p.toolUse(fields["tools"], fields["tool_choice"])
	if raw, ok := fields["metadata"]; ok {
		p.metadata(raw)
	}
	p.unknown("", fields, "anthropic_version", "max_tokens", "messages", "system", "temperature",
		"top_p", "top_k", "stop_sequences", "tools", "tool_choice", "metadata", "anthropic_beta")
	if p.err != nil {
		return nil, p.err
	}
	return &p.in, nil
}

// topLevel reads one JSON object and nothing after it.
func topLevel(data []byte) (map[string]json.RawMessage, bool) {
	if !utf8.Valid(data) {
		return nil, false
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	var fields map[string]json.RawMessage
	if err := dec.Decode(&fields); err != nil || fields == nil {
		return nil, false
	}
	_, err := dec.Token()
	return fields, errors.Is(err, io.EOF)
}

// fault keeps the first fault.
func (p *bodyParser) fault(path, what string) {
	if p.err == nil {
		p.err = invalid("%s: %s", path, what)
	}
}

const extraInputs = "Extra inputs are not permitted"

func (p *bodyParser) unknown(prefix string, fields map[string]json.RawMessage, known ...string) {
	var extra []string
	for name := range fields {
		if !slices.Contains(known, name) {
			extra = append(extra, name)
		}
	}
	if len(extra) > 0 {
		p.fault(prefix+slices.Min(extra), extraInputs)
	}
}

func (p *bodyParser) version(raw json.RawMessage) {
	if raw == nil {
		p.fault("anthropic_version", "Field required")
		return
	}
	if v := p.str("anthropic_version", raw); !slices.Contains(anthropicVersions, v) && p.err == nil {
		p.err = invalid("Invalid API version: %s", v)
	}
}

func (p *bodyParser) str(path string, raw json.RawMessage) string {
	var s string
	if !isKind(raw, '"') || json.Unmarshal(raw, &s) != nil {
		p.fault(path, "Input should be a valid string")
	}
	return s
}

func (p *bodyParser) maxTokens(raw json.RawMessage, m *Model) {
	n, ok := asNumber(raw)
	switch {
	case raw == nil:
		p.fault("max_tokens", "Field required")
	case !ok || n != math.Trunc(n):
		p.fault("max_tokens", "Input should be a valid integer")
	case n < 1:
		p.fault("max_tokens", "Input should be greater than or equal to 1")
	case n > float64(m.MaxOutput):
		if p.err == nil {
			p.err = invalid("max_tokens: %.0f > %d, which is the maximum allowed number of output tokens for %s", n, m.MaxOutput, m.wireName())
		}
	default:
		p.in.maxTokens = int(n)
	}
}

// sampling checks the ranges of what the emulator has no use for.
func (p *bodyParser) sampling(fields map[string]json.RawMessage) {
	for _, name := range []string{"temperature", "top_p"} {
		if n, ok := asNumber(fields[name]); fields[name] != nil && (!ok || n < 0 || n > 1) {
			p.fault(name, "range: 0..1")
		}
	}
	if n, ok := asNumber(fields["top_k"]); fields["top_k"] != nil && (!ok || n < 0 || n != math.Trunc(n)) {
		p.fault("top_k", "Input should be greater than or equal to 0") // from memory
	}
}

func (p *bodyParser) metadata(raw json.RawMessage) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		p.fault("metadata", "Input should be a valid dictionary")
	}
	p.unknown("metadata.", fields, "user_id")
}

func (p *bodyParser) stopSequences(raw json.RawMessage) {
	p.in.stops = p.strings("stop_sequences", raw)
	for _, s := range p.in.stops {
		if strings.TrimSpace(s) == "" {
			p.fault("stop_sequences", "each stop sequence must contain non-whitespace")
		}
	}
}

// strings reads a list of strings.
func (p *bodyParser) strings(path string, raw json.RawMessage) []string {
	var list []string
	if err := json.Unmarshal(raw, &list); err != nil {
		p.fault(path, "Input should be a valid list")
	}
	return list
}

func asNumber(raw json.RawMessage) (float64, bool) {
	var n float64
	if raw == nil || isKind(raw, 'n') || json.Unmarshal(raw, &n) != nil {
		return 0, false
	}
	return n, true
}

// isKind reports whether a JSON value starts with c.
func isKind(raw json.RawMessage, c byte) bool {
	raw = bytes.TrimLeft(raw, " \t\r\n")
	return len(raw) > 0 && raw[0] == c
}
