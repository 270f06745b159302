package wording

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/text/language"

	"ballast.internal/ballast/internal/analysis"
)

// Config is what a Renderer writes about and for whom.
type Config struct {
	Language string // one of Languages; any other is English
	Audience string // client or adviser; "" is client
	// Result is the analysis that facts, titles and the summary speak of.
	Result *analysis.Result
	// Holdings resolves the prompt's H1, H2, … to what the caller calls them.
	Holdings map[string]string
}

// Renderer writes about one analysis in one language. It is not safe for use
// by several goroutines while Annotate runs.
type Renderer struct {
	cat      *catalogue
	tag      language.Tag
	audience string
	res      *analysis.Result
	holdings map[string]string
	facts    map[string]*analysis.Fact
}

// New makes a Renderer. A nil Result is an empty one.
func New(c Config) *Renderer {
	r := &Renderer{
		cat: catalogueOf(c.Language), tag: language.Make(c.Language), audience: c.Audience,
		res: c.Result, holdings: c.Holdings,
	}
	if _, ok := loaders[c.Language]; !ok {
		r.tag = language.Make(fallbackLanguage)
	}
	if r.audience == "" {
		r.audience = "client"
	}
	if r.res == nil {
		r.res = &analysis.Result{}
	}
	r.facts = make(map[string]*analysis.Fact, len(r.res.Facts))
	for i := range r.res.Facts {
		r.facts[r.res.Facts[i].ID] = &r.res.Facts[i]
	}
	return r
}

// say renders the message of a code, or "" if the catalogue has none.
func (r *Renderer) say(s section, code string, with slots, variants ...string) string {
	return s[code].pick(r.audience, variants...).render(with)
}

// term names a word of a closed vocabulary; a word that is not in it, such as a
// sector of the caller's own, stands as it is.
func (r *Renderer) term(vocabulary, word string) string {
	if name, ok := r.cat.Terms[vocabulary][word]; ok {
		return name
	}
	return word
}

// unit writes a number with its noun in the right plural.
func (r *Renderer) unit(name string, d decimal.Decimal, places int32) string {
	canonical := rounded(d, places)
	forms := r.cat.Units[name]
	t, ok := forms[category(r.tag, canonical)]
	if !ok {
		t = forms["other"]
	}
	return t.render(slots{"n": r.cat.Numbers.number(canonical)})
}

// date writes a day such as 2026-11-20 out; what is no such day stands as it is.
func (r *Renderer) date(iso string) string {
	day, err := time.Parse(time.DateOnly, iso)
	if err != nil || len(r.cat.Months) != 12 {
		return iso
	}
	return r.cat.Date.render(slots{
		"day": day.Format("2"), "month": r.cat.Months[day.Month()-1], "year": day.Format("2006"),
	})
}

// list joins members as in "a, b and c".
func (r *Renderer) list(members []string) string {
	if len(members) < 2 {
		return strings.Join(members, "")
	}
	last := len(members) - 1
	return strings.Join(members[:last], r.cat.List.Separator) + r.cat.List.Last + members[last]
}

// sentences joins what is not empty.
func (r *Renderer) sentences(parts ...string) string {
	var said []string
	for _, p := range parts {
		if p != "" {
			said = append(said, p)
		}
	}
	return strings.Join(said, r.cat.Join)
}
