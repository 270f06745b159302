package analysis

import (
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// reduceConcentration brings every single issuer above the concentrated line
// down to it, the largest first, by the fewest whole shares that suffice. The
// line is of the total less what the debts then take.
func (p *plan) reduceConcentration(debts decimal.Decimal) {
	most := p.facts.limit(lineConcentrated).Mul(p.now.val.Total.Sub(debts))
	issuers := p.concentrated()
	spared := p.sparing(issuers, most)
	for i, issuer := range issuers {
		if crosses(p.facts.policy.Line(lineConcentrated), p.now.weight(issuer.value), p.now.weight(most), above) {
			p.reduceIssuer(issuer, issuer.value.Sub(most), spared[i])
		}
	}
}

// sparing is how much of what each issuer has above most is not sold: together what
// the plan spares, of the smallest first, and of none what it has above the high line.
func (p *plan) sparing(issuers []part, most decimal.Decimal) []decimal.Decimal {
	spared, left := make([]decimal.Decimal, len(issuers)), p.spared
	high := p.facts.limit(lineHigh).Mul(p.now.val.Total)
	for i, issuer := range slices.Backward(issuers) {
		room := decimal.Min(issuer.value, high).Sub(most)
		spared[i] = decimal.Max(decimal.Decimal{}, decimal.Min(left, room))
		left = left.Sub(spared[i])
	}
	return spared
}

// concentrated lists the single issuers that are above the line in the caller's
// portfolio already, as they are now. One that only the plan brings above it, by
// what a repayment takes from the total, has no figure that calls for its sale.
func (p *plan) concentrated() (list []part) {
	line := p.facts.policy.Line(lineConcentrated)
	for _, issuer := range p.now.singleIssuers().parts {
		if was := p.facts.weight(p.facts.singleIssuers().value(issuer.key)); crosses(line, was, p.facts.limit(lineConcentrated), above) {
			list = append(list, issuer)
		}
	}
	return list
}

func (p *plan) reduceIssuer(issuer part, excess, spared decimal.Decimal) {
	lead := &p.facts.val.Holdings[issuer.lead].Instrument
	d := p.draft()
	if p.untold(issuer) {
		d.limits.add(LimitIssuerUntold)
	} else {
		if spared.IsPositive() {
			d.limits.add(LimitLeadsAway)
		}
		d.sell(excess.Sub(spared), roundUp, func(h *portfolio.Holding) bool { return p.isOf(issuer, h) })
	}
	ref := lead.Ref()
	p.commit(d, cause{
		kind: ActionReduceConcentration, severity: p.facts.policy.Line(p.now.issuerLine(issuer.key)).Severity,
		subject: issuer.key, holding: issuer.lead, trigger: p.facts.id(FactIssuerWeight, issuer.key), always: true,
		evidence: p.facts.ids(
			FactUnrealisedGain, ref, FactUnrealisedReturn, ref, FactEffectiveNumber, "", FactTopNWeight, "3",
			FactUnrealisedLong, ref, FactUnrealisedShort, ref,
		),
		impact: append([]string{FactIssuerWeight, issuer.key, FactCashBalance, ""}, p.reserveWanted()...),
	})
}

// reserveWanted is the reserve that what is sold fills, as in cause.impact, if it can wait for that.
func (p *plan) reserveWanted() []string {
	if !p.cashCanWait() {
		return nil
	}
	if c, _ := p.cashCause(); c.trigger == p.facts.id(FactLiquidityRatio, "") {
		return []string{FactLiquidityRatio, ""}
	}
	return []string{FactEmergencyFund, ""}
}

// untold reports an issuer of bonds alone that may be a government: before it is
// known what they are, nothing is sold for their weight.
func (p *plan) untold(issuer part) bool {
	for i := range p.now.val.Holdings {
		h := &p.now.val.Holdings[i]
		if h.Value.IsPositive() && p.isOf(issuer, h) && !h.Instrument.IssuerUntold() {
			return false
		}
	}
	return p.now.val.Holdings[issuer.lead].Instrument.IssuerUntold()
}
