package wording

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
)

// The bounds of what a rationale lists.
const (
	maxListedTrades  = 4
	maxListedEffects = 3
)

// Title is the heading of an action, a few words without a full stop.
func (r *Renderer) Title(a analysis.Action) string {
	return r.say(r.cat.Titles, a.Kind, r.about(a), r.cause(a))
}

// Rationale is the rules text of an action: why, what and how much, with what
// effect, what kept it from going further, and what speaks against it.
func (r *Renderer) Rationale(a analysis.Action) string {
	parts := []string{
		r.say(r.cat.Reasons, a.Kind, r.about(a), r.cause(a)),
		r.step(a),
		r.effect(a),
	}
	for _, limit := range a.Limits {
		parts = append(parts, r.say(r.cat.Limits, limit, nil))
	}
	if moves(a) {
		parts = append(parts, r.say(r.cat.Tradeoffs, a.Kind, r.about(a)))
	}
	return r.sentences(parts...)
}

// moves reports whether an action does anything.
func moves(a analysis.Action) bool { return len(a.Trades) > 0 || len(a.Impact) > 0 }

// Caveats are the statements that must accompany an action.
func (r *Renderer) Caveats(a analysis.Action) []string {
	said := []string{}
	for _, code := range a.Caveats {
		if text := r.say(r.cat.Caveats, code, nil); text != "" {
			said = append(said, text)
		}
	}
	return said
}

// subjectTerms is the vocabulary of an action's subject where that is no name.
var subjectTerms = map[string]string{analysis.ActionPayDownDebt: termLiability}

// about is the subject of an action and the fact that called for it.
func (r *Renderer) about(a analysis.Action) slots {
	with := slots{"subject": r.term(subjectTerms[a.Kind], a.Subject)}
	if f := r.facts[a.Trigger]; f != nil {
		with["fact"] = r.fact(f)
	}
	return with
}

// cause is the variant for the fact that called for an action, which may be of
// several codes.
func (r *Renderer) cause(a analysis.Action) string {
	if f := r.facts[a.Trigger]; f != nil {
		return ofPrefix + f.Code
	}
	return ""
}

// step says what would be done.
func (r *Renderer) step(a analysis.Action) string {
	sales, purchases := r.trades(a, analysis.Sell), r.trades(a, analysis.Buy)
	variant := "none"
	switch {
	case sales != "" && purchases != "":
		variant = "both"
	case sales != "":
		variant = "sell"
	case purchases != "":
		variant = "buy"
	case len(a.Impact) > 0:
		variant = "repay"
	}
	return r.say(r.cat.Steps, "proposed", slots{"sales": sales, "purchases": purchases}, variant)
}

// trades lists the trades of one side or, when they are many, sums them up.
func (r *Renderer) trades(a analysis.Action, s analysis.Side) string {
	var listed []string
	var total decimal.Decimal
	for _, t := range a.Trades {
		if t.Side != s {
			continue
		}
		total = total.Add(amountOf(t.Amount))
		listed = append(listed, r.say(r.cat.Steps, "trade", slots{
			"quantity": r.cat.Numbers.number(amountOf(t.Quantity).String()), "ticker": t.Ticker,
			"amount": r.figure(asMoney, amountOf(t.Amount), false),
		}))
	}
	if len(listed) <= maxListedTrades {
		return r.list(listed)
	}
	return r.say(r.cat.Steps, "many", slots{
		"orders": r.unit("orders", decimal.NewFromInt(int64(len(listed))), 0), "amount": r.figure(asMoney, total, false),
	})
}

// amountOf reads a decimal that the analysis wrote; anything else is zero.
func amountOf(s string) decimal.Decimal {
	d, err := decimal.NewFromString(s)
	if err != nil {
		return decimal.Decimal{}
	}
	return d
}

// effect says which figures the action moves, from what to what.
func (r *Renderer) effect(a analysis.Action) string {
	var moved []string
	for _, i := range a.Impact {
		f := r.facts[i.Fact]
		if f == nil || len(moved) == maxListedEffects {
			continue
		}
		how := forms[f.Code]
		moved = append(moved, r.say(r.cat.Effects, f.Code, slots{
			"subject": r.term(how.terms, f.Subject),
			"before":  r.written(how.format, i.Before, false),
			"after":   r.written(how.format, i.After, false),
		}, ofPrefix+f.Subject))
	}
	if len(moved) == 0 {
		return ""
	}
	return r.say(r.cat.Steps, "effect", slots{"changes": r.list(moved)})
}
