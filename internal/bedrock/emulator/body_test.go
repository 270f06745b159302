package emulator

import (
	"encoding/json"
	"strings"
	"testing"
)

var testModel = &DefaultModels()[0]

// with builds a valid body and then sets or, for null, removes fields.
func with(t *testing.T, fields string) []byte {
	t.Helper()
	body := map[string]json.RawMessage{
		"anthropic_version": []byte(`"bedrock-2023-05-31"`), "max_tokens": []byte(`10`),
		"messages": []byte(`[{"role":"user","content":"Hi"}]`),
	}
	var changes map[string]json.RawMessage
	if err := json.Unmarshal([]byte(fields), &changes); err != nil {
		t.Fatalf("%v in %s", err, fields)
	}
	for k, v := range changes {
		if string(v) == "null" {
			delete(body, k)
			continue
		}
		body[k] = v
	}
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestBodiesThatAreRefused(t *testing.T) {
	const tools = `"tools":[{"name":"t","input_schema":{"type":"object"}}]`
	tests := []struct{ fields, want string }{
		{`{"anthropic_version":null}`, "anthropic_version: Field required"},
		{`{"anthropic_version":"2023-06-01"}`, "Invalid API version: 2023-06-01"},
		{`{"anthropic_version":1}`, "anthropic_version: Input should be a valid string"},
		{`{"max_tokens":null}`, "max_tokens: Field required"},
		{`{"max_tokens":0}`, "max_tokens: Input should be greater than or equal to 1"},
		{`{"max_tokens":"10"}`, "max_tokens: Input should be a valid integer"},
		{`{"max_tokens":1.5}`, "max_tokens: Input should be a valid integer"},
		{`{"max_tokens":4097}`, "max_tokens: 4097 > 4096, which is the maximum allowed number of output tokens for claude-3-haiku-20240307"},
		{`{"messages":null}`, "messages: Field required"},
		{`{"messages":"Hi"}`, "messages: Input should be a valid list"},
		{`{"messages":[]}`, "messages: at least one message is required"},
		{`{"messages":[{"content":"Hi"}]}`, "messages.0.role: Field required"},
		{`{"messages":[{"role":"user"}]}`, "messages.0.content: Field required"},
		{`{"messages":[{"role":"assistant","content":"Hi"}]}`, `messages: first message must use the "user" role`},
		{`{"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}]}`, `messages: roles must alternate between "user" and "assistant", but found multiple "user" roles in a row`},
		{`{"messages":[{"role":"system","content":"a"}]}`, "messages: Unexpected role \"system\". The Messages API accepts a top-level `system` parameter, not \"system\" as an input message role."},
		{`{"messages":[{"role":"tool","content":"a"}]}`, "messages.0.role: Input should be 'user' or 'assistant'"},
		{`{"messages":[{"role":"user","content":""}]}`, "messages.0: all messages must have non-empty content except for the optional final assistant message"},
		{`{"messages":[{"role":"user","content":[]}]}`, "messages.0: all messages must have non-empty content except for the optional final assistant message"},
		{`{"messages":[{"role":"user","content":" \n"}]}`, "messages: text content blocks must contain non-whitespace text"},
		{`{"anthropic_beta":"x"}`, "anthropic_beta: Input should be a valid list"},
		{`{"tools":[{"name":"t","input_schema":{"type":"object"}},{"name":"t","input_schema":{"type":"object"}}]}`, "tools: Tool names must be unique."},
		{`{"messages":[{"role":"user","content":7}]}`, "messages.0.content: Input should be a valid string or list"},
		{`{"messages":[{"role":"user","content":[{"type":"text","text":""}]}]}`, "messages: text content blocks must be non-empty"},
		{`{"messages":[{"role":"user","content":[{"type":"text","text":" \n"}]}]}`, "messages: text content blocks must contain non-whitespace text"},
		{`{"messages":[{"role":"user","content":[{"text":"a"}]}]}`, "messages.0.content.0.type: Field required"},
		{`{"messages":[{"role":"user","content":[{"type":"text"}]}]}`, "messages.0.content.0.text.text: Field required"},
		{`{"messages":[{"role":"user","content":[{"type":"video","url":"x"}]}]}`, "messages.0.content.0: Input tag 'video' found using 'type' does not match any of the expected tags"},
		{`{"messages":[{"role":"user","content":[{"type":"tool_use","id":"a","name":"b","input":{}}]}]}`, "messages.0.content.0: Input tag 'tool_use' found using 'type' does not match any of the expected tags"},
		{`{"messages":[{"role":"user","content":"a","name":"b"}]}`, "messages.0.name: Extra inputs are not permitted"},
		{`{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"{ "}]}`, "messages: final assistant content cannot end with trailing whitespace"},
		{`{"system":5}`, "system: Input should be a valid string or list"},
		{`{"temperature":1.01}`, "temperature: range: 0..1"},
		{`{"temperature":-1}`, "temperature: range: 0..1"},
		{`{"temperature":"0"}`, "temperature: range: 0..1"},
		{`{"top_p":2}`, "top_p: range: 0..1"},
		{`{"top_k":-1}`, "top_k: Input should be greater than or equal to 0"},
		{`{"stop_sequences":"x"}`, "stop_sequences: Input should be a valid list"},
		{`{"stop_sequences":["\n"]}`, "stop_sequences: each stop sequence must contain non-whitespace"},
		{`{"model":"claude"}`, "model: Extra inputs are not permitted"},
		{`{"stream":true,"guardrails":{}}`, "guardrails: Extra inputs are not permitted"},
		{`{"tools":{}}`, "tools: Input should be a valid list"},
		{`{"tools":[{"input_schema":{"type":"object"}}]}`, "tools.0.name: Field required"},
		{`{"tools":[{"name":"a b","input_schema":{"type":"object"}}]}`, "tools.0.name: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'"},
		{`{"tools":[{"name":"t","input_schema":{"type":"array"}}]}`, "tools.0.input_schema.type: Input should be 'object'"},
		{`{"metadata":{"user":"x"}}`, "metadata.user: Extra inputs are not permitted"},
		{`{"metadata":"x"}`, "metadata: Input should be a valid dictionary"},
		{`{"messages":[{"role":"user","content":[{"type":"image","source":"x"}]}]}`, "messages.0.content.0.image.source: Input should be a valid dictionary"},
		{`{"messages":[{"role":"user","content":[{"type":"image","source":{}}]}]}`, "messages.0.content.0.image.source.type: Field required"},
		{`{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://a.example/b.png"}}]}]}`, "messages.0.content.0.image.source: Input tag 'url' found using 'type' does not match any of the expected tags"},
		{`{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","data":"AAAA"}}]}]}`, "messages.0.content.0.image.source.base64.media_type: Field required"},
		{`{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/bmp","data":"AAAA"}}]}]}`, "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'"},
		{`{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"A"}}]}]}`, "messages.0.content.0.image.source.base64: invalid base64 data"},
		{`{` + tools + `,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"i","name":"t","input":{}}]},{"role":"user","content":"b"}]}`, "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: i. Each `tool_use` block must have a corresponding `tool_result` block in the next message."},
		{`{` + tools + `,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"i","name":"t","input":{}}]}]}`, "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: i. Each `tool_use` block must have a corresponding `tool_result` block in the next message."},
		{`{` + tools + `,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"i"}]}]}`, "messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: i. Each `tool_result` block must have a corresponding `tool_use` block in the previous message."},
		{`{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"i","name":"t","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"i"}]}]}`, "messages: Requests which include `tool_use` or `tool_result` blocks must define tools"},
		{`{"tool_choice":{"type":"any"}}`, "tool_choice: tool_choice may only be specified while providing tools"},
		{`{` + tools + `,"tool_choice":{"type":"tool","name":"u"}}`, "tool_choice: Tool 'u' not found in provided tools"},
		{`{` + tools + `,"tool_choice":{"type":"must"}}`, "tool_choice: Input tag 'must' found using 'type' does not match any of the expected tags"},
	}
	for _, tc := range tests {
		_, fault := parseBody(with(t, tc.fields), testModel)
		if fault == nil || fault.message != tc.want || fault.kind != "ValidationException" || fault.status != 400 {
			t.Errorf("%s:\ngot  %v\nwant %s", tc.fields, fault, tc.want)
		}
	}
}

func TestBodiesThatAreNoJSONObject(t *testing.T) {
	for _, body := range []string{"", "x", "[]", "null", `"a"`, `{"a":1`, `{} {}`, "{\"a\":\"\xff\"}"} {
		if _, fault := parseBody([]byte(body), testModel); fault != errMalformedInput {
			t.Errorf("%q: got %v", body, fault)
		}
	}
}

func TestBodiesThatAreAccepted(t *testing.T) {
	for _, fields := range []string{
		`{}`, `{"max_tokens":4096,"temperature":0,"top_p":1,"top_k":0,"stop_sequences":[]}`,
		`{"anthropic_version":"2026-10-21","anthropic_beta":["x"]}`,
		`{"system":"s"}`, `{"system":[{"type":"text","text":"s"}]}`, `{"metadata":{"user_id":"x"}}`,
		`{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"{"}]}`,
		`{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":""}]}`,
		`{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]}]}`,
		`{"tools":[{"name":"n","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"i","name":"n","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"i","content":"ok"}]}]}`,
	} {
		if _, fault := parseBody(with(t, fields), testModel); fault != nil {
			t.Errorf("%s: %v", fields, fault)
		}
	}
}

func TestModelWithoutPrefill(t *testing.T) {
	m := *testModel
	m.NoPrefill = true
	_, fault := parseBody(with(t, `{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"{"}]}`), &m)
	if fault == nil || fault.message != "This model does not support assistant message prefill. The conversation must end with a user message." {
		t.Errorf("got %v", fault)
	}
}

func TestInputTokensHaveTheDocumentedOverheads(t *testing.T) {
	count := func(fields string) int {
		in, fault := parseBody(with(t, fields), testModel)
		if fault != nil {
			t.Fatal(fault)
		}
		return in.inputTokens()
	}
	const definition = `{"name":"t","input_schema":{"type":"object"}}`
	plain, schema := count(`{}`), countTokens(definition)
	if got := count(`{"tools":[`+definition+`]}`) - plain - schema; got != 264 {
		t.Errorf("tools cost %d tokens more than their text", got)
	}
	if got := count(`{"tools":[`+definition+`],"tool_choice":{"type":"tool","name":"t"}}`) - plain - schema; got != 340 {
		t.Errorf("a forced tool costs %d tokens more than its text", got)
	}
	if got := count(`{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"{"}]}`) - plain; got != messageOverhead+1 {
		t.Errorf("a prefill costs %d tokens", got)
	}
}

func FuzzParseBody(f *testing.F) {
	f.Add([]byte(`{"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"messages":[{"role":"user","content":"Hi"}]}`))
	f.Add([]byte(`{"anthropic_version":"bedrock-2023-05-31","max_tokens":1e3,"messages":[{"role":"user","content":[{"type":"text","text":"a"}]},{"role":"assistant","content":"{"}],"tools":[{"name":"t","input_schema":{"type":"object","properties":{"s":{},"r":{}}}}],"tool_choice":{"type":"tool","name":"t"}}`))
	f.Add([]byte(`{"messages":[null]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		in, fault := parseBody(body, testModel)
		if fault != nil {
			if fault.status != 400 {
				t.Errorf("%v", fault)
			}
			return
		}
		d, _ := write(in.prompt())
		a := finish(in, d)
		if a.out < 1 || a.out > in.maxTokens {
			t.Errorf("%d output tokens of %d", a.out, in.maxTokens)
		}
		if limit := len(body) + messageOverhead*len(in.turns) + toolForceOverhead + in.images*imageTokens; in.inputTokens() > limit {
			t.Errorf("%d input tokens for %d bytes", in.inputTokens(), len(body))
		}
		if a.tool == nil && strings.Contains(a.text, "\x00") {
			t.Errorf("control character in %q", a.text)
		}
	})
}
