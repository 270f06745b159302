package recommend

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend/verify"
)

// soldClasses are the asset classes of what an action sells, as far as a ticker tells.
func soldClasses(a analysis.Action, p *portfolio.Portfolio) (classes []string) {
	for _, t := range a.Trades {
		for i := range p.Positions {
			ins := &p.Positions[i].Instrument
			class := string(ins.Class())
			if t.Side == analysis.Sell && t.Ticker != "" && ins.ID.Ticker == t.Ticker && !slices.Contains(classes, class) {
				classes = append(classes, class)
			}
		}
	}
	return classes
}

// soldSides tells what fills the reserve. Other actions move what is off its target or
// name the holding.
func soldSides(a briefAction) (sides []string) {
	if a.Kind != analysis.ActionRaiseCash {
		return nil
	}
	for _, class := range a.Sold {
		sides = append(sides, verify.SideSells+class)
	}
	return sides
}

// classSides says which asset classes stand above their target and which below, and
// which of them within their band and which out of it.
func classSides(facts []analysis.Fact) []string {
	var sides []string
	for i := range facts {
		f := &facts[i]
		if f.Code != analysis.FactClassDrift {
			continue
		}
		value, err := decimal.NewFromString(f.Value)
		if err != nil {
			continue
		}
		side := verify.SideUnder + f.Subject
		if value.IsPositive() {
			side = verify.SideOver + f.Subject
		}
		if !value.IsZero() {
			sides = append(sides, side)
		}
		band, err := decimal.NewFromString(f.Threshold)
		switch {
		case err != nil:
		case value.Abs().GreaterThan(band):
			sides = append(sides, verify.SideFar+side)
		default:
			sides = append(sides, verify.SideNear+f.Subject)
		}
	}
	return sides
}

// mostlySide is the asset class of more than half of the portfolio, if there is one.
func mostlySide(facts []analysis.Fact) []string {
	half := decimal.New(5, -1)
	for i := range facts {
		f := &facts[i]
		if f.Code != analysis.FactClassWeight {
			continue
		}
		if weight, err := decimal.NewFromString(f.Value); err == nil && weight.GreaterThan(half) {
			return []string{verify.SideMostly + f.Subject}
		}
	}
	return nil
}

// noneSides are the asset classes of which the portfolio should hold something and holds
// nothing, when all of it is told by class.
func noneSides(facts []analysis.Fact) []string {
	held, sides := map[string]bool{}, []string(nil)
	for i := range facts {
		if f := &facts[i]; f.Code == analysis.FactClassWeight {
			value, err := decimal.NewFromString(f.Value)
			held[f.Subject] = err != nil || !value.IsZero()
		}
	}
	if held[string(portfolio.ClassUnclassified)] {
		return nil
	}
	for i := range facts {
		if f := &facts[i]; f.Code == analysis.FactClassDrift && !held[f.Subject] {
			sides = append(sides, verify.SideNone+f.Subject)
		}
	}
	return sides
}

// lopsidedSide says that the class of most of the portfolio is far above its target, if
// it is among the sides of the classes.
func lopsidedSide(classes []string) []string {
	for _, side := range classes {
		if class, ok := strings.CutPrefix(side, verify.SideMostly); ok && slices.Contains(classes, verify.SideFar+verify.SideOver+class) {
			return []string{verify.SideLopsided}
		}
	}
	return nil
}
