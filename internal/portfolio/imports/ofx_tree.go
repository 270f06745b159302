package imports

import (
	"html"
	"strings"
)

// element is an element of an OFX document: an aggregate with children, or a
// leaf with text.
type element struct {
	name     string
	text     string
	children []*element
}

// maxOFXDepth is far above the eight levels or so of a statement.
const maxOFXDepth = 64

// parseOFX reads OFX 1 (SGML, in which leaves are not closed) and OFX 2 (XML)
// alike: what a start tag is followed by tells a leaf from an aggregate, and an
// end tag closes whatever was left open within. nil when there is no OFX.
func parseOFX(text string) *element {
	_, body, found := strings.Cut(text, "<OFX>")
	if !found {
		return nil
	}
	root := &element{name: "OFX"}
	stack := []*element{root}
	for tag, rest, more := cutTag(body); more; tag, rest, more = cutTag(rest) {
		if tag.end {
			stack = closeTo(stack, tag.name)
			continue
		}
		e := &element{name: tag.name, text: tag.text}
		top := stack[len(stack)-1]
		top.children = append(top.children, e)
		if tag.text == "" && len(stack) < maxOFXDepth {
			stack = append(stack, e)
		}
	}
	closeTo(stack, root.name)
	return root
}

// ofxTag is a start or end tag with the text that follows it.
type ofxTag struct {
	name, text string
	end        bool
}

// cutTag takes the next tag of an element off a document. Declarations and
// comments are none.
func cutTag(s string) (tag ofxTag, rest string, found bool) {
	for {
		_, s, found = strings.Cut(s, "<")
		if !found {
			return tag, "", false
		}
		var inside string
		if inside, s, found = strings.Cut(s, ">"); !found {
			return tag, "", false
		}
		inside, tag.end = strings.CutPrefix(inside, "/")
		name, _, _ := strings.Cut(inside, " ") // attributes are not used
		if !ofxName(name) {
			continue
		}
		text := s
		if i := strings.IndexByte(s, '<'); i >= 0 {
			text = s[:i]
		}
		tag.name, tag.text = strings.ToUpper(name), strings.TrimSpace(html.UnescapeString(text))
		return tag, s[len(text):], true
	}
}

// ofxName reports whether s can name an element: letters, digits and the dot of
// Intuit's.
func ofxName(s string) bool {
	for _, r := range s {
		if r != '.' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return s != ""
}

// closeTo closes the innermost open element of a name. Those still open within
// it were leaves without a value: what was taken for their content stands
// beside them.
func closeTo(stack []*element, name string) []*element {
	for i := len(stack) - 1; i >= 0; i-- {
		if stack[i].name != name {
			continue
		}
		for k := len(stack) - 1; k > i; k-- {
			leaf, parent := stack[k], stack[k-1]
			parent.children = append(parent.children, leaf.children...)
			leaf.children = nil
		}
		return stack[:max(i, 1)]
	}
	return stack // the end of a leaf
}

// find follows names down to the first element of that path; an empty element
// when there is none.
func (e *element) find(path ...string) *element {
	for _, name := range path {
		next := &element{}
		for _, c := range e.children {
			if c.name == name {
				next = c
				break
			}
		}
		e = next
	}
	return e
}

// all lists the children of a name.
func (e *element) all(name string) []*element {
	var out []*element
	for _, c := range e.children {
		if c.name == name {
			out = append(out, c)
		}
	}
	return out
}

func (e *element) has(name string) bool { return e.find(name).name != "" }
