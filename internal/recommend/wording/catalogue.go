package wording

import (
	"embed"
	"fmt"
	"sync"

	"go.yaml.in/yaml/v4"
)

//go:embed catalogue/*.yaml
var catalogueFiles embed.FS

// section is a group of messages by code.
type section map[string]entry

// catalogue is everything that can be said in one language.
type catalogue struct {
	Name    string      `yaml:"name"` // of the language, in English
	Numbers numberStyle `yaml:"numbers"`
	Date    template    `yaml:"date"`   // with {day}, {month} and {year}
	Months  []string    `yaml:"months"` // January first
	List    listStyle   `yaml:"list"`
	Join    string      `yaml:"join"` // between sentences
	// Units write a number {n} with its noun, by CLDR plural category.
	Units map[string]map[string]template `yaml:"units"`
	// Terms name the words of closed vocabularies, such as asset classes.
	Terms       map[string]map[string]string `yaml:"terms"`
	Relations   section                      `yaml:"relations"`
	Facts       section                      `yaml:"facts"`
	Findings    section                      `yaml:"findings"`
	Titles      section                      `yaml:"titles"`
	Reasons     section                      `yaml:"reasons"`
	Tradeoffs   section                      `yaml:"tradeoffs"`
	Steps       section                      `yaml:"steps"`
	Effects     section                      `yaml:"effects"`
	Limits      section                      `yaml:"limits"`
	Caveats     section                      `yaml:"caveats"`
	Degraded    section                      `yaml:"degraded"`
	Summary     section                      `yaml:"summary"`
	Disclosures section                      `yaml:"disclosures"`
}

// listStyle joins the members of a list.
type listStyle struct {
	Separator string `yaml:"separator"`
	Last      string `yaml:"last"` // before the last member
}

// loaders read each catalogue once, when it is first needed. An embedded
// catalogue that cannot be read is a fault of the build, which the tests find.
var loaders = func() map[string]func() *catalogue {
	byLanguage := make(map[string]func() *catalogue, len(languages))
	for _, lang := range languages {
		byLanguage[lang] = sync.OnceValue(func() *catalogue {
			c, err := loadCatalogue(lang)
			if err != nil {
				panic(err)
			}
			return c
		})
	}
	return byLanguage
}()

// catalogueOf gives the catalogue of a language, or of the fallback.
func catalogueOf(lang string) *catalogue {
	load, ok := loaders[lang]
	if !ok {
		load = loaders[fallbackLanguage]
	}
	return load()
}

// loadCatalogue decodes strictly: an unknown section, a duplicate code or a
// malformed template is an error.
func loadCatalogue(lang string) (*catalogue, error) {
	data, err := catalogueFiles.ReadFile("catalogue/" + lang + ".yaml")
	if err != nil {
		return nil, err
	}
	var c catalogue
	if err := yaml.Load(data, &c, yaml.WithKnownFields(), yaml.WithUniqueKeys()); err != nil {
		return nil, fmt.Errorf("catalogue %s: %w", lang, err)
	}
	return &c, nil
}
