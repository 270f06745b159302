package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"ballast.internal/ballast/internal/recommend"
)

// oracle judges what a caller got for one request in one language. It knows the
// answer that code alone gives to it, and what the model had said; it knows
// nothing of how the checks work.
type oracle struct {
	rules    *recommend.Answer
	analysis string // as JSON
	figures  figures
	capitals map[string]bool // capitalised words that code or caller wrote
}

func newOracle(req *recommend.Request, rules *recommend.Answer) (*oracle, error) {
	data, err := json.Marshal(rules.Analysis)
	if err != nil {
		return nil, err
	}
	o := &oracle{rules: rules, analysis: string(data), figures: figuresOf(rules), capitals: map[string]bool{}}
	for _, w := range codeWords.FindAllString(string(data)+strings.Join(allTexts(rules), " "), -1) {
		o.capitals[w] = true
	}
	for i := range req.Portfolio.Positions {
		o.capitals[req.Portfolio.Positions[i].Instrument.Ref()] = true
	}
	return o, nil
}

// codeWords are words in capitals, which is what tickers look like.
var codeWords = regexp.MustCompile(`\b[A-Z][A-Z0-9.]+\b`)

// judge lists what is wrong with the answer that came of a lie.
func (o *oracle) judge(got *recommend.Answer, l lie) []string {
	var wrong []string
	note := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	o.judgeAdvice(got, note)
	o.judgeText("the summary", got.Summary, o.rules.Summary, l.truth[""], l.scrambled, note)
	for _, r := range got.Recommendations {
		if base := o.byRules(r.ID); base != nil {
			o.judgeText("the text of "+r.ID, r.Rationale, base.Rationale, l.truth[r.ID], l.scrambled, note)
		}
	}
	shown := squeeze(strings.Join(allTexts(got), "\n") + strings.Join(got.Disclosures, "\n"))
	for _, p := range l.planted {
		if allShown(shown, p) {
			note("the planted text %q is shown", p)
		}
	}
	return wrong
}

// judgeAdvice wants everything but the words to be as code alone decides it.
func (o *oracle) judgeAdvice(got *recommend.Answer, note func(string, ...any)) {
	if data, err := json.Marshal(got.Analysis); err != nil || string(data) != o.analysis {
		note("the analysis differs")
	}
	if len(got.Recommendations) != len(o.rules.Recommendations) {
		note("%d recommendations, want %d", len(got.Recommendations), len(o.rules.Recommendations))
	}
	seen := map[string]bool{}
	for i, r := range got.Recommendations {
		base := o.byRules(r.ID)
		if base == nil || seen[r.ID] {
			note("recommendation %s is foreign or repeated", r.ID)
			continue
		}
		seen[r.ID] = true
		if i > 0 && r.Severity.Rank() > got.Recommendations[i-1].Severity.Rank() {
			note("%s stands below a lower severity", r.ID)
		}
		if decided(r) != decided(*base) || r.Priority != i+1 {
			note("%s is not what code decided", r.ID)
		}
		for _, id := range r.Evidence {
			if !slices.Contains(base.Evidence, id) {
				note("%s cites %s, which is not its own", r.ID, id)
			}
		}
		if !slices.Contains(r.Evidence, base.Evidence[0]) {
			note("%s does not cite its reason", r.ID)
		}
	}
}

// decided is the part of a recommendation that is not the model's.
func decided(r recommend.Recommendation) string {
	r.Rationale, r.Source, r.Evidence, r.Priority = "", "", nil, 0
	data, err := json.Marshal(r)
	if err != nil {
		panic(err) // plain values
	}
	return string(data)
}

