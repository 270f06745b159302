package analysis

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// harvestLosses sells taxable lots whose loss reaches both floors of the
// policy, and puts the proceeds into something of its kind, so that the investor
// stays invested in the same, unless a figure leaves its limit for it. What the
// plan buys is not harvested, and what
// was bought within the days of the wash-sale rule and is kept disallows its
// share of the loss (26 U.S.C. 1091): only what remains counts.
func (p *plan) harvestLosses() {
	if len(p.facts.factsOf(FactHarvestableLoss)) == 0 {
		return
	}
	d := p.draft()
	impact := []string{FactHarvestableLoss, SubjectPortfolio, FactUnrealisedGain, SubjectPortfolio}
	var harvested []string
	for _, f := range p.facts.factsOf(FactHarvestableLoss) {
		if f.Subject != SubjectPortfolio && p.harvest(d, f.Subject) {
			harvested = append(harvested, p.facts.ids(FactHarvestableLoss, f.Subject, FactDisallowedLoss, f.Subject)...)
			impact = append(impact, FactUnrealisedGain, f.Subject)
		}
	}
	p.commit(d, cause{
		kind: ActionHarvestLosses, severity: p.facts.policy.Line(lineHarvestLoss).Severity, holding: -1,
		trigger:  p.facts.id(FactHarvestableLoss, SubjectPortfolio),
		evidence: append(harvested, p.facts.ids(FactUnrealisedGain, SubjectPortfolio, FactTaxIfSold, "")...),
		impact:   impact,
	})
}

// crop is what of one holding is worth harvesting.
type crop struct {
	holding  int
	lots     []int // none: the whole holding
	quantity decimal.Decimal
}

// harvest enters the harvest of one instrument into d, if what the constraints
// let be sold of it is worth it.
func (p *plan) harvest(d *draft, ref string) bool {
	crops := p.crops(d, ref)
	if len(crops) == 0 {
		return false
	}
	was, undo := d.outcome().strains(), d.try()
	for _, c := range crops {
		h := &d.book.val.Holdings[c.holding]
		d.exchange(c.holding, c.quantity, c.lots, p.substitutes(&h.Instrument))
	}
	quantity, loss := d.harvested(ref)
	washed := decimal.Min(quantity, p.facts.replaced(d.book.val, ref))
	if !quantity.IsPositive() || !p.worth(over(loss.Mul(quantity.Sub(washed)), quantity)) ||
		!relieved(was, d.outcome().strains()) {
		undo()
		return false
	}
	return true
}

// harvested is how much of an instrument is sold, and the loss, above zero, that
// this realises.
func (d *draft) harvested(ref string) (quantity, loss decimal.Decimal) {
	for i := range d.orders {
		o := &d.orders[i]
		if o.side != Sell || o.ref != ref {
			continue
		}
		gain := o.gain
		if len(o.lots) > 0 {
			gain = decimal.Decimal{}
		}
		for k := range o.lots {
			gain = gain.Add(o.lots[k].gain)
		}
		quantity, loss = quantity.Add(o.quantity), loss.Sub(gain)
	}
	return quantity, loss
}

// worth reports whether a usable loss reaches the policy's floor in money.
func (p *plan) worth(loss decimal.Decimal) bool {
	return crosses(p.facts.policy.Line(lineHarvestLoss), loss, p.facts.limit(lineHarvestLoss), above)
}

// crops lists what of an instrument is worth harvesting, by holding.
func (p *plan) crops(d *draft, ref string) (crops []crop) {
	for _, w := range d.holdingsOf(ref) {
		h := &d.book.val.Holdings[w.holding]
		if h.TaxTreatment != portfolio.Taxable || h.Cost == nil {
			continue
		}
		c := crop{holding: w.holding}
		if len(h.TaxLots) == 0 && p.facts.worthHarvesting(h, h.Value.Sub(*h.Cost), *h.Cost).IsPositive() {
			c.quantity = h.Quantity
		}
		for _, k := range w.lots {
			lot := &h.TaxLots[k]
			if p.facts.worthHarvesting(h, lotGain(h, lot), lot.Quantity.Mul(lot.UnitCost).Mul(h.Rate)).IsPositive() {
				c.lots, c.quantity = append(c.lots, k), c.quantity.Add(lot.Quantity)
			}
		}
		if c.quantity.IsPositive() {
			crops = append(crops, c)
		}
	}
	return crops
}

// substitutes lists what may take an instrument's place: what is of its class and
// exposed to the same, but neither the same instrument nor, of single names, of
// the same issuer, and nothing whose own loss would be harvested next.
func (p *plan) substitutes(i *portfolio.Instrument) (wares []*ware) {
	class := p.classOf(i)
	if class == "" {
		return nil
	}
	for _, w := range p.wares(class) {
		sameIssuer := w.instrument.IssuerKey() == i.IssuerKey() && !i.Diversified() && !w.broad
		if w.ref != i.Ref() && !sameIssuer && !p.losers[w.ref] && p.facts.standsFor(w.instrument, i) {
			wares = append(wares, w)
		}
	}
	return wares
}
