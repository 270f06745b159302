package analysis

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// suitableTarget is the allocation that actions aim at: the caller's or that
// of the effective level, and the level's in any case where the caller's takes
// more risk than the level bears. lowered tells that the level is below the
// stated tolerance, or the target below the caller's; nil is no target.
func (m *model) suitableTarget() (target portfolio.Allocation, lowered bool) {
	if m.level == "" {
		return m.target, false
	}
	if m.in.Target != nil {
		if _, _, tooRisky := m.targetRisk(); tooRisky {
			return m.policy.Model(m.level), true
		}
	}
	return m.target, levelRank(m.level) < levelRank(m.in.Profile.RiskTolerance)
}

// cashFloor is the amount of cash that must stay at hand: the emergency fund
// or what the liquidity needs call for, whichever is more.
func (m *model) cashFloor() decimal.Decimal {
	floor := m.emergencyReserve()
	if line, ok := m.liquidityLine(); ok {
		floor = decimal.Max(floor, m.limit(line).Mul(m.val.Total))
	}
	return floor
}

// heldCash is the cash that is not free to be invested: the floor, and the
// proceeds of short positions, which are owed.
func (m *model) heldCash() decimal.Decimal {
	return m.cashFloor().Add(m.data().short.decimal())
}

// aims compares the present portfolio with what each class should have. A gap
// above zero is too much of a class. What is unclassified has none: it cannot
// be judged.
type aims struct {
	classes  []portfolio.AssetClass
	gap      map[portfolio.AssetClass]decimal.Decimal
	reserved bool // cash beyond its share must stay
}

// aims gives every class its share of the target. Cash that must stay at hand
// beyond its share is not idle; the other classes then share what is left in
// the proportions of the target. What is owed for a short takes nothing from
// them: the short stands against it in its own class.
func (p *plan) aims() *aims {
	m := p.now
	a := &aims{classes: targetClasses, gap: make(map[portfolio.AssetClass]decimal.Decimal, len(targetClasses))}
	cash, wanted := m.classes().value(cashKey), p.target[portfolio.ClassCash].Mul(m.val.Total)
	// Cash inside funds is of the class, but not at hand.
	held := m.heldCash().Add(cash.Sub(m.nearCash()))
	kept := decimal.Min(decimal.Max(cash, wanted), decimal.Max(wanted, held))
	a.reserved = kept.GreaterThan(wanted)
	own := decimal.Max(wanted, kept.Sub(m.data().short.decimal()))
	others := one.Sub(p.target[portfolio.ClassCash])
	for _, class := range a.classes {
		aim := p.target[class].Mul(m.val.Total)
		switch {
		case class == portfolio.ClassCash:
			aim = kept
		case a.reserved && others.IsPositive():
			aim = over(p.target[class].Mul(m.val.Total.Sub(own)), others)
		}
		a.gap[class] = minus(m.classes().value(string(class)), aim)
	}
	return a
}

// largest lists the classes other than cash with too much (sign 1) or too
// little (sign -1), the largest gap first.
func (a *aims) largest(sign int) []portfolio.AssetClass {
	var classes []portfolio.AssetClass
	for _, class := range a.classes {
		if class != portfolio.ClassCash && a.gap[class].Sign() == sign {
			classes = append(classes, class)
		}
	}
	slices.SortFunc(classes, func(x, y portfolio.AssetClass) int {
		return cmp.Or(absolute(a.gap[y]).Cmp(absolute(a.gap[x])), cmp.Compare(x, y))
	})
	return classes
}

// drift is half of what would have to move to close all gaps.
func (a *aims) drift() decimal.Decimal {
	var total sum
	for _, class := range a.classes {
		total.add(absolute(a.gap[class]))
	}
	return total.decimal().Mul(half)
}

// outOfBand reports whether the gap of a class is wider than its 5/25 band.
func (p *plan) outOfBand(a *aims, class portfolio.AssetClass) bool {
	return crosses(p.bandLine(class), p.now.weight(absolute(a.gap[class])), p.aimed().band(string(class)), above)
}

// bandLine is the policy line of the class's band.
func (p *plan) bandLine(class portfolio.AssetClass) Line {
	return p.now.policy.Line(p.aimed().bandLine(string(class)))
}

// aimed is the present portfolio seen with the plan's target.
func (p *plan) aimed() *model {
	if !p.overruled {
		return p.now
	}
	m := *p.now
	m.target, m.complete, m.written = p.target, false, nil
	m.drifted, m.classNames = lazy[decimal.Decimal]{}, lazy[[]string]{}
	return &m
}

// idle is the cash balances beyond what must stay, never below zero.
func (a *aims) idle(cash decimal.Decimal) decimal.Decimal {
	return decimal.Max(decimal.Decimal{}, decimal.Min(cash, a.gap[portfolio.ClassCash]))
}
