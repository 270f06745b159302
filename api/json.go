package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"

	"go.yaml.in/yaml/v4"
)

// JSON is the contract as JSON, its members in the order in which they were
// written. The result is shared and must not be changed.
var JSON = sync.OnceValue(func() []byte {
	var doc yaml.Node
	if err := yaml.Unmarshal(YAML, &doc); err != nil {
		panic("api: openapi.yaml: " + err.Error()) // a test reads it
	}
	var out bytes.Buffer
	if err := writeJSON(&out, &doc); err != nil {
		panic("api: openapi.yaml: " + err.Error())
	}
	return out.Bytes()
})

// writeJSON writes a node of a YAML document that uses nothing beyond JSON's
// own types.
func writeJSON(out *bytes.Buffer, n *yaml.Node) error {
	switch n.Kind {
	case yaml.DocumentNode:
		return writeJSON(out, n.Content[0])
	case yaml.MappingNode:
		return writeList(out, '{', '}', len(n.Content)/2, func(i int) error {
			if err := writeScalar(out, n.Content[2*i].Value); err != nil {
				return err
			}
			out.WriteByte(':')
			return writeJSON(out, n.Content[2*i+1])
		})
	case yaml.SequenceNode:
		return writeList(out, '[', ']', len(n.Content), func(i int) error { return writeJSON(out, n.Content[i]) })
	case yaml.ScalarNode:
		var v any
		if err := n.Decode(&v); err != nil {
			return err
		}
		return writeScalar(out, v)
	default:
		return fmt.Errorf("line %d: neither a mapping, a sequence nor a scalar", n.Line)
	}
}

func writeList(out *bytes.Buffer, first, last byte, n int, element func(i int) error) error {
	out.WriteByte(first)
	for i := range n {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := element(i); err != nil {
			return err
		}
	}
	out.WriteByte(last)
	return nil
}

func writeScalar(out *bytes.Buffer, v any) error {
	b, err := json.Marshal(v)
	out.Write(b)
	return err
}
