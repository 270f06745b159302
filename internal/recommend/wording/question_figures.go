package wording

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
)

// Trades tells what some actions sell, buy and repay: of the named instruments,
// or, where none is named, of all.
func (r *Renderer) Trades(actions []analysis.Action, named map[string]bool) Reply {
	if len(actions) == 0 {
		return Reply{Text: r.proposed()}
	}
	var out Reply
	var told []string
	for _, a := range actions {
		a.Trades = slices.DeleteFunc(slices.Clone(a.Trades), func(t analysis.Trade) bool { return len(named) > 0 && !named[t.Ticker] })
		if len(named) > 0 {
			a.Payments = nil
		}
		if !a.Moves() {
			continue
		}
		told = append(told, r.tradesTold(a.Trades, ""), r.repayment(a))
		if a.Trigger != "" {
			out.Evidence = append(out.Evidence, a.Trigger)
		}
	}
	if len(told) == 0 {
		told = []string{r.Patterns["no_trades"]}
	}
	out.Text = r.Join(told...)
	return out
}

// Outcome tells what all actions together lead to; "" where there are none.
func (r *Renderer) Outcome() Reply {
	if r.result.Plan == nil {
		return Reply{}
	}
	var out Reply
	var shares []string
	for _, l := range r.result.Plan.Allocation {
		shares = append(shares, fill(r.Patterns["share_of"], slots{"subject": r.label(ofClass, l.Key), "value": r.Percent(l.Weight)}))
		out.Evidence = append(out.Evidence, r.idsOf(analysis.FactClassWeight, func(subject string) bool { return subject == l.Key })...)
	}
	out.Text = fill(r.Questions["after_all"], slots{"list": strings.Join(shares, r.Joints.Items)})
	return out
}

// Taxes tells which gains all actions together realise; "" where there are none.
func (r *Renderer) Taxes() Reply {
	if r.result.Plan == nil {
		return Reply{}
	}
	gain, err := decimal.NewFromString(r.result.Plan.RealisedGain)
	if err != nil {
		return Reply{}
	}
	template, _ := r.pick(r.Questions, "realised", "", gain.Sign())
	amount := r.Number.money(gain.Abs(), r.result.BaseCurrency)
	return Reply{
		Text:     r.Join(fill(template, slots{"value": amount}), r.Questions["tax_unknown"]),
		Evidence: r.idsOf(analysis.FactUnrealisedGain, func(subject string) bool { return subject == analysis.SubjectPortfolio }),
	}
}

// Largest names the largest holding with its share.
func (r *Renderer) Largest(name string) Reply {
	ids := r.idsOf(analysis.FactTopNWeight, func(subject string) bool { return subject == "1" })
	if name == "" || len(ids) == 0 {
		return Reply{}
	}
	phrase := fill(r.Patterns["about_holding"], slots{"subject": name, "phrase": r.phrase(r.result.Fact(ids[0]))})
	return Reply{Text: fill(r.Questions["figures"], slots{"list": phrase}), Evidence: ids}
}

type figureTopic struct {
	topic string
	codes []string
}

// figures are what a topic that no rule answers is told by, rather than by
// nothing: the first whose phrases a question has.
var figures = []figureTopic{
	{"net_worth", []string{analysis.FactNetWorth}},
	{"reserve", []string{analysis.FactEmergencyFund}},
	{"debts", []string{analysis.FactDebtRatio, analysis.FactHighInterestDebt}},
	{"fees", []string{analysis.FactAnnualFee, analysis.FactExpenseRatio}},
	{"gain", []string{analysis.FactUnrealisedGain, analysis.FactUnrealisedReturn}},
	{"cash", []string{analysis.FactCashBalance, analysis.FactLiquidityRatio}},
	{"worth", []string{analysis.FactTotalValue}},
}

// Figures tells the figures that a question is about, those of the named holdings
// where there are any; "" where it is about none.
func (r *Renderer) Figures(question string, named map[string]bool) Reply {
	question = plain(question)
	i := slices.IndexFunc(figures, func(f figureTopic) bool { return r.asks(question, f.topic) })
	if i < 0 {
		return Reply{}
	}
	ids := r.idsIn(figures[i].codes, func(subject string) bool { return named[subject] })
	if len(ids) == 0 {
		ids = r.idsIn(figures[i].codes, func(subject string) bool { return subject == "" || subject == analysis.SubjectPortfolio })
	}
	if len(ids) == 0 {
		return Reply{}
	}
	var told []string
	for _, id := range ids {
		told = append(told, r.phraseNamed(r.result.Fact(id)))
	}
	return Reply{Text: fill(r.Questions["figures"], slots{"list": strings.Join(told, r.Joints.Trades)}), Evidence: ids}
}

// phraseNamed is a phrase behind the holding that it is about.
func (r *Renderer) phraseNamed(f *analysis.Fact) string {
	if aboutHolding(f) {
		return r.factText(f)
	}
	return r.phrase(f)
}

func (r *Renderer) idsIn(codes []string, of func(subject string) bool) []string {
	var ids []string
	for _, code := range codes {
		ids = append(ids, r.idsOf(code, of)...)
	}
	return ids
}

// idsOf lists the facts of a code about some subjects.
func (r *Renderer) idsOf(code string, of func(subject string) bool) []string {
	var ids []string
	for i := range r.result.Facts {
		if f := &r.result.Facts[i]; f.Code == code && of(f.Subject) {
			ids = append(ids, f.ID)
		}
	}
	return ids
}
