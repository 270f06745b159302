package emulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The roles of turns; system is not one, but shares the form of content.
const (
	roleUser      = "user"
	roleAssistant = "assistant"
	roleSystem    = "system"
)

func (p *bodyParser) messages(raw json.RawMessage, m *Model) {
	if raw == nil {
		p.fault("messages", "Field required")
		return
	}
	var list []map[string]json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		p.fault("messages", "Input should be a valid list")
		return
	}
	if len(list) == 0 {
		p.fault("messages", "at least one message is required")
		return
	}
	for i, fields := range list {
		p.message(i, fields, i == len(list)-1)
	}
	p.answered(len(list))
	p.lastTurn(m)
}

func (p *bodyParser) message(i int, fields map[string]json.RawMessage, last bool) {
	path := fmt.Sprintf("messages.%d", i)
	for _, name := range []string{"role", "content"} {
		if fields[name] == nil {
			p.fault(path+"."+name, "Field required")
			return
		}
	}
	p.unknown(path+".", fields, "role", "content")
	role := p.str(path+".role", fields["role"])
	switch {
	case role == roleSystem:
		p.fault("messages", `Unexpected role "system". The Messages API accepts a top-level `+"`system`"+` parameter, not "system" as an input message role.`)
	case role != roleUser && role != roleAssistant:
		p.fault(path+".role", "Input should be 'user' or 'assistant'")
	case i == 0 && role != roleUser:
		p.fault("messages", `first message must use the "user" role`)
	case i > 0 && len(p.in.turns) > 0 && p.in.turns[len(p.in.turns)-1].role == role:
		p.fault("messages", fmt.Sprintf(`roles must alternate between "user" and "assistant", but found multiple "%s" roles in a row`, role))
	}
	text := p.content(path+".content", fields["content"], role)
	p.answered(i)
	if isEmpty(fields["content"]) && !(last && role == roleAssistant) {
		p.fault(path, "all messages must have non-empty content except for the optional final assistant message")
	}
	p.in.turns = append(p.in.turns, turn{role: role, text: text})
}

// isEmpty reports whether content has no character and no block.
func isEmpty(content json.RawMessage) bool {
	return string(content) == `""` || len(strings.Trim(string(content), "[] \t\r\n")) == 0
}

// lastTurn checks a prefill.
func (p *bodyParser) lastTurn(m *Model) {
	if p.err != nil {
		return
	}
	prefill := p.in.prefill()
	switch {
	case prefill != "" && m.NoPrefill:
		p.err = invalid("This model does not support assistant message prefill. The conversation must end with a user message.")
	case prefill != strings.TrimRight(prefill, " \t\r\n"):
		p.fault("messages", "final assistant content cannot end with trailing whitespace")
	}
}

const blankText = "text content blocks must contain non-whitespace text"

// content reads a string or a list of blocks and returns its text.
func (p *bodyParser) content(path string, raw json.RawMessage, role string) string {
	if isKind(raw, '"') {
		text := p.str(path, raw)
		if text != "" && strings.TrimSpace(text) == "" {
			p.fault("messages", blankText)
		}
		return text
	}
	var blocks []map[string]json.RawMessage
	if err := json.Unmarshal(raw, &blocks); err != nil || blocks == nil {
		p.fault(path, "Input should be a valid string or list")
		return ""
	}
	var texts []string
	for i, b := range blocks {
		texts = append(texts, p.block(fmt.Sprintf("%s.%d", path, i), b, role))
	}
	return strings.Join(texts, "\n")
}

// blockFields are the fields of each type of block, and the roles that may
// send it.
var blockFields = map[string]struct {
	roles    []string
	required []string
	optional []string
}{
	"text":        {[]string{roleUser, roleAssistant, roleSystem}, []string{"text"}, nil},
	"image":       {[]string{roleUser}, []string{"source"}, nil},
	"tool_use":    {[]string{roleAssistant}, []string{"id", "name", "input"}, nil},
	"tool_result": {[]string{roleUser}, []string{"tool_use_id"}, []string{"content", "is_error"}},
}

func (p *bodyParser) block(path string, b map[string]json.RawMessage, role string) string {
	if b["type"] == nil {
		p.fault(path+".type", "Field required")
		return ""
	}
	kind := p.str(path+".type", b["type"])
	form, ok := blockFields[kind]
	if !ok || !slices.Contains(form.roles, role) {
		p.fault(path, fmt.Sprintf("Input tag '%s' found using 'type' does not match any of the expected tags", kind))
		return ""
	}
	for _, name := range form.required {
		if b[name] == nil {
			p.fault(path+"."+kind+"."+name, "Field required")
			return ""
		}
	}
	p.unknown(path+"."+kind+".", b, append(append([]string{"type", "cache_control"}, form.required...), form.optional...)...)
	return p.blockText(path, kind, b, role)
}

func (p *bodyParser) blockText(path, kind string, b map[string]json.RawMessage, role string) string {
	switch kind {
	case "text":
		text := p.str(path+".text.text", b["text"])
		if text == "" {
			p.fault("messages", "text content blocks must be non-empty")
		} else if strings.TrimSpace(text) == "" {
			p.fault("messages", blankText)
		}
		return text
	case "image":
		p.in.images++
		p.image(path+".image.source", b["source"])
		return ""
	case "tool_use":
		p.uses, p.anyCalls = append(p.uses, p.str(path+".tool_use.id", b["id"])), true
		return string(b["input"])
	default: // tool_result
		p.results, p.anyCalls = append(p.results, toolResult{path, p.str(path+".tool_result.tool_use_id", b["tool_use_id"])}), true
		if b["content"] == nil {
			return ""
		}
		return p.content(path+".tool_result.content", b["content"], role)
	}
}
