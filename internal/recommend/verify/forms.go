package verify

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var (
	isinForm   = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])[a-z]{2}[- ]?[a-z0-9]{9}[- ]?[0-9](?:$|[^a-z0-9])`)
	entityForm = regexp.MustCompile(`&(?:#?[A-Za-z0-9]+);`)
	listForm   = regexp.MustCompile(`^\s*[-–—]\s`)
	schemeForm = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://|\bwww\.|\b(?:mailto|javascript|data|tel):\S`)
	domainForm = regexp.MustCompile(`(?i)[\p{L}\p{N}-]+\.(?:com|net|org|info|biz|edu|gov|int|io|ai|co|app|dev|xyz|top|site|online|shop|finance|fund|money|bank|invest|me|tv|cc|ly|gl|us|uk|eu|de|fr|es|it|pt|br|nl|be|at|ch|jp|cn|ru|in|example|invalid|test|local)\b`)
	lowerForm  = regexp.MustCompile(`[a-z]{3,}\.[a-z]{2,}`)
	dottedForm = regexp.MustCompile(`\p{L}{2}\.\p{L}|\p{L}\.\p{L}{2}|\p{L}\.?['’-]\.\p{L}|\p{L}\.['’-]\p{L}`)
	splitForm  = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}][-. ][\p{Hiragana}\p{Katakana}\p{Han}]`)
	spokenForm = regexp.MustCompile(`(?i)(?:dot|punkt|punto|point|ponto|punt) (?:com|net|org|io)\b|ドット(?:コム|ネット)`)
)

// checkForms looks for what is recognised by its form: identifiers, links and
// markup. A character that only markup uses is found by checkRune.
func checkForms(s string, f findings) {
	f.addIf(strings.ContainsAny(s, "0123456789") && isinForm.MatchString(s), ReasonISIN)
	f.addIf(entityForm.MatchString(s) || listForm.MatchString(s), ReasonMarkup)
	f.addIf(isLink(s), ReasonLink)
	f.addIf(spaced(s) || tight(s) && dottedForm.MatchString(s) || splitForm.MatchString(s), ReasonObfuscation)
}

func isLink(s string) bool {
	if strings.ContainsRune(s, '@') || spoken(s) && spokenForm.MatchString(s) {
		return true
	}
	return tight(s) && (schemeForm.MatchString(s) || domainForm.MatchString(s) || lowerForm.MatchString(s))
}

// spoken reports the end of a spoken address, which hardly any sentence has.
func spoken(s string) bool {
	lower := strings.ToLower(s)
	return slices.ContainsFunc(spokenEnds, func(end string) bool { return strings.Contains(lower, end) })
}

var spokenEnds = []string{" com", " net", " org", " io", "ドット"}

// tight reports a full stop or colon with no blank after it, which every
// address has and hardly any sentence: it saves the expressions.
func tight(s string) bool {
	for i := range len(s) - 1 {
		if (s[i] == '.' || s[i] == ':') && s[i+1] != ' ' {
			return true
		}
	}
	return false
}

// spaced reports four or more Latin letters in a row that each stand alone,
// which is how a word is hidden and nothing that a sentence needs.
func spaced(s string) bool {
	run, length := 0, 0
	for _, r := range s + "  " {
		if unicode.Is(unicode.Latin, r) {
			length++
			continue
		}
		switch {
		case length == 1:
			run++
		case length > 1:
			run = 0
		}
		if run >= 4 {
			return true
		}
		length = 0
	}
	return false
}
