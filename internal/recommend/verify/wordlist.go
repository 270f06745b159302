package verify

import (
	"embed"
	"fmt"
	"path"
	"strings"
)

//go:embed data/*.txt data/words/*.txt data/claims/*.txt data/statements/*.txt
var dataFiles embed.FS

func readData(name string) string {
	data, err := dataFiles.ReadFile(path.Join("data", name))
	if err != nil { // embedded
		panic(err)
	}
	return string(data)
}

// parseLexicon reads a word list: sections headed by [reason] or one of the
// section names, entries separated by a comma and a blank or by line ends, and
// comments from # to the end of the line. Entries are phrases, see parsePhrase, or in
// Japanese regular expressions. A line "@are = is|looks" names alternatives, for
// which @are stands in the lines after it, alone or among others: "@are|was". A
// name that is unknown, given twice or never used is a fault of the program.
func parseLexicon(data string) map[string][]string {
	sections, current, named := map[string][]string{}, "", aliases{}
	for line := range strings.Lines(data) {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			current = strings.Trim(line, "[]")
			continue
		}
		if named.define(line) {
			continue
		}
		for entry := range strings.SplitSeq(line, ", ") {
			if entry = strings.Trim(entry, ", "); entry != "" {
				sections[current] = append(sections[current], named.expand(entry))
			}
		}
	}
	named.mustBeUsed()
	return sections
}

// aliases are the named alternatives of a word list.
type aliases map[string]*alias

type alias struct {
	words string
	used  bool
}

// define reports whether a line gives alternatives a name, and notes them.
func (a aliases) define(line string) bool {
	name, words, ok := strings.Cut(line, " = ")
	if !ok || !strings.HasPrefix(name, "@") {
		return false
	}
	if a[name] != nil {
		panic(fmt.Sprintf("verify: word list: %s is named twice", name))
	}
	a[name] = &alias{words: a.expand(words)}
	return true
}

// expand writes the alternatives of an entry out.
func (a aliases) expand(entry string) string {
	for {
		start := strings.IndexByte(entry, '@')
		if start < 0 {
			return entry
		}
		name, _, _ := strings.Cut(entry[start:], " ")
		name, _, _ = strings.Cut(name, "|")
		named := a[name]
		if named == nil {
			panic(fmt.Sprintf("verify: word list: %q: nothing is named %s", entry, name))
		}
		named.used = true
		entry = entry[:start] + named.words + entry[start+len(name):]
	}
}

func (a aliases) mustBeUsed() {
	for name, named := range a {
		if !named.used {
			panic(fmt.Sprintf("verify: word list: %s is never used", name))
		}
	}
}
