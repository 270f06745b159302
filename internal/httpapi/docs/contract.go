package docs

import (
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// document is as much of an OpenAPI 3.1 document as the page shows.
type document struct {
	Info struct {
		Title       string `yaml:"title"`
		Version     string `yaml:"version"`
		Summary     string `yaml:"summary"`
		Description string `yaml:"description"`
	} `yaml:"info"`
	Tags []struct {
		Name        string `yaml:"name"`
		Description string `yaml:"description"`
	} `yaml:"tags"`
	Paths      ordered[ordered[operation]] `yaml:"paths"`
	Components struct {
		Parameters ordered[parameter] `yaml:"parameters"`
		Responses  ordered[response]  `yaml:"responses"`
		Headers    ordered[header]    `yaml:"headers"`
		Schemas    ordered[*schema]   `yaml:"schemas"`
	} `yaml:"components"`
}

type operation struct {
	ID          string      `yaml:"operationId"`
	Tags        []string    `yaml:"tags"`
	Summary     string      `yaml:"summary"`
	Description string      `yaml:"description"`
	Parameters  []parameter `yaml:"parameters"`
	RequestBody struct {
		Content ordered[media] `yaml:"content"`
	} `yaml:"requestBody"`
	Responses ordered[response]   `yaml:"responses"`
	Security  []ordered[[]string] `yaml:"security"`
}

// roles are those of the callers that an operation is for; none: of everybody.
func (o *operation) roles() []string {
	var roles []string
	for _, alternative := range o.Security {
		for _, scheme := range alternative {
			roles = append(roles, scheme.Value...)
		}
	}
	return roles
}

type parameter struct {
	Ref         string  `yaml:"$ref"`
	Name        string  `yaml:"name"`
	In          string  `yaml:"in"`
	Required    bool    `yaml:"required"`
	Description string  `yaml:"description"`
	Schema      *schema `yaml:"schema"`
}

type response struct {
	Ref         string          `yaml:"$ref"`
	Description string          `yaml:"description"`
	Headers     ordered[header] `yaml:"headers"`
	Content     ordered[media]  `yaml:"content"`
}

type header struct {
	Ref         string `yaml:"$ref"`
	Description string `yaml:"description"`
}

type media struct {
	Schema   *schema `yaml:"schema"`
	Examples ordered[struct {
		Summary string    `yaml:"summary"`
		Value   yaml.Node `yaml:"value"`
	}] `yaml:"examples"`
}

// schema is a JSON Schema 2020-12 schema.
type schema struct {
	Ref         string           `yaml:"$ref"`
	Type        typeList         `yaml:"type"`
	Format      string           `yaml:"format"`
	Pattern     string           `yaml:"pattern"`
	Description string           `yaml:"description"`
	Enum        []string         `yaml:"enum"`
	Examples    []yaml.Node      `yaml:"examples"`
	Required    []string         `yaml:"required"`
	Properties  ordered[*schema] `yaml:"properties"`
	Items       *schema          `yaml:"items"`
	PrefixItems []*schema        `yaml:"prefixItems"`
	Additional  additional       `yaml:"additionalProperties"`
	OneOf       []*schema        `yaml:"oneOf"`
	AllOf       []*schema        `yaml:"allOf"`
	Minimum     string           `yaml:"minimum"`
	Maximum     string           `yaml:"maximum"`
	MinLength   string           `yaml:"minLength"`
	MaxLength   string           `yaml:"maxLength"`
	MinItems    string           `yaml:"minItems"`
	MaxItems    string           `yaml:"maxItems"`
}

// typeList is one type or several.
type typeList []string

// UnmarshalYAML takes both forms.
func (t *typeList) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*t = typeList{n.Value}
		return nil
	}
	return n.Decode((*[]string)(t))
}

// additional is the schema of members that are not listed; nil for false.
type additional struct{ *schema }

// UnmarshalYAML takes a boolean for a schema too.
func (a *additional) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		return nil
	}
	return n.Decode(&a.schema)
}

func parse(spec []byte) (*document, error) {
	var d document
	if err := yaml.Unmarshal(spec, &d); err != nil {
		return nil, fmt.Errorf("docs: %w", err)
	}
	return &d, nil
}

// lastName is the name at the end of a reference: Portfolio for
// #/components/schemas/Portfolio.
func lastName(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// jsonOf writes a YAML value as JSON for a reader.
func jsonOf(n *yaml.Node, indent string) (string, error) {
	var v any
	if err := n.Decode(&v); err != nil {
		return "", err
	}
	b, err := json.MarshalIndent(v, "", indent)
	if indent == "" && err == nil {
		b, err = json.Marshal(v)
	}
	return string(b), err
}
