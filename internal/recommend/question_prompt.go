package recommend

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/portfolio"
)

// The prompt of a question is that of a recommendation with another task.
const (
	questionTemplate = `Answer the question in at most three short sentences, from <facts> and <actions> alone, with the {F0} of each fact you use. If they do not hold the answer, s is "-". r is empty. Write in LANGUAGE for READER.`

	questionForm = `Answer in one line of JSON only: {"s":"... {F0} ...","r":[]}`

	// notHeld is what the model says when the facts do not hold the answer.
	notHeld = "-"

	maxAskedFacts = 60 // facts that a question may draw on
)

// questionID names the version and the content of a question's prompt.
var questionID = promptID + "-q" + fingerprint(questionTemplate, questionForm)

// prompt writes the request for one attempt.
func (j *job) prompt(again []string) ModelRequest {
	req := buildPrompt(j.brief, j.style, again)
	if j.question == "" {
		return req
	}
	form := questionForm
	if j.style.Mode == OutputTool {
		form = toolTemplate
	}
	task := strings.NewReplacer("LANGUAGE", j.style.LanguageName, "READER", reader(j.style.Audience)).Replace(questionTemplate)
	if len(again) > 0 {
		task += " " + strings.ReplaceAll(againTemplate, "REASONS", strings.Join(again, ", "))
	}
	facts, _, _ := strings.Cut(userTurn(j.brief, ""), "<task>")
	req.Quoted = "<question>" + j.question + "</question>\n"
	req.User = facts + req.Quoted + "<task>" + task + " " + form + "</task>"
	req.MaxTokens = outputAllowance(0, j.style.Language) + tokensForReply
	return req
}

// widen adds facts that no action cites, as far as there is room: what a reader
// asks about is not only what the actions rest on. Those of a holding that the
// question names come first, then one of each code, so that a portfolio of many
// holdings is not told by their weights alone.
func (b *brief) widen(req *Request, res *analysis.Result, question string) {
	names := aliases{}
	for alias, subject := range b.Holdings {
		names[subject] = alias
	}
	told := map[string]bool{}
	for _, f := range b.Facts {
		told[f.ID] = true
	}
	for _, f := range byUseForQuestion(res.Facts, holdingsNamed(&req.Portfolio, question)) {
		if !told[f.ID] && len(b.Facts) < maxAskedFacts {
			b.Facts = append(b.Facts, newBriefFact(f, names))
		}
	}
	for subject, alias := range names {
		b.Holdings[alias] = subject
	}
	b.Others = max(0, distinctInstruments(&req.Portfolio)-len(names))
}

// byUseForQuestion orders facts for a question that names some holdings: theirs,
// then the first of each code, the second of each and so on, where what is of
// the whole portfolio goes before what is of one holding.
func byUseForQuestion(facts []analysis.Fact, named map[string]bool) []*analysis.Fact {
	type turn struct {
		fact *analysis.Fact
		at   int
	}
	seen := map[string]int{}
	var turns []turn
	for _, ofHolding := range []bool{false, true} {
		for i := range facts {
			f := &facts[i]
			if (f.Holding >= 0) != ofHolding {
				continue
			}
			at := 0
			if !ofHolding || !named[f.Subject] {
				seen[f.Code]++
				at = seen[f.Code]
			}
			turns = append(turns, turn{f, at})
		}
	}
	slices.SortStableFunc(turns, func(a, b turn) int { return cmp.Compare(a.at, b.at) })
	out := make([]*analysis.Fact, len(turns))
	for i, t := range turns {
		out[i] = t.fact
	}
	return out
}

var (
	markup  = regexp.MustCompile(`[<>{}\x00-\x1f\x7f]+`)
	numbers = regexp.MustCompile(`[0-9][0-9 .-]{4,}[0-9]`) // of accounts, telephones and the like
	// Of Latin letters alone: in Japanese what stands around an address has no blanks.
	addresses = regexp.MustCompile(`(?i)[\p{Latin}\d._%+'-]+[@＠][\p{Latin}\d.-]+|\b(?:[a-z]+://|www\.)[!-~\p{Latin}…]+|` +
		`\b[\p{Latin}\d-]+(?:\.[\p{Latin}\d-]+)*\.(?:com|org|net|info|biz|edu|gov|io|co|app|dev|me|ai|eu|us|uk|de|fr|es|it|nl|pt|br|jp|ch)\b(?:[/:?#][!-~…]*)?`)
	identifiers = regexp.MustCompile(`[A-Za-z0-9]{8,}`) // that have digits, as those of accounts and passports
)

