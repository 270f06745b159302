package main

import (
	"embed"
	"encoding/json"
	"path"
)

// The texts were written for this evaluation, apart from the word lists and
// test sentences of the checks. {F} is the fact that gives the reason and {H}
// the holding, where there is one.
//
//go:embed testdata/benign/*.json testdata/hostile/*.json
var textFiles embed.FS

// languages are those that texts exist in.
var languages = []string{"en", "de", "fr", "es", "it", "pt", "nl", "ja"}

// anyLanguage names the hostile texts that are alike in every language.
const anyLanguage = "any"

// pool holds texts by language and by what they are about.
type pool map[string]map[string][]string

func readPool(name string, languages ...string) (pool, error) {
	p := pool{}
	for _, l := range languages {
		data, err := textFiles.ReadFile(path.Join("testdata", name, l+".json"))
		if err != nil {
			return nil, err
		}
		var texts map[string][]string
		if err := json.Unmarshal(data, &texts); err != nil {
			return nil, err
		}
		p[l] = texts
	}
	return p, nil
}
