package emulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
)

var toolNameForm = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// toolUse reads the tools and which of them must be used.
func (p *bodyParser) toolUse(tools, choice json.RawMessage) {
	if tools != nil {
		p.toolList(tools)
	}
	if p.anyCalls && len(p.in.tools) == 0 { // from memory
		p.fault("messages", "Requests which include `tool_use` or `tool_result` blocks must define tools")
	}
	if choice != nil {
		p.toolChoice(choice)
	} else {
		p.in.toolsAuto = len(p.in.tools) > 0
	}
}

func (p *bodyParser) toolList(raw json.RawMessage) {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		p.fault("tools", "Input should be a valid list")
		return
	}
	for i, source := range list {
		path := fmt.Sprintf("tools.%d", i)
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(source, &fields); err != nil || fields == nil {
			p.fault(path, "Input should be a valid dictionary")
			return
		}
		t := p.tool(path, source, fields)
		if slices.ContainsFunc(p.in.tools, func(other tool) bool { return other.name == t.name }) {
			p.fault("tools", "Tool names must be unique.")
		}
		p.in.tools = append(p.in.tools, t)
	}
}

func (p *bodyParser) tool(path string, source json.RawMessage, fields map[string]json.RawMessage) tool {
	for _, name := range []string{"name", "input_schema"} {
		if fields[name] == nil {
			p.fault(path+"."+name, "Field required")
			return tool{}
		}
	}
	p.unknown(path+".", fields, "name", "description", "input_schema", "cache_control", "type")
	name := p.str(path+".name", fields["name"])
	if !toolNameForm.MatchString(name) {
		p.fault(path+".name", "String should match pattern '^[a-zA-Z0-9_-]{1,64}$'")
	}
	var schema struct {
		Type       string                     `json:"type"`
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if err := json.Unmarshal(fields["input_schema"], &schema); err != nil || schema.Type != "object" {
		p.fault(path+".input_schema.type", "Input should be 'object'")
	}
	return tool{name: name, source: source, fields: slices.Sorted(maps.Keys(schema.Properties))}
}

func (p *bodyParser) toolChoice(raw json.RawMessage) {
	var choice struct {
		Type string `json:"type"`
		Name string `json:"name"`
	}
	if err := json.Unmarshal(raw, &choice); err != nil {
		p.fault("tool_choice", "Input should be a valid dictionary")
		return
	}
	if len(p.in.tools) == 0 {
		p.fault("tool_choice", "tool_choice may only be specified while providing tools")
		return
	}
	switch choice.Type {
	case "auto", "none":
		p.in.toolsAuto = choice.Type == "auto"
	case "any":
		p.in.forced = &p.in.tools[0]
	case "tool":
		i := slices.IndexFunc(p.in.tools, func(t tool) bool { return t.name == choice.Name })
		if i < 0 {
			p.fault("tool_choice", fmt.Sprintf("Tool '%s' not found in provided tools", choice.Name))
			return
		}
		p.in.forced = &p.in.tools[i]
	default:
		p.fault("tool_choice", fmt.Sprintf("Input tag '%s' found using 'type' does not match any of the expected tags", choice.Type))
	}
}
