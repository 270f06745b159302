package wording

import (
	"bytes"
	"embed"
	"fmt"
	"maps"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed messages/*.yaml
var files embed.FS

// messages are templates by code, or by code and form: unrealised_gain.under.
type messages map[string]string

// catalogue is everything that is particular to one language.
type catalogue struct {
	Number       numberForm      `yaml:"number"`
	Articles     articles        `yaml:"articles,omitempty"`
	Contractions contractions    `yaml:"contractions,omitempty"`
	Elisions     elisions        `yaml:"elisions,omitempty"`
	Date         string          `yaml:"date"` // a layout of package time
	Units        map[string]unit `yaml:"units"`
	Joints       joints          `yaml:"joints"`
	Labels       messages        `yaml:"labels"`
	Patterns     messages        `yaml:"patterns"`
	Facts        messages        `yaml:"facts"`
	Told         told            `yaml:"told"`
	Findings     messages        `yaml:"findings"`
	Titles       messages        `yaml:"titles"`
	Reasons      messages        `yaml:"reasons"`
	Tradeoffs    messages        `yaml:"tradeoffs"`
	Limits       messages        `yaml:"limits"`
	Caveats      messages        `yaml:"caveats"`
	Disclosures  messages        `yaml:"disclosures"`
	Degraded     messages        `yaml:"degraded"`
	Questions    messages        `yaml:"questions"`
}

// joints stand between the parts of a list; Japanese needs no space between
// sentences.
type joints struct {
	Sentences string `yaml:"sentences"`
	Trades    string `yaml:"trades"`
	Items     string `yaml:"items"`
}

// unit is the noun that follows a number, with the space before it. Languages without
// plurals have the same word twice.
type unit struct {
	One   string `yaml:"one"`
	Other string `yaml:"other"`
}

// catalogues read each language when it is first spoken.
var catalogues = func() map[string]func() *catalogue {
	all := make(map[string]func() *catalogue)
	for _, lang := range Languages() {
		all[lang] = sync.OnceValue(func() *catalogue { return mustLoad(lang) })
	}
	return all
}()

// mustLoad reads a language's catalogue. A broken one is a broken build: a test
// reads all of them and compares their messages.
func mustLoad(lang string) *catalogue {
	data, err := files.ReadFile("messages/" + lang + ".yaml")
	if err != nil {
		panic(err)
	}
	c, err := parseCatalogue(data)
	if err != nil {
		panic(fmt.Errorf("catalogue %s: %w", lang, err))
	}
	return c
}

// catalogueOf is that of a language, or English.
func catalogueOf(lang string) *catalogue {
	load := catalogues[lang]
	if load == nil {
		load = catalogues[fallback]
	}
	return load()
}

// parseCatalogue reads one catalogue; unknown sections and repeated keys are
// errors.
func parseCatalogue(data []byte) (*catalogue, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	c := new(catalogue)
	if err := dec.Decode(c); err != nil {
		return nil, err
	}
	return c, c.Told.compile(c.Labels)
}

func (c *catalogue) sections() map[string]messages {
	return map[string]messages{
		"labels": c.Labels, "patterns": c.Patterns, "facts": c.Facts, "findings": c.Findings, "titles": c.Titles,
		"reasons": c.Reasons, "tradeoffs": c.Tradeoffs, "limits": c.Limits, "caveats": c.Caveats,
		"disclosures": c.Disclosures, "degraded": c.Degraded, "questions": c.Questions,
	}
}

// matches reports the first message that is missing, empty, unknown to the
// reference, or that has other slots than the reference's.
func (c *catalogue) matches(reference *catalogue) error {
	theirs := reference.sections()
	for section, mine := range c.sections() {
		if err := mine.match(theirs[section]); err != nil {
			return fmt.Errorf("%s: %w", section, err)
		}
	}
	for name := range reference.Units {
		if u := c.Units[name]; u.One == "" || u.Other == "" {
			return fmt.Errorf("units: no %s", name)
		}
	}
	if c.Date == "" || c.Number.Decimal == "" {
		return fmt.Errorf("no forms of numbers and dates")
	}
	return nil
}

func (m messages) match(reference messages) error {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if _, known := reference[key]; !known {
			return fmt.Errorf("unknown key %s", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(reference)) {
		if m[key] == "" {
			return fmt.Errorf("no message for %s", key)
		}
		got, err := slotsOf(m[key])
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		want, err := slotsOf(reference[key])
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if !slices.Equal(got, want) {
			return fmt.Errorf("%s has slots %v, want %v", key, got, want)
		}
	}
	return nil
}
