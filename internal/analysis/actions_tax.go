package analysis

import (
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// harvestLosses sells taxable lots whose loss reaches both floors of the
// policy, and puts the proceeds into something else of the same class, so that
// the investor stays invested. What the plan buys is not harvested, and what
// has been bought within the days of the wash-sale rule disallows its share of
// the loss (26 U.S.C. 1091): only what remains counts.
func (p *plan) harvestLosses() {
	d := p.draft()
	impact := []string{FactHarvestableLoss, SubjectPortfolio, FactUnrealisedGain, SubjectPortfolio}
	var harvested []string
	for _, f := range p.facts.factsOf(FactHarvestableLoss) {
		if f.Subject != SubjectPortfolio && p.harvest(d, f.Subject) {
			harvested = append(harvested, p.facts.ids(FactHarvestableLoss, f.Subject)...)
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
	loss     decimal.Decimal // as a positive amount
}

// harvest enters the harvest of one instrument into d, if there is one.
func (p *plan) harvest(d *draft, ref string) (done bool) {
	crops := p.crops(d, ref)
	var quantity, loss decimal.Decimal
	for i := range crops {
		quantity, loss = quantity.Add(crops[i].quantity), loss.Add(crops[i].loss)
	}
	washed := decimal.Min(quantity, p.recent(d.book.val, ref, crops))
	if !quantity.IsPositive() || !p.worth(loss.Mul(quantity.Sub(washed)).DivRound(quantity, ratioPlaces)) {
		return false
	}
	for i := range crops {
		h := &d.book.val.Holdings[crops[i].holding]
		done = d.exchange(crops[i].holding, crops[i].quantity, crops[i].lots, p.substitutes(&h.Instrument)) || done
	}
	if done && washed.IsPositive() {
		d.limits.add(LimitWashSale)
	}
	return done
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
		if len(h.TaxLots) == 0 {
			c.quantity, c.loss = h.Quantity, p.facts.worthHarvesting(h.Value.Sub(*h.Cost), *h.Cost)
		}
		for _, k := range w.lots {
			lot := &h.TaxLots[k]
			if loss := p.facts.worthHarvesting(lotGain(h, lot), lot.Quantity.Mul(lot.UnitCost).Mul(h.Rate)); loss.IsPositive() {
				c.lots, c.quantity, c.loss = append(c.lots, k), c.quantity.Add(lot.Quantity), c.loss.Add(loss)
			}
		}
		if c.loss.IsPositive() {
			crops = append(crops, c)
		}
	}
	return crops
}

// recent is the quantity of an instrument, over all accounts, that was bought
// within the wash-sale days and is not itself sold.
func (p *plan) recent(v *portfolio.Valuation, ref string, crops []crop) (sum decimal.Decimal) {
	since := v.Portfolio.AsOf.AddDays(-int(p.facts.limit(lineWashSaleDays).IntPart()))
	for i := range v.Holdings {
		h := &v.Holdings[i]
		if h.Instrument.Ref() != ref {
			continue
		}
		for k := range h.TaxLots {
			if lot := &h.TaxLots[k]; !lot.AcquiredOn.Before(since) && !cropped(crops, i, k) {
				sum = sum.Add(lot.Quantity)
			}
		}
	}
	return sum
}

func cropped(crops []crop, holding, lot int) bool {
	return slices.ContainsFunc(crops, func(c crop) bool {
		return c.holding == holding && slices.Contains(c.lots, lot)
	})
}

// substitutes lists what may take an instrument's place: the same class, but
// neither the same instrument nor, of single names, the same issuer.
func (p *plan) substitutes(i *portfolio.Instrument) (wares []*ware) {
	class := p.classOf(i)
	if class == "" {
		return nil
	}
	for _, w := range p.wares(class) {
		sameIssuer := w.instrument.IssuerKey() == i.IssuerKey() && !i.Diversified() && !w.instrument.Diversified()
		if w.ref != i.Ref() && !sameIssuer {
			wares = append(wares, w)
		}
	}
	return wares
}
