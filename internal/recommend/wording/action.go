package wording

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
)

// maxTold is how many trades a rationale spells out; the answer lists them all.
const maxTold = 4

// Title names an action in a few words, and says of one that moves nothing that it
// cannot be carried out.
func (r *Renderer) Title(a analysis.Action) string {
	title := fill(cmp.Or(r.Titles[a.Kind], r.Titles["other"]), slots{"subject": r.actionSubject(a)})
	if !a.Moves() {
		return fill(r.Patterns["held_title"], slots{"text": title})
	}
	return title
}

func (r *Renderer) actionSubject(a analysis.Action) string {
	if a.Kind != analysis.ActionPayDownDebt {
		return a.Subject
	}
	if len(a.Payments) == 0 {
		return r.label(ofDebt, a.Subject)
	}
	var paid []string
	for _, p := range byDebt(a.Payments) {
		paid = append(paid, r.label(ofDebt, string(p.Type)))
	}
	return strings.Join(paid, r.Joints.Items)
}

// Rationale explains an action by the rules alone: what is proposed and by
// which figure, how much, and what it costs.
func (r *Renderer) Rationale(a analysis.Action) string {
	return r.Join(r.Reason(a), r.preceded(a), r.extent(a), r.tradeoff(a), r.astray(a))
}

// Afterword is what is said of an action behind whatever tells its reason: what the
// actions before it leave of that, and that it leads away from the target; often "".
func (r *Renderer) Afterword(a analysis.Action) string { return r.Join(r.preceded(a), r.astray(a)) }

// preceded tells the figure that called for an action as the actions before it leave
// it, where they have moved it.
func (r *Renderer) preceded(a analysis.Action) string {
	was := r.trigger(a, func(i analysis.Impact) string { return i.Before })
	if was == "" || was == r.trigger(a, func(analysis.Impact) string { return r.result.Fact(a.Trigger).Value }) {
		return ""
	}
	return fill(r.Patterns["preceded"], slots{"phrase": was})
}

// astray is the sentence of a rationale that says why an action leads away from the
// target; "" where it does not.
func (r *Renderer) astray(a analysis.Action) string {
	if !slices.Contains(a.Caveats, analysis.CaveatOffTarget) {
		return ""
	}
	return r.Patterns["astray."+a.Kind]
}

// Reason is the sentence of a Rationale that says why, with the figure.
func (r *Renderer) Reason(a analysis.Action) string {
	f := r.result.Fact(a.Trigger)
	if f == nil {
		return fill(r.Reasons["other"], slots{"subject": r.actionSubject(a)})
	}
	template := r.reason(a, f)
	s := slots{
		"subject": cmp.Or(r.actionSubject(a), r.subject(subjectKinds[f.Code], f.Subject)),
		"level":   r.label(ofLevel, f.Value),
	}
	before, _, _ := strings.Cut(template, "{trigger}")
	s["trigger"] = r.phraseAfter(f, fill(before, s))
	return fill(template, s)
}

// reason is the template of an action that a fact called for.
func (r *Renderer) reason(a analysis.Action, f *analysis.Fact) string {
	key := a.Kind
	switch {
	case !a.Moves() && a.Kind == analysis.ActionPayDownDebt:
		key += ".held" // what the other says is what acting brings
	case !a.Moves() && a.Kind == analysis.ActionDeployCash:
		return r.Reasons["other.triggered"] // likewise
	case f.Code == analysis.FactEmergencyFund && isZero(f.Value):
		return r.forReader(r.Reasons, key) // the other says for how long the reserve lasts
	case a.Kind == analysis.ActionRebalance && f.Code != analysis.FactClassDrift && f.Code != analysis.FactRiskLevel:
		// No class was out of its band before the plan: it is not the drift that calls.
		return r.Reasons["other.triggered"]
	}
	return cmp.Or(r.forReader(r.Reasons, key+"."+f.Code), r.forReader(r.Reasons, key), r.Reasons["other.triggered"])
}

func isZero(plain string) bool {
	d, err := decimal.NewFromString(plain)
	return err == nil && d.IsZero()
}

// extent tells the trades and the repayment, or that there is neither.
func (r *Renderer) extent(a analysis.Action) string {
	if !a.Moves() {
		return r.Patterns["no_trades"]
	}
	return r.Join(r.tradesTold(a.Trades, r.outcome(a)), r.repayment(a))
}

// outcome is the figure that called for an action as its trades leave it, and the cash
// reserve where what is sold of a single name fills that.
func (r *Renderer) outcome(a analysis.Action) string {
	told := r.trigger(a, func(i analysis.Impact) string { return i.After })
	if told == "" || a.Kind != analysis.ActionReduceConcentration {
		return told
	}
	for _, i := range a.Impact {
		if f := r.result.Fact(i.Fact); f.Code == analysis.FactEmergencyFund || f.Code == analysis.FactLiquidityRatio {
			then := *f
			then.Value = i.After
			told += r.Joints.Trades + r.phraseThen(&then)
		}
	}
	return told
}

// tradesTold is the sentence on some trades and what they lead to, if anything is told of that.
func (r *Renderer) tradesTold(trades []analysis.Trade, after string) string {
	if len(trades) == 0 {
		return ""
	}
	told := slots{"trades": r.tradeList(trades), "after": after}
	if after == "" {
		return fill(r.Patterns["trades"], told)
	}
	return fill(r.Patterns["trades_after"], told)
}

// trigger is the figure that called for an action, before it or as its trades leave
// it, if they move it and it is held to a threshold: that is met or, where sales are
// capped, not yet.
func (r *Renderer) trigger(a analysis.Action, when func(analysis.Impact) string) string {
	trigger := r.result.Fact(a.Trigger)
	if trigger == nil || trigger.Threshold == "" || tails[trigger.Code] == "" {
		return ""
	}
	for _, i := range a.Impact {
		if i.Fact == a.Trigger {
			then := *trigger
			then.Value = when(i)
			return r.phraseThen(&then)
		}
	}
	return ""
}

