package analysis

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// replaceCostlyFunds exchanges each fund above the policy's expense ratio for a
// cheap one of its kind that is held or on the buy list, in the same account,
// where the lower fee recoups the tax on the sale in time and no figure leaves
// its limit for it.
func (p *plan) replaceCostlyFunds() {
	line := p.facts.policy.Line(lineFundFees)
	for i := range p.facts.factsOf(FactFundExpenseRatio) {
		f := &p.facts.factsOf(FactFundExpenseRatio)[i]
		fee, _ := p.facts.figure(f.Code, f.Subject)
		if crosses(line, fee, p.facts.limit(lineFundFees), above) {
			p.replaceFund(f)
		}
	}
}

func (p *plan) replaceFund(f *Fact) {
	d := p.draft()
	for _, w := range d.holdingsOf(f.Subject) {
		h := d.book.val.Holdings[w.holding]
		if cheap := p.cheaper(&h); cheap != nil && p.paysBack(&h, p.facts.feeTotals().ratios[f.Subject], cheap) {
			d.exchange(w.holding, h.Quantity, w.lots, []*ware{cheap})
		}
	}
	if !relieved(p.now.strains(), d.outcome().strains()) {
		return
	}
	p.commit(d, cause{
		kind: ActionReplaceCostlyFund, severity: p.facts.policy.Line(lineFundFees).Severity,
		subject: f.Subject, holding: f.Holding, trigger: f.ID,
		evidence: p.facts.ids(FactAnnualFee, "", FactExpenseRatio, "", FactUnrealisedGain, f.Subject),
		impact:   []string{FactAnnualFee, "", FactExpenseRatio, ""},
	})
}

// holdingsOf lists the holdings of an instrument that may be sold, with the
// order of their lots.
func (d *draft) holdingsOf(ref string) []wish {
	s, _ := d.sellable(func(h *portfolio.Holding) bool { return h.Instrument.Ref() == ref })
	return wishes(s, d.book.val.Holdings, decimal.Decimal{})
}

// exchange sells a quantity of one holding and buys the first of the wares that
// the proceeds afford, in the same account. Where nothing can be bought, it
// does nothing.
func (d *draft) exchange(i int, quantity decimal.Decimal, lots []int, wares []*ware) {
	h := &d.book.val.Holdings[i]
	quantity = quantity.RoundFloor(d.plan.places(&h.Instrument))
	quantity = d.withinTurnover(quantity, h)
	amount := quantity.Mul(h.UnitPrice)
	if !quantity.IsPositive() || amount.LessThan(d.plan.smallest(d.plan.places(&h.Instrument))) || d.full(Sell) || d.full(Buy) {
		return
	}
	account := h.AccountID
	// A balance below zero swallows proceeds.
	money := decimal.Min(amount, amount.Add(d.book.funds(account)))
	for _, w := range wares {
		if _, limit := d.affordable(d.priced(account, w), money); limit != "" || w.ref == h.Instrument.Ref() {
			continue
		}
		d.sellHolding(i, quantity, lots)
		d.buyIn(account, []*ware{w}, money)
		return
	}
}

// classOf is the one class that an instrument serves, or "".
func (p *plan) classOf(i *portfolio.Instrument) portfolio.AssetClass {
	for _, class := range targetClasses {
		if class != portfolio.ClassCash && p.facts.serves(i, class) {
			return class
		}
	}
	return ""
}

// cheaper is the most suitable fund that stands for a holding and whose expense
// ratio is told and within the policy's, or nil.
func (p *plan) cheaper(h *portfolio.Holding) *ware {
	for _, w := range p.substitutes(&h.Instrument) {
		if p.lowCost(w) {
			return w
		}
	}
	return nil
}

// costly reports whether an expense ratio is told and above the policy's.
func (p *plan) costly(fee *decimal.Decimal) bool {
	return fee != nil && crosses(p.facts.policy.Line(lineFundFees), *fee, p.facts.limit(lineFundFees), above)
}

// lowCost reports a fund whose expense ratio is told and within the policy's.
func (p *plan) lowCost(w *ware) bool {
	fee := w.instrument.ExpenseRatio
	return fee != nil && w.broad && !p.costly(fee)
}

// paysBack reports whether the fee saved within the policy's years is worth the
// tax on the gain. The fee is that of the fund, which not every position of it
// has to tell. Where lots do not tell, the gain is taken to be short-term;
// where the cost is not told, nothing can be held against it but a caveat.
func (p *plan) paysBack(h *portfolio.Holding, fee decimal.Decimal, w *ware) bool {
	if h.TaxTreatment != portfolio.Taxable || h.Cost == nil {
		return true
	}
	short, long := h.Value.Sub(*h.Cost), decimal.Decimal{}
	if len(h.TaxLots) > 0 {
		short, long = p.gainsByTerm(h)
	}
	shortRate, longRate := p.taxRates()
	saved := h.Value.Mul(fee.Sub(*w.instrument.ExpenseRatio)).Mul(p.facts.limit(linePayback))
	return taxOn(short, long, shortRate, longRate).LessThanOrEqual(saved)
}

// taxRates are the caller's rates on gains, and by the policy's what is not told: that
// a gain is taxed at all is likelier than that it is not. No short-term gain is taken
// to be taxed less than a long-term one.
func (p *plan) taxRates() (short, long decimal.Decimal) {
	told, assumed := p.facts.in.Profile.Tax, p.facts.limit(lineAssumedTax)
	switch {
	case told.ShortTermRate != nil && told.LongTermRate != nil:
		return *told.ShortTermRate, *told.LongTermRate
	case told.ShortTermRate != nil:
		return *told.ShortTermRate, decimal.Min(assumed, *told.ShortTermRate)
	case told.LongTermRate != nil:
		return decimal.Max(assumed, *told.LongTermRate), *told.LongTermRate
	default:
		return assumed, assumed
	}
}

// gainsByTerm adds up the gains of a holding's lots.
func (p *plan) gainsByTerm(h *portfolio.Holding) (short, long decimal.Decimal) {
	for i := range h.TaxLots {
		lot := &h.TaxLots[i]
		if longTerm(lot.AcquiredOn, p.facts.val.Portfolio.AsOf) {
			long = long.Add(lotGain(h, lot))
		} else {
			short = short.Add(lotGain(h, lot))
		}
	}
	return short, long
}
