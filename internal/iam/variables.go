package iam

import (
	"strings"
)

// scope resolves policy variables from the request context.
type scope struct {
	enabled bool
	context map[string][]string // keys in lower case
}

// glob turns the text of a policy into a glob, with * and ? as wildcards if
// wild is set. It reports false if a variable has no single value: such a text
// matches nothing.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func (sc scope) glob(text string, wild bool) (glob, bool) {
	plain := literal
	if wild {
		plain = pattern
	}
	if !sc.enabled {
		return plain(text), true
	}
	var g glob
	for {
		before, rest, found := strings.Cut(text, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return append(g, plain(text)...), true
		}
		value, ok := sc.variable(name)
		if !ok {
			return nil, false
		}
		g = append(append(g, plain(before)...), literal(value)...)
		text = after
	}
}

// variable resolves what stands between ${ and }. Values are literal: a
// wildcard in them is an ordinary character.
func (sc scope) variable(name string) (string, bool) {
	switch name {
	case "*", "?", "$":
		return name, true
	}
	key, def, hasDefault := strings.Cut(name, ",")
	if vs := sc.context[strings.ToLower(strings.TrimSpace(key))]; len(vs) == 1 {
		return vs[0], true
	}
	def = strings.TrimSpace(def)
	if hasDefault && len(def) >= 2 && def[0] == '\'' && def[len(def)-1] == '\'' {
		return def[1 : len(def)-1], true
	}
	return "", false
}

// arn turns an ARN pattern into its parts. Colons inside variables do not
// separate.
func (sc scope) arn(text string) ([]glob, bool) {
	var parts []glob
	for _, t := range splitARN(text, sc.enabled) {
		g, ok := sc.glob(t, true)
		if !ok {
			return nil, false
		}
		parts = append(parts, g)
	}
	return parts, true
}

func splitARN(text string, variables bool) []string {
	var parts []string
	start, inside := 0, false
	for i := range len(text) {
		switch {
		case variables && strings.HasPrefix(text[i:], "${"):
			inside = true
		case text[i] == '}':
			inside = false
		case text[i] == ':' && !inside && len(parts) < arnParts-1:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}
