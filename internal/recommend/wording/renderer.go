package wording

import (
	"cmp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ballast.internal/ballast/internal/analysis"
)

// adviser is the audience that is told about its client instead of itself.
const adviser = "adviser"

// Config is what a Renderer speaks of and to whom.
type Config struct {
	Language string // a primary tag; English stands in for unknown ones
	Audience string // client or adviser
	Result   *analysis.Result
	Holdings map[string]string // from H1, H2, … to what the caller calls them
	// Descriptive tells that no action was asked for.
	Descriptive bool
}

// Renderer writes about one analysis in one language. It is safe for
// concurrent use as long as nobody changes the result.
type Renderer struct {
	*catalogue
	audience    string
	result      *analysis.Result
	holdings    map[string]string
	descriptive bool
}

// New prepares a Renderer. A nil Result is one without facts.
func New(c Config) *Renderer {
	r := &Renderer{
		catalogue: catalogueOf(c.Language), audience: c.Audience, result: c.Result, holdings: c.Holdings, descriptive: c.Descriptive,
	}
	if r.result == nil {
		r.result = &analysis.Result{}
	}
	return r
}

// Annotate fills in the Text of every fact and finding of res.
func (r *Renderer) Annotate(res *analysis.Result) {
	for i := range res.Facts {
		res.Facts[i].Text = r.factText(&res.Facts[i])
	}
	for i := range res.Findings {
		res.Findings[i].Text = r.findingText(&res.Findings[i], res)
	}
}

// forReader prefers the message for the adviser where there is one.
func (r *Renderer) forReader(m messages, key string) string {
	if r.audience == adviser {
		if text := m[key+".adviser"]; text != "" {
			return text
		}
	}
	return m[key]
}

// label is the word for a subject of a closed vocabulary, or the caller's own.
func (r *Renderer) label(kind, subject string) string {
	return cmp.Or(r.Labels[kind+"."+subject], subject)
}

// day writes a date of the form 2006-01-02.
func (r *Renderer) day(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return t.Format(r.Date)
}

// Join writes the sentences that are not empty one after the other, as the language does.
func (r *Renderer) Join(list ...string) string {
	var some []string
	for _, s := range list {
		if s != "" {
			some = append(some, s)
		}
	}
	return strings.Join(some, r.Joints.Sentences)
}

// Capitalised is a text that begins with a capital.
func Capitalised(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
