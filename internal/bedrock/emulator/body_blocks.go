package emulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// toolResult is what a tool gave, in answer to a tool_use block of the turn before.
type toolResult struct{ path, id string }

// answered checks that the results of turn i, which has been read, and they alone
// answer the calls of the turn before. The text of calls without results is as
// reported of Anthropic's API, whichever turn its number is of; that of results
// without calls is from memory.
func (p *bodyParser) answered(i int) {
	open, results := p.open, p.results
	p.open, p.uses, p.results = p.uses, nil, nil
	for _, r := range results {
		at := slices.Index(open, r.id)
		if at < 0 {
			p.fault(r.path, "unexpected `tool_use_id` found in `tool_result` blocks: "+r.id+
				". Each `tool_result` block must have a corresponding `tool_use` block in the previous message.")
			return
		}
		open = slices.Delete(open, at, at+1)
	}
	if len(open) > 0 {
		p.fault(fmt.Sprintf("messages.%d", i-1), "`tool_use` ids were found without `tool_result` blocks immediately after: "+
			strings.Join(open, ", ")+". Each `tool_use` block must have a corresponding `tool_result` block in the next message.")
	}
}

// image checks where an image comes from: Bedrock fetches none. That text is from
// memory; those of media_type and of the data are as reported of Anthropic's API.
func (p *bodyParser) image(path string, raw json.RawMessage) {
	var source map[string]json.RawMessage
	if json.Unmarshal(raw, &source) != nil {
		p.fault(path, "Input should be a valid dictionary")
		return
	}
	if source["type"] == nil {
		p.fault(path+".type", "Field required")
		return
	}
	if kind := p.str(path+".type", source["type"]); kind != "base64" {
		p.fault(path, fmt.Sprintf("Input tag '%s' found using 'type' does not match any of the expected tags", kind))
		return
	}
	p.imageData(path+".base64", source)
}

var imageTypes = []string{"image/jpeg", "image/png", "image/gif", "image/webp"}

func (p *bodyParser) imageData(path string, source map[string]json.RawMessage) {
	for _, name := range []string{"media_type", "data"} {
		if source[name] == nil {
			p.fault(path+"."+name, "Field required")
			return
		}
	}
	p.unknown(path+".", source, "type", "media_type", "data")
	if t := p.str(path+".media_type", source["media_type"]); !slices.Contains(imageTypes, t) {
		p.fault(path+".media_type", "Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'")
	}
	if _, err := base64.StdEncoding.DecodeString(p.str(path+".data", source["data"])); err != nil {
		p.fault(path, "invalid base64 data")
	}
}
