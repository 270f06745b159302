package verify

import (
	"strings"
	"unicode/utf8"
)

// maxRunes bounds a text, placeholders included. A rationale is one or two
// sentences; a text beyond it is rejected without being read any further.
const maxRunes = 600

// Config is what a Checker must know about the request.
type Config struct {
	// Language is a language tag of which the primary part counts. A language
	// without a word list is checked as English, but not for being English.
	Language string
	// Known holds tickers and names of the input. The model was told none.
	Known []string
	// Secrets are what must not be repeated; nil: nothing.
	Secrets *Secrets
}

// Checker screens texts that answer one request. It is immutable and safe for
// concurrent use.
type Checker struct {
	language string
	lexicons []*lexicon // the language's own first, then English
	words    *vocabulary
	claims   *claimList
	known    knownNames
	secrets  *Secrets
}

// New prepares a Checker. Word lists are shared, so that this is cheap.
func New(c Config) *Checker {
	language := primary(c.Language)
	if c.Secrets == nil {
		c.Secrets = &Secrets{}
	}
	return &Checker{language: language, lexicons: lexiconsFor(language), words: vocabularies()[language], claims: claimsFor(language), known: newKnownNames(c.Known), secrets: c.Secrets}
}

func primary(tag string) string {
	tag, _, _ = strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	return strings.ToLower(tag)
}

// Text returns why text must not be used, in the order of Reasons, or nil if
// nothing speaks against it. text is what the model wrote, with placeholders
// such as {F3}.
func (c *Checker) Text(text string, cite Citable) []Reason {
	return c.Directed(text, nil, cite)
}

// Directed is Text for words that must not speak against what code decided:
// a model that is told to trim {H1} and writes "buy more of it" has turned the
// advice round. sides name what was decided: a kind of action, such as
// reduce_concentration, and SideGain, SideLoss or SideSummary.
func (c *Checker) Directed(text string, sides []string, cite Citable) []Reason {
	return c.judge(text, newView(sides, cite))
}

// view is what a text may say.
type view struct {
	sides  []string
	ground *ground
	cite   Citable
}

func newView(sides []string, cite Citable) *view {
	return &view{sides: sides, ground: newGround(sides), cite: cite}
}

func (c *Checker) judge(text string, may *view) []Reason {
	if strings.TrimSpace(text) == "" {
		return []Reason{ReasonEmpty}
	}
	if utf8.RuneCountInString(text) > maxRunes {
		return []Reason{ReasonTooLong}
	}
	f := findings{}
	blanked, classes := checkPlaceholders(text, may.cite, f)
	p := prepare(blanked, classes)
	checkRunes(blanked, p.text, c.japanese(), f)
	checkForms(p.text, f)
	for _, lx := range c.lexicons {
		lx.check(p, c.lexicons[0], f)
	}
	c.lexicons[0].checkDirection(p, may.sides, f)
	if c.lexicons[0].language == c.language {
		c.lexicons[0].checkSubject(p, f)
		c.checkMeaning(p, may.ground, f)
	}
	c.checkNames(p, f)
	f.addIf(c.secrets.canary.in(text), ReasonCanary)
	f.addIf(c.secrets.echo.in(text), ReasonEcho)
	f.addIf(wrongLanguage(c.language, p), ReasonLanguage)
	return f.list()
}

// checkMeaning looks for words without a known meaning, and for claims that have
// no ground.
func (c *Checker) checkMeaning(p *prepared, g *ground, f findings) {
	c.words.classify(p.tokens)
	marks := c.claims.marks(p, c.words, g)
	f.addIf(c.words.strange(p), ReasonUnfamiliar)
	f.addIf(g != nil && (c.words.unaccounted(p) || unfounded(p, marks, g) || c.claims.strayOn(p.tokens, marks) || c.claims.led(p.tokens) || c.claims.done(p.tokens, marks)), ReasonClaim)
}

func (c *Checker) japanese() bool { return c.language == japanese }
