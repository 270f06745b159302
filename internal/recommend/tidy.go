package recommend

import "strings"

// fixes says what tidy had to change.
type fixes struct {
	comma   bool // a comma before a closing bracket was dropped
	control bool // a raw control character in a string became a blank
	tooDeep bool // nested deeper than maxDepth
}

// tidy turns almost-JSON into JSON without changing what it says: it drops
// commas before closing brackets and replaces raw control characters inside
// strings. It does not check the rest.
func tidy(s string) (string, fixes) {
	var (
		out   strings.Builder
		fx    fixes
		depth int
	)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '"':
			end := stringEnd(s, i)
			fx.control = copyString(&out, s[i:end]) || fx.control
			i = end - 1
			continue
		case '{', '[':
			depth++
			fx.tooDeep = fx.tooDeep || depth > maxDepth
		case '}', ']':
			depth--
		case ',':
			if closesNext(s[i+1:]) {
				fx.comma = true
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String(), fx
}

// stringEnd returns the index after the string that starts at s[start], or
// len(s) when it does not end.
func stringEnd(s string, start int) int {
	for i := start + 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

// copyString writes a quoted string with control characters as blanks, and
// reports whether there were any.
func copyString(out *strings.Builder, quoted string) bool {
	found := false
	for i := range len(quoted) {
		c := quoted[i]
		if c < 0x20 {
			c, found = ' ', true
		}
		out.WriteByte(c)
	}
	return found
}

func closesNext(s string) bool {
	s = strings.TrimLeft(s, " \t\r\n")
	return s != "" && (s[0] == '}' || s[0] == ']')
}

// unfence takes off a Markdown code fence around the answer.
func unfence(s string) (string, bool) {
	s = strings.TrimSpace(s)
	const fence = "```"
	if !strings.Contains(s, fence) {
		return s, false
	}
	if i := strings.Index(s, fence); !strings.ContainsAny(s[:i], "{\"") {
		s = strings.TrimPrefix(strings.TrimPrefix(s[i:], fence), "json")
	}
	s = strings.TrimSpace(s)
	if i := strings.LastIndex(s, fence); i >= 0 && !strings.ContainsAny(s[i:], "{}\"") {
		s = s[:i]
	}
	return strings.TrimSpace(s), true
}

// isolate puts the prefill back if the answer continues it, and otherwise cuts
// off what comes before the object.
func isolate(s, prefill string) (string, bool) {
	if prefill != "" && strings.HasPrefix(s, `"`) {
		return prefill + s, true
	}
	i := strings.IndexByte(s, '{')
	if i < 0 {
		return "", false
	}
	return s[i:], true
}
