package wording

import (
	"fmt"
	"regexp"
	"strings"

	"ballast.internal/ballast/internal/analysis"
)

// told is how facts are put where their clause has named already what they are about:
// "Bonds are {F7}" needs no second "for bonds".
type told struct {
	// Start is what may stand before the subject of a clause, a regular expression as
	// After is. A word for "and" is none of it where lists have it after a comma:
	// of "equities, cash, and bonds are" the figure is not that of bonds alone.
	Start string `yaml:"start"`
	// Names are other words for the members of vocabularies than their labels.
	Names messages `yaml:"names"`
	// Forms are the shorter forms by the code of the fact. Unit and direction stay.
	Forms map[string][]form `yaml:"forms"`
}

// form is said after a clause that is nothing but After, in small letters.
type form struct {
	After string `yaml:"after"` // {subject} is any name of the fact's
	Say   string `yaml:"say,omitempty"`
	Over  string `yaml:"over,omitempty"` // in the place of Say where the words tell the sign
	Under string `yaml:"under,omitempty"`

	clauses map[string]*regexp.Regexp // by subject; "" where it is not told
}

// compile prepares the forms.
func (t *told) compile(labels messages) error {
	for code, list := range t.Forms {
		for i := range list {
			if err := t.compileForm(&list[i], subjectKinds[code], labels); err != nil {
				return fmt.Errorf("told %s: %w", code, err)
			}
		}
	}
	return nil
}

func (t *told) compileForm(f *form, kind string, labels messages) error {
	f.clauses = map[string]*regexp.Regexp{}
	names := map[string]string{"": ""}
	if strings.Contains(f.After, "{subject}") {
		names = t.namesOf(kind, labels)
	}
	for subject, name := range names {
		after := strings.ReplaceAll(f.After, "{subject}", "(?:"+name+")")
		clause, err := regexp.Compile("^(?:" + t.Start + ")(?:" + after + ")$")
		if err != nil {
			return err
		}
		f.clauses[subject] = clause
	}
	return nil
}

// namesOf are the words for the members of a vocabulary.
func (t *told) namesOf(kind string, labels messages) map[string]string {
	names := map[string]string{}
	for key, label := range labels {
		if subject, ok := strings.CutPrefix(key, kind+"."); ok {
			names[subject] = regexp.QuoteMeta(strings.ToLower(label))
			if more := t.Names[key]; more != "" {
				names[subject] += "|" + more
			}
		}
	}
	return names
}

// after gives the form of a fact behind a text, "" where that has not named what it is
// about; signed is as in pick.
func (t *told) after(f *analysis.Fact, text string, sign int) (template string, signed bool) {
	forms := t.Forms[f.Code]
	if len(forms) == 0 || text == "" {
		return "", false
	}
	clause := clauseOf(text)
	if strings.Contains(clause, "{h") && !aboutHolding(f) {
		return "", false // it is not the holding's, and must go on saying so
	}
	for i := range forms {
		re := forms[i].clauses[f.Subject]
		if re == nil {
			re = forms[i].clauses[""]
		}
		if re != nil && re.MatchString(clause) {
			return forms[i].says(sign)
		}
	}
	return "", false
}

func (f *form) says(sign int) (template string, signed bool) {
	switch {
	case f.Say != "":
		return f.Say, false
	case sign > 0:
		return f.Over, true
	case sign < 0:
		return f.Under, true
	}
	return "", false
}

// clauseBreaks end a clause. The Japanese comma does not: what may stand before it is
// for Start to tell.
const clauseBreaks = sentenceEnds + ",:()—–"

// clauseOf is the clause that a text ends with, in small letters.
func clauseOf(text string) string {
	if i := strings.LastIndexAny(text, clauseBreaks); i >= 0 {
		text = strings.TrimLeft(text[i:], clauseBreaks)
	}
	return strings.TrimSpace(apostrophes.Replace(strings.ToLower(text)))
}
