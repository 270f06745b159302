package verify

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestNothingTwice wants each entry of a section to find what no other one does,
// and so each of its alternatives.
func TestNothingTwice(t *testing.T) {
	for _, l := range languages {
		if l == japanese {
			continue
		}
		sections := parseLexicon(readData(l + ".txt"))
		for _, name := range slices.Sorted(maps.Keys(sections)) {
			if slices.Contains([]string{sectionStop, sectionProper, sectionHomonyms}, name) {
				continue // words with their accents
			}
			var ps []phrase
			for _, entry := range sections[name] {
				ps = append(ps, parsePhrase(entry))
			}
			for i := range ps {
				for _, w := range repeated(ps, i, name == sectionAllowed) {
					t.Errorf("data/%s.txt: [%s] %q: another entry finds %q", l, name, sections[name][i], w.text)
				}
			}
		}
	}
}

// TestNoNameTwice does the same for the lists of names.
func TestNoNameTwice(t *testing.T) {
	for _, file := range []string{"names.txt", "common.txt"} {
		for section, names := range parseLexicon(readData(file)) {
			seen := map[string]bool{}
			for _, name := range names {
				if key := fold(strings.ToLower(name)); seen[key] {
					t.Errorf("data/%s: [%s] %q stands twice", file, section, name)
				} else {
					seen[key] = true
				}
			}
		}
	}
}

// TestGapsAreWithin wants words on both sides of a gap, which finds nothing else.
func TestGapsAreWithin(t *testing.T) {
	for _, l := range languages {
		for name, entries := range parseLexicon(readData(l + ".txt")) {
			for _, e := range entries {
				if strings.HasPrefix(e, "..") || strings.HasSuffix(e, "..") {
					t.Errorf("data/%s.txt: [%s] %q: a gap at its end", l, name, e)
				}
			}
		}
	}
}

// repeated are the alternatives of ps[i] without which what they find is found
// all the same. What is allowed must be as long, since it excuses all it covers.
func repeated(ps []phrase, i int, whole bool) []wordPattern {
	var out []wordPattern
	for k, e := range ps[i].elements {
		for n, w := range e.words {
			only := slices.Clone(ps[i].elements)
			only[k] = element{words: []wordPattern{w}}
			if (element{words: slices.Delete(slices.Clone(e.words), n, n+1)}).has(w) || foundByAnother(ps, i, only, whole) {
				out = append(out, w)
			}
		}
	}
	return out
}

func foundByAnother(ps []phrase, i int, es []element, whole bool) bool {
	for j := range ps {
		if j != i && (!ps[i].firm || ps[j].firm) && (!whole || len(ps[j].elements) == len(es)) && foundBy(ps[j].elements, es) {
			return true
		}
	}
	return false
}

// foundBy reports whether the elements by match wherever es do.
func foundBy(by, es []element) bool {
	switch {
	case len(by) == 0:
		return true
	case by[0].gap && len(es) > 0 && es[0].gap && foundBy(by[1:], es[1:]):
		return true
	case by[0].gap:
		for n := 0; n <= maxGap && n <= len(es) && !slices.ContainsFunc(es[:n], func(e element) bool { return e.gap }); n++ {
			if foundBy(by[1:], es[n:]) {
				return true
			}
		}
		return false
	case len(es) == 0 || es[0].gap:
		return false
	}
	return !slices.ContainsFunc(es[0].words, func(w wordPattern) bool { return !by[0].has(w) }) && foundBy(by[1:], es[1:])
}

// has reports whether the element matches whatever a word of another does.
func (e element) has(w wordPattern) bool {
	return slices.ContainsFunc(e.words, func(own wordPattern) bool { return own.covers(w) })
}

func (w wordPattern) covers(other wordPattern) bool {
	text := fold(other.text)
	switch {
	case w.accented || strings.HasPrefix(w.text, "{") || strings.HasPrefix(text, "{"):
		return w == other
	case w.prefix && w.suffix:
		return strings.Contains(text, w.text)
	case w.prefix:
		return !other.suffix && strings.HasPrefix(text, w.text)
	case w.suffix:
		return !other.prefix && strings.HasSuffix(text, w.text)
	}
	return !other.prefix && !other.suffix && text == w.text
}