// maskPrivate leaves out what tells who somebody is.
func maskPrivate(text string) string {
	const masked = "…"
	text = addresses.ReplaceAllString(text, masked)
	text = identifiers.ReplaceAllStringFunc(text, func(word string) string {
		if strings.ContainsAny(word, "0123456789") {
			return masked
		}
		return word
	})
	return numbers.ReplaceAllString(text, masked)
}

// holdingsNamed are the holdings whose ticker, name or issuer a text has.
func holdingsNamed(p *portfolio.Portfolio, text string) map[string]bool {
	named := map[string]bool{}
	for i := range p.Positions {
		in := &p.Positions[i].Instrument
		for _, n := range namesOf(in) {
			if contains(text, n) && replaceName(text, n, "") != text {
				named[in.Ref()] = true
			}
		}
	}
	return named
}

// namesOf are what a holding may be called in a text.
func namesOf(in *portfolio.Instrument) []string {
	return slices.DeleteFunc([]string{in.Name, in.Issuer, in.Ref()}, func(n string) bool { return strings.TrimSpace(n) == "" })
}

// contains spares most names their pattern.
func contains(text, name string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(name))
}

// replaceName puts by in the place of a name wherever it stands as a whole word. What
// parts two words belongs to both: "AAPL AAPL".
func replaceName(text, name, by string) string {
	var out strings.Builder
	rest := 0
	for _, at := range regexp.MustCompile(`(?i)`+regexp.QuoteMeta(name)).FindAllStringIndex(text, -1) {
		before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
		after, _ := utf8.DecodeRuneInString(text[at[1]:])
		if !inWord(before) && !inWord(after) {
			out.WriteString(text[rest:at[0]] + by)
			rest = at[1]
		}
	}
	return out.String() + text[rest:]
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// maskNames takes out of a question what the model is not told: names of
// holdings become H1, H2, … or are left out; long numbers, addresses, links,
// identifiers and what could be taken for a part of the prompt go.
func maskNames(text string, p *portfolio.Portfolio, holdings map[string]string) string {
	text = markup.ReplaceAllString(text, " ")
	alias := map[string]string{}
	for a, subject := range holdings {
		alias[subject] = a
	}
	type name struct{ text, by string }
	var names []name
	for i := range p.Positions {
		in := &p.Positions[i].Instrument
		by := cmp.Or(alias[in.Ref()], "another holding")
		for _, n := range namesOf(in) {
			if contains(text, n) {
				names = append(names, name{n, by})
			}
		}
	}
	slices.SortStableFunc(names, func(a, b name) int { return len(b.text) - len(a.text) }) // the longer first
	for _, n := range names {
		text = replaceName(text, n.text, n.by)
	}
	return strings.TrimSpace(maskPrivate(text)) // last: VWCE.DE may be a holding
}

// checkReply parses and verifies the answer to a question. What cites no fact
// is no answer from the facts.
func (j *job) checkReply(ans ModelAnswer, req ModelRequest) (checked, []Verdict) {
	p := parseAnswer(ans.Text, req.Prefill)
	if ans.StopReason == reasonRefusal {
		p = reject(reasonRefusal)
	}
	if !p.rejected && strings.Trim(p.Summary, " .\"'") == notHeld {
		return checked{words: words{notHeld: true}}, p.verdicts
	}
	var w words
	if !p.rejected {
		var reasons []string
		w.reply, reasons = j.checkText(p.Summary, j.brief.summarySides(p.Summary), j.brief.mayCiteInSummary(), j.checker(), nil)
		w.cited = j.brief.citedIn(p.Summary)
		if len(reasons) == 0 && len(w.cited) == 0 {
			reasons = []string{reasonMissingTrigger}
		}
		if len(reasons) > 0 {
			w.reply = "" // an answer without one of its sentences may be another
		}
		for _, r := range reasons {
			p.note(itemReply, r, verdictRejected)
		}
	}
	if w.any() {
		return checked{words: w}, p.verdicts
	}
	return checked{again: reasonsToAsk(p.verdicts, ans.StopReason)}, p.verdicts
}

// citedIn lists the facts that a text holds as placeholders.
func (b *brief) citedIn(text string) []string {
	var ids []string
	for _, f := range b.Facts {
		if strings.Contains(text, "{"+f.ID+"}") {
			ids = append(ids, f.ID)
		}
	}
	return ids
}
