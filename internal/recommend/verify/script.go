package verify

import (
	"regexp"
	"slices"
	"strings"
)

// scriptLexicon is a word list for Japanese. It looks for expressions anywhere,
// and for negations between an expression and the end of its clause, which is
// where a Japanese verb has them.
type scriptLexicon struct {
	allowed *regexp.Regexp
	denial  *regexp.Regexp
	rules   map[Reason]scriptRule
}

type scriptRule struct {
	plain *regexp.Regexp // nil if there is none
	firm  *regexp.Regexp // not excused by a negation
}

func newScriptLexicon(entries map[string][]string) *scriptLexicon {
	lx := &scriptLexicon{
		allowed: anyOf(entries[sectionAllowed]),
		denial:  anyOf(entries[sectionFar]),
		rules:   map[Reason]scriptRule{},
	}
	for _, r := range reasons {
		var plain, firm []string
		for _, e := range entries[string(r)] {
			if rest, ok := strings.CutPrefix(e, "!"); ok {
				firm = append(firm, rest)
			} else {
				plain = append(plain, e)
			}
		}
		lx.rules[r] = scriptRule{plain: anyOf(plain), firm: anyOf(firm)}
	}
	return lx
}

func anyOf(list []string) *regexp.Regexp {
	if len(list) == 0 {
		return nil
	}
	return regexp.MustCompile("(?:" + strings.Join(list, "|") + ")")
}

func (lx *scriptLexicon) check(text string, f findings) {
	text = lx.allowed.ReplaceAllString(text, string(blank))
	for r, rule := range lx.rules {
		f.addIf(rule.firm != nil && rule.firm.MatchString(text), r)
		f.addIf(rule.plain != nil && lx.asserts(rule.plain, text, r), r)
	}
}

// asserts reports a match of re that its clause does not deny.
func (lx *scriptLexicon) asserts(re *regexp.Regexp, text string, r Reason) bool {
	if !slices.Contains(deniable, r) {
		return re.MatchString(text)
	}
	for _, m := range re.FindAllStringIndex(text, -1) {
		rest := text[m[1]:]
		if end := strings.IndexAny(rest, "。、,.!?！？「」"); end >= 0 {
			rest = rest[:end]
		}
		if !lx.denial.MatchString(rest) {
			return true
		}
	}
	return false
}
