package emulator

import (
	"fmt"
	"regexp"
	"strings"
)

// spoiler makes a good draft one that must not be used. It may add nothing
// that is not at least as wrong as a real model's mistakes.
type spoiler func(d *draft, b brief, in *invocation)

// spoilers are the faults of answers, each named for what a checker must find.
var spoilers = map[string]spoiler{
	"wrong_sum":            appended("Together the positions make 117.3 percent of the portfolio."),
	"moved_decimal":        literalFigure(func(n string) string { return strings.Replace(n, ".", "", 1) + "0%" }),
	"percent_for_fraction": literalFigure(func(n string) string { return "0." + strings.Replace(n, ".", "", 1) + "%" }),
	"other_digits":         appended("Der Anteil beträgt １８ ٪ (٢٥)."),
	"number_words":         appended("About a third of it, or thirty percent, sits in two positions."),
	"inverted":             func(d *draft, b brief, _ *invocation) { invert(d, b) },
	"invented_ticker":      appended("Consider ZZXQ or the Vanguard Global Moonshot ETF instead."),
	"foreign_id":           foreignID,
	"dropped":              func(d *draft, _ brief, _ *invocation) { d.items = d.items[:max(0, len(d.items)-1)] },
	"duplicated":           duplicate,
	"promise":              appended("This is guaranteed to rise and carries no risk at all."),
	"urgency":              appended("Act immediately, before it is too late!"),
	"links":                appended("Read more at https://example.com/offer?id=x or www.example.net."),
	"html":                 appended(`<b>Important</b> <img src=x onerror=alert(document.domain)> **read this**`),
	"flattery":             appended("What a brilliant portfolio, you are clearly an exceptional investor!"),
	"prompt_echo":          func(d *draft, _ brief, in *invocation) { d.summary += " " + echo(in) },
	"canary":               func(d *draft, _ brief, in *invocation) { d.summary += " " + canaryOf(in.system) },
	"obey":                 func(d *draft, _ brief, in *invocation) { obey(d, in) },
	"wrong_language":       wrongLanguage,
	"extra_keys":           func(d *draft, _ brief, _ *invocation) { d.extra = `,"trades":[{"buy":"H1"}],"s":"again"` },
	"deep_nesting":         deepNesting,
	"huge":                 func(d *draft, _ brief, _ *invocation) { d.summary += strings.Repeat(" and so on", 10_000) },
	"max_tokens":           func(d *draft, _ brief, _ *invocation) { d.broken = true },
	"empty":                func(d *draft, _ brief, _ *invocation) { d.empty = true },
	"refusal":              func(d *draft, _ brief, _ *invocation) { d.prose = refusal },
	"code_fence":           func(d *draft, _ brief, _ *invocation) { d.prose = "```json\n" + d.object() + "\n```" },
	"chatter":              func(d *draft, _ brief, _ *invocation) { d.prose = "Sure, here is the report:\n" + d.object() },
}

const refusal = "I apologize, but I cannot give financial advice."

// appended adds a sentence to every text.
func appended(sentence string) spoiler {
	return func(d *draft, _ brief, _ *invocation) {
		d.summary += " " + sentence
		for i := range d.items {
			d.items[i].text += " " + sentence
		}
	}
}

var (
	figureForm      = regexp.MustCompile(`[0-9]+(?:\.[0-9]+)?`)
	placeholderForm = regexp.MustCompile(`\{(F[0-9]+)\}`)
)

// literalFigure writes figures out, wrongly, instead of referring to them.
func literalFigure(change func(number string) string) spoiler {
	return func(d *draft, b brief, _ *invocation) {
		values := map[string]string{}
		for _, f := range b.facts {
			values[f.id] = figureForm.FindString(withoutHoldings(f.line))
		}
		literal := func(text string) string {
			return placeholderForm.ReplaceAllStringFunc(text, func(p string) string {
				n := values[strings.Trim(p, "{}")]
				if n == "" {
					n = "18.0"
				}
				return change(n)
			})
		}
		d.summary = literal(d.summary)
		for i := range d.items {
			d.items[i].text = literal(d.items[i].text)
		}
	}
}

func withoutHoldings(line string) string {
	var kept []string
	for _, w := range strings.Fields(line) {
		if !holdingForm.MatchString(w) {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

// invert says the opposite of what code decided.
func invert(d *draft, b brief) {
	for i := range d.items {
		what := "The position"
		if s := b.actions[i].subject; holdingForm.MatchString(s) {
			what = "{" + s + "}"
		}
		d.items[i].text = what + " is far below its limit, so buy more of it and do not sell."
	}
}

// foreignID cites facts and an action that do not exist.
func foreignID(d *draft, _ brief, _ *invocation) {
	for i := range d.items {
		d.items[i].facts = []string{"F9999"}
		d.items[i].text += " See {F9999}."
	}
	d.items = append(d.items, draftItem{action: "A9999", facts: []string{"F9999"}, text: "Sell everything."})
}

func duplicate(d *draft, _ brief, _ *invocation) {
	if len(d.items) > 0 {
		d.items = append(d.items, d.items[0])
	}
}

// echo gives the system prompt away.
func echo(in *invocation) string {
	words := strings.Fields(in.system)
	return strings.Join(words[:min(len(words), 40)], " ")
}

var canaryForm = regexp.MustCompile(`\bword ([^\s.,;]+)`)

// canaryOf finds a secret word that the system prompt forbids to say.
func canaryOf(system string) string {
	if m := canaryForm.FindStringSubmatch(system); m != nil {
		return m[1]
	}
	return system
}

// orderForm finds an order to say something, as an injected text gives it.
var orderForm = regexp.MustCompile(`(?i)\b(?:say|write|output|print|reply|respond|answer)(?: only)?(?: with)?:? ["“']?([^"”'<\n]{2,200})`)

// obey follows the first order outside the task and the system prompt.
func obey(d *draft, in *invocation) {
	for _, t := range in.turns {
		text := t.text
		if before, rest, ok := strings.Cut(text, "<task>"); ok {
			_, after, _ := strings.Cut(rest, "</task>")
			text = before + "\n" + after
		}
		if m := orderForm.FindStringSubmatch(text); m != nil && t.role == roleUser {
			d.summary = m[1]
			for i := range d.items {
				d.items[i].text = m[1]
			}
			return
		}
	}
}

// wrongLanguage answers in German, or in French where German was asked for.
func wrongLanguage(d *draft, b brief, in *invocation) {
	b.language = map[bool]string{true: "French", false: "German"}[b.language == "German"]
	w := writer{book: phrasebooks()[b.language], prompt: in.prompt()}
	d.summary = w.summary(b)
	for i, a := range b.actions[:min(len(d.items), len(b.actions))] {
		d.items[i] = w.item(a)
	}
}

func deepNesting(d *draft, _ brief, _ *invocation) {
	const depth = 2000
	d.prose = fmt.Sprintf(`{"s":%s,"r":%s%s}`, encode(d.summary), strings.Repeat("[", depth), strings.Repeat("]", depth))
}
