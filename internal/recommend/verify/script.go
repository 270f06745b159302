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
	only    *regexp.Regexp // holds a denial and denies nothing: "not only"
	subject *regexp.Regexp
	rules   map[string]scriptRule // by section
}

type scriptRule struct {
	plain *regexp.Regexp // nil if there is none
	firm  *regexp.Regexp // not excused by a negation
}

func newScriptLexicon(entries map[string][]string) *scriptLexicon {
	lx := &scriptLexicon{
		allowed: anyOf(entries[sectionAllowed]),
		denial:  anyOf(entries[sectionFar]),
		only:    anyOf(entries[sectionOnly]),
		subject: anyOf(entries[sectionSubject]),
		rules:   map[string]scriptRule{},
	}
	for section, list := range entries {
		if !slices.Contains(reasons, Reason(section)) && !strings.HasPrefix(section, sectionAgainst) {
			continue
		}
		var plain, firm []string
		for _, e := range list {
			if rest, ok := strings.CutPrefix(e, "!"); ok {
				firm = append(firm, rest)
			} else {
				plain = append(plain, e)
			}
		}
		lx.rules[section] = scriptRule{plain: anyOf(plain), firm: anyOf(firm)}
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
	for _, r := range reasons {
		f.addIf(lx.holds(lx.rules[string(r)], text, slices.Contains(deniable, r)), r)
	}
}

// holds reports whether a text, without what is always allowed, has an
// expression of the rule that is not denied, where that is possible.
func (lx *scriptLexicon) holds(rule scriptRule, text string, deny bool) bool {
	switch {
	case rule.firm != nil && rule.firm.MatchString(text):
		return true
	case rule.plain == nil:
		return false
	case deny:
		return lx.asserts(rule.plain, text)
	}
	return rule.plain.MatchString(text)
}

// asserts reports a match of re that its clause does not deny.
func (lx *scriptLexicon) asserts(re *regexp.Regexp, text string) bool {
	for _, m := range re.FindAllStringIndex(text, -1) {
		rest := text[m[1]:]
		if end := strings.IndexAny(rest, "。、,.!?！？「」"); end >= 0 {
			rest = rest[:end]
		}
		if !lx.denial.MatchString(lx.only.ReplaceAllString(rest, "")) {
			return true
		}
	}
	return false
}
