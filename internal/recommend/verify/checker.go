package verify

// The bounds of a text: fewer letters explain nothing, and more runes are not
// the short text that was asked for.
const (
	minLetters = 8
	maxRunes   = 1500
	maxBytes   = 4 * maxRunes
)

// Config is what a Checker needs to know of one request.
type Config struct {
	Language string   // primary tag; one without a lexicon is checked as English
	Known    []string // tickers and names in the input: none may stand in a text
	Canary   string   // the prompt's secret word
	Prompt   string   // must not be repeated
}

// Checker checks the texts of one answer. It may be used by several goroutines.
type Checker struct {
	lex    *lexicon
	known  *matcher
	canary []string
	echo   map[uint64]bool
}

// New prepares the checks of one request.
func New(c Config) *Checker {
	return &Checker{
		lex:    lexiconOf(c.Language),
		known:  knownNames(c.Known),
		canary: canaryForms(c.Canary),
		echo:   echoes(c.Prompt),
	}
}

// Text checks a model's raw text. allowed tells which placeholders it may use,
// such as F3 or H1, without braces. The result is nil if the text is clean, and
// otherwise every reason against it, each once.
func (c *Checker) Text(text string, allowed func(placeholder string) bool) []Reason {
	return c.Item(text, "", allowed)
}

// Item is Text for the explanation of an action of a kind, such as
// reduce_concentration. It also refuses words that contradict the direction of
// that kind, such as "buy more of {H1}".
func (c *Checker) Item(text, kind string, allowed func(placeholder string) bool) []Reason {
	var f found
	if len(text) > maxBytes {
		return []Reason{Long}
	}
	s := scan(text, c.lex.cjk, &f)
	s.checkPlaceholders(allowed, &f)
	s.checkLength(&f)
	s.checkWordShapes(c.lex, &f)
	c.checkPhrases(s, kind, &f)
	c.checkLanguage(s, &f)
	c.checkCanary(s, &f)
	c.checkEcho(s, &f)
	return f.list
}
