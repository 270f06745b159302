package verify

import (
	"embed"
	"fmt"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

//go:embed lexicon/*.yaml
var lexiconFiles embed.FS

// languages are those that have a lexicon; the place of each is its bit in
// stopWords.
var languages = [...]string{"en", "de", "fr", "es", "it", "pt", "nl", "ja"}

// lexiconFile is a lexicon as it is written; see pattern for the phrases.
type lexiconFile struct {
	StopWords string `yaml:"stop_words"` // by which the language is recognised
	Capitals  string `yaml:"capitals"`   // words that are written in capitals
	Proper    string `yaml:"proper"`     // harmless words that begin with a capital
	// SmallNouns says that a capital inside a sentence begins a proper name.
	SmallNouns bool `yaml:"small_nouns"`
	// NegatesAfter is where a negation may follow what it denies: final, as the
	// last word of the clause, or within so many characters.
	NegatesAfter struct {
		Final  bool `yaml:"final"`
		Within int  `yaml:"within"`
	} `yaml:"negates_after"`
	Negations  []string            `yaml:"negations"`
	Stressing  []string            `yaml:"stressing"`
	Contrasts  []string            `yaml:"contrasts"`
	Harmless   []string            `yaml:"harmless"`
	Number     []string            `yaml:"number"`
	Quantity   []string            `yaml:"quantity"`
	Unit       []string            `yaml:"unit"`
	Promise    []string            `yaml:"promise"`
	Prediction []string            `yaml:"prediction"`
	Urgency    []string            `yaml:"urgency"`
	Role       []string            `yaml:"role"`
	Protection []string            `yaml:"protection"`
	Flattery   []string            `yaml:"flattery"`
	Order      []string            `yaml:"order"`
	Contrary   map[string][]string `yaml:"contrary"` // by kind of action
}

// lexicon is what is known of one language.
type lexicon struct {
	*matcher
	bit          uint8
	cjk          bool // written without blanks
	capitals     map[string]bool
	proper       map[string]bool
	smallNouns   bool
	negatesFinal bool
	negatesIn    int
}

// brandFile lists names that are refused in every language.
type brandFile struct {
	Brands []string `yaml:"brands"`
}

// loadAll reads every lexicon once. Embedded data that cannot be read is a
// fault of the build, which the tests find.
var loadAll = sync.OnceValue(func() *allLexica {
	all, err := readLexica()
	if err != nil {
		panic(err)
	}
	return all
})

type allLexica struct {
	byLanguage map[string]*lexicon
	stopWords  map[string]uint8 // the bits of the languages that have the word
}

// lexiconOf is the lexicon of a language, or the English one.
func lexiconOf(language string) *lexicon {
	all := loadAll()
	if l, ok := all.byLanguage[language]; ok {
		return l
	}
	return all.byLanguage["en"]
}

func readLexica() (*allLexica, error) {
	var common brandFile
	if err := readYAML("brands", &common); err != nil {
		return nil, err
	}
	all := &allLexica{byLanguage: make(map[string]*lexicon), stopWords: make(map[string]uint8)}
	for i, language := range languages {
		var file lexiconFile
		if err := readYAML(language, &file); err != nil {
			return nil, err
		}
		l, err := newLexicon(&file, common.Brands)
		if err != nil {
			return nil, fmt.Errorf("lexicon %s: %w", language, err)
		}
		l.bit, l.cjk = 1<<i, language == "ja"
		for _, w := range strings.Fields(file.StopWords) {
			all.stopWords[fold(w)] |= l.bit
		}
		all.byLanguage[language] = l
	}
	return all, nil
}

func readYAML(name string, into any) error {
	data, err := lexiconFiles.ReadFile("lexicon/" + name + ".yaml")
	if err != nil {
		return err
	}
	if err := yaml.Load(data, into, yaml.WithKnownFields(), yaml.WithUniqueKeys()); err != nil {
		return fmt.Errorf("lexicon %s: %w", name, err)
	}
	return nil
}

func newLexicon(file *lexiconFile, brands []string) (*lexicon, error) {
	l := &lexicon{
		matcher: newMatcher(), capitals: wordSet(file.Capitals), proper: wordSet(fold(file.Proper)),
		smallNouns: file.SmallNouns, negatesFinal: file.NegatesAfter.Final, negatesIn: file.NegatesAfter.Within,
	}
	for _, group := range []struct {
		phrases []string
		class   class
	}{
		{file.Negations, class{role: negates}}, {file.Stressing, class{role: stresses}},
		{file.Contrasts, class{role: contrast}}, {file.Harmless, class{role: excuses}},
		{file.Number, class{reason: NumberWord}}, {file.Quantity, class{reason: Quantity}},
		{file.Unit, class{reason: Unit}}, {brands, class{reason: Name}},
		{file.Promise, class{reason: Promise, role: denies}}, {file.Prediction, class{reason: Prediction, role: denies}},
		{file.Urgency, class{reason: Urgency, role: denies}}, {file.Role, class{reason: Role, role: denies}},
		{file.Protection, class{reason: Protection, role: denies}}, {file.Flattery, class{reason: Flattery}},
		{file.Order, class{reason: Order, role: denies}},
	} {
		if err := l.addAll(group.phrases, group.class); err != nil {
			return nil, err
		}
	}
	for kind, phrases := range file.Contrary {
		if err := l.addAll(phrases, class{reason: Contrary, role: denies, action: kind}); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (l *lexicon) addAll(phrases []string, c class) error {
	for _, text := range phrases {
		patterns, err := parsePattern(text, c)
		if err != nil {
			return err
		}
		for i := range patterns {
			l.add(&patterns[i])
		}
	}
	return nil
}

func wordSet(text string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}
