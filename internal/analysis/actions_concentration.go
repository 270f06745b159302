package analysis

import "ballast.internal/ballast/internal/portfolio"

// reduceConcentration brings every single issuer above the concentrated line
// down to it, the largest first, by the fewest whole shares that suffice.
func (p *plan) reduceConcentration() {
	line := p.facts.policy.Line(lineConcentrated)
	for _, issuer := range p.now.singleIssuers().parts {
		if !crosses(line, p.now.weight(issuer.value), p.facts.limit(lineConcentrated), above) {
			return
		}
		p.reduceIssuer(issuer)
	}
}

func (p *plan) reduceIssuer(issuer part) {
	lead := &p.facts.val.Holdings[issuer.lead].Instrument
	d := p.draft()
	excess := issuer.value.Sub(p.facts.limit(lineConcentrated).Mul(p.now.val.Total))
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