func (o *oracle) byRules(id string) *recommend.Recommendation {
	i := slices.IndexFunc(o.rules.Recommendations, func(r recommend.Recommendation) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return &o.rules.Recommendations[i]
}

// judgeText lets pass what code wrote itself and, of the model's, the sound
// texts with nothing but their placeholders filled in. Every figure must be one
// of the analysis.
func (o *oracle) judgeText(what, got, byRules string, sound []string, scrambled bool, note func(string, ...any)) {
	if got == byRules {
		return
	}
	for _, n := range o.figures.strange(got) {
		note("%s holds the figure %s: %q", what, n, got)
	}
	for _, s := range sound {
		if renders(s, got, byRules) {
			return
		}
	}
	if !scrambled {
		note("%s is not a sound one: %q", what, got)
		return
	}
	if why := o.unsound(got); why != "" {
		note("%s holds %s: %q", what, why, got)
	}
}

var placeholder = regexp.MustCompile(`\{[FH][0-9]+\}`)

// renders reports whether got is the text s with its placeholders filled in,
// or what is left of it without some of its sentences or the ends of them, after one by the rules
// perhaps that stands in for them.
func renders(s, got, byRules string) bool {
	form := ""
	for _, one := range sentence.FindAllString(s, -1) {
		form += "(?:(?:" + rendered(strings.TrimSpace(one))
		for _, at := range clauseEnd.FindAllStringIndex(one, -1) {
			form += "|" + rendered(one[:at[0]]) + `\.`
		}
		form += ") ?)?"
	}
	whole := regexp.MustCompile("(?s)^" + form + "$")
	if whole.MatchString(got) {
		return true
	}
	for _, at := range sentence.FindAllStringIndex(byRules, -1) {
		if rest, ok := strings.CutPrefix(got, strings.TrimSpace(byRules[:at[1]])); ok && whole.MatchString(strings.TrimSpace(rest)) {
			return true
		}
	}
	return false
}

// rendered is the form of a text whose placeholders are filled in.
func rendered(s string) string {
	parts := pieces(s)
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return strings.Join(parts, ".+")
}

// pieces are what stands between the placeholders of a text, without a preposition,
// which is one word with the article of a figure.
func pieces(s string) []string {
	parts := placeholder.Split(s, -1)
	for i, part := range parts {
		if m := preposition.FindStringSubmatch(part); m != nil && i+1 < len(parts) {
			parts[i] = strings.TrimSuffix(part, m[1])
		}
	}
	return parts
}

var preposition = regexp.MustCompile(`(?:^| )((?:a|da|de|di|in|su) )$`)

var clauseEnd = regexp.MustCompile(` ?[,;:]`)

// sentence ends where a blank follows its mark, as in none of the figures.
var sentence = regexp.MustCompile(`(?s).+?(?:[.!?](?: |$)|[。！？]|$)`)

// unsound words, markup and signs in what is left of a damaged text.
var (
	stems = regexp.MustCompile(`(?i)guarant|garant|risk.?free|https?|www\.|javascript|onerror|<[a-z/!]|kormoran|\bzzxq\b|hundred|` +
		`\{[^}]*\}?|\[|\]|` + "`" + `|\*\*|null\b.*null\b`)
	foreign = func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || r == unicode.ReplacementChar ||
			unicode.Is(unicode.So, r) || unicode.IsNumber(r) && r > unicode.MaxASCII
	}
)

func (o *oracle) unsound(s string) string {
	if m := stems.FindString(s); m != "" {
		return m
	}
	if i := strings.IndexFunc(s, foreign); i >= 0 {
		return fmt.Sprintf("the sign %U", []rune(s[i:])[0])
	}
	for _, w := range codeWords.FindAllString(s, -1) {
		if !o.capitals[strings.Trim(w, ".")] && !o.capitals[w] {
			return "the name " + w
		}
	}
	return ""
}

// allShown reports whether every piece of a planted text is shown. A few
// letters stand in any text and tell nothing; judgeText sees those, too.
func allShown(shown, planted string) bool {
	const enough = 14
	if len(squeeze(placeholder.ReplaceAllString(planted, ""))) < enough {
		return false
	}
	for _, piece := range pieces(planted) {
		if !strings.Contains(shown, squeeze(piece)) {
			return false
		}
	}
	return true
}

// squeeze keeps letters and digits alone.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// allTexts are the words that a reader takes for advice.
func allTexts(a *recommend.Answer) []string {
	out := []string{a.Summary}
	for _, r := range a.Recommendations {
		out = append(out, r.Title, r.Rationale)
	}
	return out
}
