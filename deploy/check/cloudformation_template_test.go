package check

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// template is a CloudFormation template with the parameters of one stack.
// Resolving it finds what cannot be: a name that is none, and a reference to a
// resource that the stack's conditions leave out.
type template struct {
	t          *testing.T
	parameters map[string]any
	conditions map[string]any
	resources  map[string]any
}

// loadTemplate reads a template and gives its parameters values: their defaults
// where none is given.
func loadTemplate(t *testing.T, path string, given map[string]any) *template {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil {
		t.Fatal(err)
	}
	doc := plain(t, node.Content[0]).(map[string]any)
	c := &template{t: t, conditions: doc["Conditions"].(map[string]any), resources: doc["Resources"].(map[string]any)}
	c.parameters = map[string]any{
		"AWS::AccountId": "123456789012", "AWS::Partition": "aws", "AWS::Region": "us-east-2", "AWS::StackName": "ballast",
	}
	for name, p := range doc["Parameters"].(map[string]any) {
		given := p.(map[string]any)
		c.parameters[name] = given["Default"]
		if list, ok := given["Default"].(string); ok && given["Type"] == "CommaDelimitedList" {
			c.parameters[name] = strings.Split(list, ",")
		}
	}
	maps.Copy(c.parameters, given)
	return c
}

// plain turns YAML into values, the short forms of functions into long ones.
func plain(t *testing.T, n *yaml.Node) any {
	t.Helper()
	value := any(nil)
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			m[n.Content[i].Value] = plain(t, n.Content[i+1])
		}
		value = m
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			list = append(list, plain(t, item))
		}
		value = list
	default:
		if value = n.Value; !strings.HasPrefix(n.Tag, "!") || strings.HasPrefix(n.Tag, "!!") {
			if err := n.Decode(&value); err != nil {
				t.Fatal(err)
			}
		}
	}
	switch name := strings.TrimPrefix(n.Tag, "!"); {
	case strings.HasPrefix(name, "!") || name == "":
		return value
	case name == "Ref":
		return map[string]any{"Ref": value}
	default:
		return map[string]any{"Fn::" + name: value}
	}
}

// inForce are the resources of the stack, resolved.
func (c *template) inForce() map[string]map[string]any {
	out := map[string]map[string]any{}
	for name, r := range c.resources {
		if c.exists(name) {
			out[name] = c.resolve(r).(map[string]any)
			delete(out[name], "Condition")
		}
	}
	return out
}

func (c *template) exists(name string) bool {
	r, ok := c.resources[name].(map[string]any)
	condition, limited := r["Condition"].(string)
	return ok && (!limited || c.resolve(c.conditions[condition]) == true)
}

// noValue is AWS::NoValue: what has it is as if it were not there.
type noValue struct{}

func (c *template) resolve(v any) any {
	switch v := v.(type) {
	case []any:
		out := []any{}
		for _, item := range v {
			out = append(out, c.resolve(item))
		}
		return out
	case map[string]any:
		for name, argument := range v {
			if len(v) == 1 && (name == "Ref" || strings.HasPrefix(name, "Fn::")) {
				return c.call(name, argument)
			}
		}
		out := map[string]any{}
		for name, member := range v {
			if r := c.resolve(member); r != (noValue{}) {
				out[name] = r
			}
		}
		return out
	}
	return v
}

var substituted = regexp.MustCompile(`\$\{([^}]+)\}`)

func (c *template) call(name string, argument any) any {
	list, _ := argument.([]any)
	switch name {
	case "Ref":
		return c.ref(argument.(string))
	case "Fn::GetAtt":
		return c.ref(strings.Split(argument.(string), ".")[0])
	case "Fn::Sub":
		return substituted.ReplaceAllStringFunc(argument.(string), func(s string) string { return fmt.Sprint(c.ref(s[2 : len(s)-1])) })
	case "Fn::Equals":
		return c.resolve(list[0]) == c.resolve(list[1])
	case "Fn::If":
		if c.resolve(c.conditions[list[0].(string)]) == true {
			return c.resolve(list[1])
		}
		return c.resolve(list[2])
	}
	c.t.Fatalf("the template calls %s, which this test does not know", name)
	return nil
}

// ref is a parameter, or some name for a resource that is in force.
func (c *template) ref(name string) any {
	value, isParameter := c.parameters[name]
	switch {
	case name == "AWS::NoValue":
		return noValue{}
	case isParameter && value != nil:
		return value
	case !c.exists(name):
		c.t.Errorf("%s is no parameter with a value and no resource of this stack", name)
	}
	return "the-" + name
}

// asObject reads JSON that a template writes as text.
func asObject(t *testing.T, v any) map[string]any {
	t.Helper()
	text, ok := v.(string)
	if !ok {
		return v.(map[string]any)
	}
	var out map[string]any
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return out
}
