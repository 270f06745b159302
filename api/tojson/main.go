// Command tojson writes the contract as JSON, its members in the order in which
// they were written, so that no server has to read YAML when it starts.
//
//	tojson openapi.yaml openapi.json
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"go.yaml.in/yaml/v4"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "tojson:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("want the file to read and the file to write, got %d arguments", len(args))
	}
	text, err := os.ReadFile(args[0]) //nolint:gosec // whoever generates names the files
	if err != nil {
		return err
	}
	converted, err := convert(text)
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	return os.WriteFile(args[1], converted, 0o644) //nolint:gosec // a document that everyone may read
}

// convert fails on a document that uses more than JSON's own types.
func convert(text []byte) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err := writeJSON(&out, &doc)
	return out.Bytes(), err
}

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
