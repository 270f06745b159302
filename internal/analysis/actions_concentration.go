package analysis

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// reduceConcentration brings every single issuer above the concentrated line
// down to it, the largest first, by the fewest whole shares that suffice. The
// line is of the total less what the debts then take.
func (p *plan) reduceConcentration(debts decimal.Decimal) {
	line := p.facts.policy.Line(lineConcentrated)
	most := p.facts.limit(lineConcentrated).Mul(p.now.val.Total.Sub(debts))
	for _, issuer := range p.now.singleIssuers().parts {
		if !crosses(line, p.now.weight(issuer.value), p.now.weight(most), above) {
			return
		}
		p.reduceIssuer(issuer, issuer.value.Sub(most))
	}
}

func (p *plan) reduceIssuer(issuer part, excess decimal.Decimal) {
	lead := &p.facts.val.Holdings[issuer.lead].Instrument
	d := p.draft()
	d.sell(excess, roundUp, func(h *portfolio.Holding) bool { return p.isOf(issuer, h) })
	ref := lead.Ref()
	p.commit(d, cause{
		kind: ActionReduceConcentration, severity: p.facts.policy.Line(p.now.issuerLine(issuer.key)).Severity,
		subject: issuer.key, holding: issuer.lead, trigger: p.facts.id(FactIssuerWeight, issuer.key), always: true,
		evidence: p.facts.ids(
			FactUnrealisedGain, ref, FactUnrealisedReturn, ref, FactEffectiveNumber, "", FactTopNWeight, "3",
			FactUnrealisedLong, ref, FactUnrealisedShort, ref,
		),
		impact: []string{FactIssuerWeight, issuer.key, FactCashBalance, ""},
	})
}
