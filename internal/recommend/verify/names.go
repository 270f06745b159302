package verify

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// abbreviations are all-caps words that are no tickers in an explanation.
var abbreviations = map[string]bool{
	"ETF": true, "ETFS": true, "REIT": true, "ESG": true, "US": true, "USA": true, "UK": true, "EU": true, "UE": true,
	"EE": true, "UU": true, "VS": true, "EUA": true, "OGAW": true, "UCITS": true, "TER": true, "IT": true,
}

// wellKnown holds names of companies, fund houses, indices and coins.
var wellKnown = sync.OnceValue(func() (n nameSet) {
	for _, list := range parseLexicon(readData("names.txt")) {
		for _, name := range list {
			n.add(name)
		}
	}
	return n
})

// knownNames are the tickers and names of the input.
type knownNames struct {
	tickers map[string]bool // as written
	lower   map[string]bool // those that are no word of any language, in lower case
	names   nameSet
}

func newKnownNames(list []string) knownNames {
	k := knownNames{tickers: map[string]bool{}, lower: map[string]bool{}}
	for _, s := range list {
		s = norm.NFKC.String(strings.TrimSpace(s))
		if s == "" {
			continue
		}
		if strings.ToUpper(s) == s && !strings.Contains(s, " ") {
			k.tickers[s] = true
			if l := strings.ToLower(s); len(l) >= minLower && !ordinaryWords()[l] {
				k.lower[l] = true
			}
		}
		k.names.addKnown(s)
	}
	return k
}

// minLower is the length from which a ticker is known without its capitals:
// shorter ones are syllables.
const minLower = 3

func (c *Checker) checkNames(p *prepared, f findings) {
	for _, t := range p.tokens {
		f.addIf(c.known.tickers[t.raw] || c.known.lower[t.lower] || tickerLike(t.raw), ReasonTicker)
	}
	for s := range c.known.tickers { // such as BRK.B, which is several words
		f.addIf(strings.ContainsAny(s, ".-/:") && strings.Contains(strings.ToUpper(p.text), s), ReasonTicker)
	}
	f.addIf(wellKnown().in(p) || c.known.names.in(p) || c.lexicons[0].strangeName(p.tokens), ReasonName)
}

// strangeName reports a capital inside a clause where the language writes
// nouns small: only names have one there, and a model was told none. Places and
// measures named after people are listed.
func (lx *lexicon) strangeName(tokens []token) bool {
	if lx.proper == nil {
		return false
	}
	for i := 1; i < len(tokens); i++ {
		t := &tokens[i]
		first, _ := utf8.DecodeRuneInString(t.raw)
		if unicode.IsUpper(first) && t.clause == tokens[i-1].clause && t.raw != strings.ToUpper(t.raw) &&
			!lx.proper[t.fold] && !abbreviations[strings.ToUpper(t.raw)] {
			return true
		}
	}
	return false
}

// tickerLike reports two or more capital Latin letters that are no common
// abbreviation: a ticker, or a word that is shouted.
func tickerLike(s string) bool {
	if len(s) < 2 || abbreviations[s] {
		return false
	}
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}

// nameSet finds names of one or more words, by their first word.
type nameSet struct {
	byFirst map[string][]name
	script  []string // names without Latin letters, found anywhere
}

type name struct {
	words  []string
	proper bool // written with a capital, which tells it from a common word
}

// add takes a name. One with a capital that is also an ordinary word must be
// written with its capital, so that Target is found and a target is not.
func (n *nameSet) add(s string) {
	if r := []rune(s)[0]; !unicode.Is(unicode.Latin, r) && !unicode.IsDigit(r) {
		n.script = append(n.script, s)
		return
	}
	var words []string
	for _, t := range tokenize(s) {
		words = append(words, t.fold)
	}
	if len(words) == 0 {
		return
	}
	if n.byFirst == nil {
		n.byFirst = map[string][]name{}
	}
	proper := len(words) == 1 && ordinaryWords()[words[0]] && unicode.IsUpper([]rune(s)[0])
	n.byFirst[words[0]] = append(n.byFirst[words[0]], name{words: words, proper: proper})
}

// legalForms are left out of a name: a text speaks of Apple, not Apple Inc.
var legalForms = []string{"inc", "incorporated", "corp", "corporation", "co", "company", "ltd", "limited", "plc",
	"llc", "lp", "ag", "se", "sa", "spa", "nv", "bv", "gmbh", "kgaa", "asa", "ab", "oyj", "the", "class", "group", "holdings"}

// addKnown takes a name of the input, without its legal form, unless nothing
// but common words is left: a holding called "Cash" must not forbid the word.
func (n *nameSet) addKnown(s string) {
	var words []string
	common := true
	for _, t := range tokenize(s) {
		if t.fold == "" || slices.Contains(legalForms, t.fold) || len(words) > 0 && len(t.raw) == 1 {
			continue
		}
		words = append(words, t.raw)
		common = common && commonWords()[t.fold]
	}
	if len(words) == 0 || common || len(words) == 1 && len([]rune(words[0])) < 3 {
		return
	}
	n.add(strings.Join(words, " "))
}

// commonWords are words of any report, which by themselves name nothing.
var commonWords = sync.OnceValue(func() map[string]bool {
	return foldedSet(parseLexicon(readData("common.txt"))["name"])
})

// ordinaryWords are words that a text may use although they are also tickers or
// names: those of any report, the commonest of every language, and a list.
var ordinaryWords = sync.OnceValue(func() map[string]bool {
	lists := parseLexicon(readData("common.txt"))
	all := slices.Concat(lists["name"], lists["ordinary"])
	for _, l := range languages {
		all = slices.AppendSeq(all, maps.Keys(lexicons()[l].stop))
	}
	return foldedSet(all)
})

func foldedSet(list []string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, w := range list {
		m[fold(strings.ToLower(w))] = true
	}
	return m
}

func (n nameSet) in(p *prepared) bool {
	for _, s := range n.script {
		if strings.Contains(p.text, s) {
			return true
		}
	}
	for i := range p.tokens {
		for _, nm := range n.byFirst[p.tokens[i].fold] {
			if nm.matchAt(p.tokens[i:]) {
				return true
			}
		}
	}
	return false
}

func (nm name) matchAt(tokens []token) bool {
	if len(tokens) < len(nm.words) {
		return false
	}
	for i, w := range nm.words {
		if tokens[i].fold != w {
			return false
		}
	}
	return !nm.proper || unicode.IsUpper([]rune(tokens[0].raw)[0])
}