func (r *Renderer) tradeList(trades []analysis.Trade) string {
	trades = acrossAccounts(trades)
	var told []string
	for i := range trades[:min(len(trades), maxTold)] {
		told = append(told, r.trade(&trades[i]))
	}
	list := strings.Join(told, r.Joints.Trades)
	if more := len(trades) - len(told); more > 0 {
		d := decimal.NewFromInt(int64(more))
		n := r.Number.counted(d.String(), d, r.Units["trades"])
		list = fill(r.Patterns["more_trades"], slots{"list": list, "n": n})
	}
	return list
}

// acrossAccounts adds up the trades of one side in one instrument, each of
// which is for another account.
func acrossAccounts(trades []analysis.Trade) []analysis.Trade {
	type key struct {
		side   analysis.Side
		ticker string
	}
	var sums []analysis.Trade
	at := map[key]int{}
	for _, t := range trades {
		i, again := at[key{t.Side, t.Ticker}]
		if !again {
			at[key{t.Side, t.Ticker}] = len(sums)
			sums = append(sums, t)
			continue
		}
		sums[i].Quantity = plus(sums[i].Quantity, t.Quantity)
		sums[i].Amount = plus(sums[i].Amount, t.Amount)
	}
	return sums
}

// plus adds two amounts in the form in which analysis writes them.
func plus(a, b string) string {
	x, err1 := decimal.NewFromString(a)
	y, err2 := decimal.NewFromString(b)
	if err1 != nil || err2 != nil {
		return a // analysis writes none such
	}
	return x.Add(y).StringFixed(max(-x.Exponent(), -y.Exponent(), 0))
}

func (r *Renderer) trade(t *analysis.Trade) string {
	return fill(r.Patterns["trade."+string(t.Side)], slots{
		"quantity": r.quantity(t.Quantity), "ticker": t.Ticker, "amount": r.amount(t.Amount),
	})
}

// quantity writes a number of shares in full: it is an order, not an estimate.
func (r *Renderer) quantity(plain string) string { return r.Number.localise(plain) }

func (r *Renderer) amount(plain string) string {
	d, err := decimal.NewFromString(plain)
	if err != nil {
		return plain
	}
	return r.Number.money(d, r.result.BaseCurrency)
}

// repayment is the sentence on what an action repays, in all and of each kind of debt
// where there are several; "" where it repays nothing.
func (r *Renderer) repayment(a analysis.Action) string {
	if len(a.Payments) == 0 {
		return ""
	}
	total := "0"
	var each []string
	debts := byDebt(a.Payments)
	for _, p := range debts {
		total = plus(total, p.Amount)
		each = append(each, fill(r.Patterns["share_of"], slots{"subject": r.label(ofDebt, string(p.Type)), "value": r.amount(p.Amount)}))
	}
	told := slots{"amount": r.amount(total), "list": strings.Join(each, r.Joints.Trades)}
	if len(debts) == 1 {
		return fill(r.Patterns["repayment"], told)
	}
	return fill(r.Patterns["repayments"], told)
}

// byDebt adds up the payments on each kind of debt, in their order.
func byDebt(payments []analysis.Payment) []analysis.Payment {
	var sums []analysis.Payment
	for _, p := range payments {
		i := slices.IndexFunc(sums, func(s analysis.Payment) bool { return s.Type == p.Type })
		if i < 0 {
			sums = append(sums, p)
			continue
		}
		sums[i].Amount = plus(sums[i].Amount, p.Amount)
	}
	return sums
}

// tradeoff tells what speaks against the action; nothing does where nothing is
// done.
func (r *Renderer) tradeoff(a analysis.Action) string {
	if !a.Moves() {
		return r.limits(a)
	}
	key := "untaxed"
	if slices.Contains(a.Caveats, analysis.CaveatTaxableGain) {
		key = "taxed"
	}
	return fill(r.Patterns[key], slots{"text": cmp.Or(r.forReader(r.Tradeoffs, costOf(a)), r.Tradeoffs["other"])})
}

// costOf is the kind of action whose price a pays: rebalancing with cash alone
// sells nothing that has grown.
func costOf(a analysis.Action) string {
	sells := func(t analysis.Trade) bool { return t.Side == analysis.Sell }
	if a.Kind == analysis.ActionRebalance && !slices.ContainsFunc(a.Trades, sells) {
		return analysis.ActionDeployCash
	}
	return a.Kind
}

func (r *Renderer) limits(a analysis.Action) string {
	return r.Join(r.lookUp(r.Limits, a.Limits)...)
}

// Caveats lists what must be said along with an action, then what kept it from
// going all the way.
func (r *Renderer) Caveats(a analysis.Action) []string {
	caveats := r.lookUp(r.catalogue.Caveats, a.Caveats)
	for i := range caveats {
		caveats[i] = fill(caveats[i], slots{"list": r.sectors(a.Sectors)})
	}
	return append(caveats, r.lookUp(r.Limits, a.Limits)...)
}

func (r *Renderer) sectors(names []string) string {
	var labels []string
	for _, name := range names {
		labels = append(labels, r.label(ofSector, name))
	}
	return strings.Join(labels, r.Joints.Items)
}

// lookUp gives the messages of codes; a code without one has a general one.
func (r *Renderer) lookUp(m messages, codes []string) []string {
	list := make([]string, 0, len(codes))
	for _, code := range codes {
		if text := cmp.Or(m[code], m["other"]); !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}
