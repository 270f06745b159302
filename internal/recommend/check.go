package recommend

import (
	"slices"
	"strings"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/recommend/verify"
)

// The reasons for which a check of this package refuses an item; a closed set
// together with the parser's and package verify's.
const (
	reasonUnknownAction   = "unknown_action"
	reasonForeignEvidence = "foreign_evidence"
	reasonMissingTrigger  = "missing_trigger"
	reasonNoText          = "no_text"
	reasonUnrendered      = "unrendered_placeholder"
	reasonSeverityOrder   = "severity_order" // a lower severity before a higher one
	reasonNoItem          = "no_item"
	reasonRefusal         = "refusal"
	reasonPanic           = "check_failed"
)

// stopMaxTokens is the stop reason of an answer that was cut off.
const stopMaxTokens = "max_tokens"

// What a re-ask says is bounded, and so is its cost.
const (
	mostReasons   = 8
	longestReason = 40 // bytes, the item included
)

// words are the model's, after every check and with the placeholders rendered.
type words struct {
	summary string // "" when there is none to use
	items   []wordedItem
	// The answer to a question, and the facts that it cites, or that the facts
	// do not hold it.
	reply   string
	cited   []string
	notHeld bool
}

type wordedItem struct {
	action    string
	evidence  []string
	rationale string
}

// any reports whether the model explained at least one action, or answered. A summary alone
// is not worth having when every explanation failed.
func (w words) any() bool { return len(w.items) > 0 || w.reply != "" || w.notHeld }

// checked is the outcome for one answer: its usable words or, when there are
// none and asking again may help, the reasons to ask with.
type checked struct {
	words words
	again []string
}

// check parses and verifies one answer. Nothing that fails is patched by
// guessing: a text is used as it is, without the sentences at fault, or not at all.
func (j *job) check(ans ModelAnswer, req ModelRequest) (checked, []Verdict) {
	if j.question != "" {
		return j.checkReply(ans, req)
	}
	p := parseAnswer(ans.Text, req.Prefill)
	if ans.StopReason == reasonRefusal {
		p = reject(reasonRefusal)
	}
	var w words
	if !p.rejected {
		w = j.checkDraft(&p, j.checker())
	}
	if w.any() {
		return checked{words: w}, p.verdicts
	}
	if len(p.verdicts) == 0 || !p.rejected && len(p.Items) == 0 {
		p.note(itemAnswer, reasonNoItem, verdictRejected)
	}
	return checked{again: reasonsToAsk(p.verdicts, ans.StopReason)}, p.verdicts
}

// checker screens the words of an answer.
func (j *job) checker() *verify.Checker {
	return verify.New(verify.Config{Language: j.req.Options.Language, Known: j.known(), Secrets: j.secrets})
}

// known lists what the caller calls the holdings. The model was told none of
// it, so that a text has no business to name any.
func (j *job) known() []string {
	var names []string
	for i := range j.req.Portfolio.Positions {
		names = append(names, namesOf(&j.req.Portfolio.Positions[i].Instrument)...)
	}
	return names
}

func (j *job) checkDraft(p *parsed, c *verify.Checker) words {
	var w words
	if j.brief.misordered(p.Items) {
		p.note(itemOrder, reasonSeverityOrder, verdictDropped)
	}
	for _, it := range p.Items {
		item, reasons := j.checkItem(it, c)
		p.noteAll(it.Action, reasons, item.rationale != "")
		if item.rationale != "" {
			w.items = append(w.items, item)
		}
	}
	summary, reasons := j.checkText(p.Summary, j.brief.summarySides(p.Summary), j.brief.mayCiteInSummary(), c, j.renderer.Worth)
	p.noteAll(itemSummary, reasons, summary != "")
	w.summary = summary
	return w
}

// noteAll records why a text was cut, of which something is kept, or dropped.
func (p *parsed) noteAll(item string, reasons []string, kept bool) {
	action := verdictDropped
	if kept {
		action = verdictCut
	}
	for _, r := range reasons {
		p.note(item, r, action)
	}
}

// misordered reports whether an item stands below one of lower severity.
// displayOrder, which sorts by severity, takes the rest of the order over.
func (b *brief) misordered(items []draftItem) bool {
	last := analysis.High.Rank()
	for _, it := range items {
		i := slices.IndexFunc(b.Actions, func(a briefAction) bool { return a.ID == it.Action })
		if i < 0 {
			continue
		}
		rank := b.Actions[i].Severity.Rank()
		if rank > last {
			return true
		}
		last = rank
	}
	return false
}

func (j *job) checkItem(it draftItem, c *verify.Checker) (wordedItem, []string) {
	i := slices.IndexFunc(j.brief.Actions, func(a briefAction) bool { return a.ID == it.Action })
	if i < 0 {
		return wordedItem{}, []string{reasonUnknownAction}
	}
	a := j.brief.Actions[i]
	if r := checkEvidence(it.Facts, a.Facts); r != "" {
		return wordedItem{}, []string{r}
	}
	why := func() string { return j.renderer.Reason(j.asked(a.ID)[0]) }
	text, reasons := j.checkText(it.Text, j.brief.sides(a), j.brief.mayCite(a), c, why)
	return wordedItem{action: a.ID, evidence: evidenceUsed(it, a.Facts), rationale: text}, reasons
}

// checkEvidence wants the cited facts to be the action's own, the trigger
// among them.
func checkEvidence(cited, own []string) string {
	for _, id := range cited {
		if !slices.Contains(own, id) {
			return reasonForeignEvidence
		}
	}
	if len(own) == 0 || !slices.Contains(cited, own[0]) {
		return reasonMissingTrigger
	}
	return ""
}

// evidenceUsed lists the facts that are cited or stand in the text, in the
// action's own order.
func evidenceUsed(it draftItem, own []string) []string {
	used := []string{}
	for _, id := range own {
		if slices.Contains(it.Facts, id) || strings.Contains(it.Text, "{"+id+"}") {
			used = append(used, id)
		}
	}
	return used
}

// checkText verifies a text that must not speak against the sides, and renders
// the placeholders of what is kept of it, "" for nothing. When its beginning or
// its figure is lost, lead, if there is any, stands in for it.
func (j *job) checkText(text string, sides []string, may verify.Citable, c *verify.Checker, lead func() string) (string, []string) {
	if text == "" {
		return "", []string{reasonNoText}
	}
	kept, against := c.Keep(text, sides, may)
	var reasons []string
	for _, r := range against {
		reasons = append(reasons, string(r))
	}
	out, err := j.renderer.Expand(kept.Text)
	if err != nil {
		return "", []string{reasonUnrendered}
	}
	if kept.Headless && lead != nil {
		out = j.renderer.Join(lead(), out)
	}
	return out, reasons
}

// reasonsToAsk condenses the verdicts to what a re-ask carries: the item and
// the reason, both from closed sets. An answer that was cut off or refused
// would be so again.
func reasonsToAsk(verdicts []Verdict, stopReason string) []string {
	if stopReason == stopMaxTokens || stopReason == reasonRefusal {
		return nil
	}
	var out []string
	for _, v := range verdicts {
		reason := v.Item + " " + v.Reason
		if v.Action != verdictRepaired && len(out) < mostReasons && len(reason) <= longestReason {
			out = append(out, reason)
		}
	}
	return out
}
