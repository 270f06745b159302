package emulator

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"sync"
)

//go:embed phrases/*.json
var phraseFiles embed.FS

// phrasebook is what the writer can say in one language. Sentences hold {F}
// for a fact, which is rendered as a noun phrase, and {H} for a holding.
type phrasebook struct {
	Language        string              `json:"language"` // in English, as a task names it
	Hello           []string            `json:"hello"`
	Open            []string            `json:"open"`
	Worth           string              `json:"worth"` // {T} is the total value, {L} the level
	Notable         []string            `json:"notable"`
	Evidence        []string            `json:"evidence"`
	EvidenceHolding []string            `json:"evidence_holding"`
	Why             map[string][]string `json:"why"` // by theme

	// How a question is understood: phrases parted by |, see without.
	Asks     map[string]string `json:"asks"`     // by the name of a topic
	Subjects map[string]string `json:"subjects"` // by the word of a prompt
	Beyond   string            `json:"beyond"`   // times of which no portfolio tells

	Reply []string `json:"reply"`
	Joint string   `json:"joint"` // between facts
}

// phrasebooks holds the languages by their English names.
var phrasebooks = sync.OnceValue(loadPhrasebooks)

const defaultLanguage = "English"

func loadPhrasebooks() map[string]*phrasebook {
	entries, err := phraseFiles.ReadDir("phrases")
	if err != nil { // embedded
		panic(err)
	}
	books := map[string]*phrasebook{}
	for _, e := range entries {
		data, err := phraseFiles.ReadFile(path.Join("phrases", e.Name()))
		if err != nil {
			panic(err)
		}
		var b phrasebook
		if err := json.Unmarshal(data, &b); err != nil {
			panic(fmt.Sprintf("phrases/%s: %v", e.Name(), err))
		}
		books[b.Language] = &b
	}
	return books
}

// themes finds what an action is about from the words of its kind; the first
// that fits counts.
var themes = []struct {
	theme string
	words []string
}{
	{"concentration", []string{"concentrat", "issuer", "trim"}},
	{"reserve", []string{"emergency", "reserve", "liquidity", "raise_cash"}},
	{"debt", []string{"debt", "liabilit", "loan"}},
	{"tax", []string{"tax", "harvest", "loss"}},
	{"cost", []string{"fee", "cost", "expens"}},
	{"cash", []string{"cash"}},
	{"exposure", []string{"sector", "region", "currency", "divers", "home_bias", "emerging"}},
	{"rebalance", []string{"rebalanc", "drift", "allocat", "target"}},
}

const themeOther = "other"

func themeOf(kind string) string {
	for _, t := range themes {
		for _, w := range t.words {
			if strings.Contains(kind, w) {
				return t.theme
			}
		}
	}
	return themeOther
}
