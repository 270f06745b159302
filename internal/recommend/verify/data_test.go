package verify

import (
	"path"
	"slices"
	"strings"
	"testing"
)

// TestNoSectionTwice keeps what is said of a kind of words in one place.
func TestNoSectionTwice(t *testing.T) {
	for _, l := range languages {
		for _, folder := range []string{"", "words", "claims"} {
			seen := map[string]bool{}
			for line := range strings.Lines(readData(path.Join(folder, l+".txt"))) {
				if line = strings.TrimSpace(line); !strings.HasPrefix(line, "[") {
					continue
				}
				if seen[line] {
					t.Errorf("data/%s: section %s stands twice", path.Join(folder, l+".txt"), line)
				}
				seen[line] = true
			}
		}
	}
}

// TestNeutralWordsClaimNothing wants a word either to be neutral or to be
// claimed, and to be claimed as one thing.
func TestNeutralWordsClaimNothing(t *testing.T) {
	for _, l := range languages {
		sections := parseLexicon(readData(path.Join("claims", l+".txt")))
		first := map[string]string{}
		for entry := range strings.FieldsSeq(strings.Join(parseLexicon(readData(path.Join("words", l+".txt")))[sectionNeutral], " ")) {
			first[entry] = sectionNeutral
		}
		for name, entries := range sections {
			tag, _, _ := strings.Cut(name, groupMark)
			if slices.Contains(untagged, name) || slices.Contains(wholeTags, tag) {
				continue
			}
			for entry := range strings.FieldsSeq(strings.Join(entries, " ")) {
				if other := first[entry]; other != "" && other != name {
					t.Errorf("data of %s: %q is %q and %q", l, entry, other, name)
				}
				first[entry] = name
			}
		}
	}
}
