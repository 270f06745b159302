package recommend

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend/verify"
)

// gainCodes are the facts whose sign says whether a holding stands above what
// was paid for it.
var gainCodes = []string{
	analysis.FactUnrealisedGain, analysis.FactUnrealisedReturn, analysis.FactUnrealisedShort, analysis.FactUnrealisedLong,
}

// sides returns what the text about an action must not speak against.
func (b *brief) sides(a briefAction) []string {
	about := func(f briefFact) bool { return slices.Contains(a.Facts, f.ID) }
	slightly := a.Barely || a.Kind == analysis.ActionRebalance && b.inBand()
	return slices.Concat([]string{a.Kind, verify.SideRationale}, b.gainSide(about), b.largestSides(about), b.foremostSide(a), barelySides(slightly), offTargetSide(a.OffTarget), soldSides(a), b.Sides)
}

// summarySides returns what the summary, or the answer to a question, must not
// speak against. Without actions nothing may be proposed.
func (b *brief) summarySides(text string) []string {
	sides := []string{verify.SideSummary}
	if b.gravestFirst(text) {
		sides = append(sides, verify.SideForemost)
	}
	for _, a := range b.Actions {
		sides = append(sides, verify.SideAbout+a.Kind)
	}
	slightly := b.inBand() || slices.ContainsFunc(b.Actions, func(a briefAction) bool { return a.Barely })
	about := func(briefFact) bool { return true }
	astray := slices.ContainsFunc(b.Actions, func(a briefAction) bool { return a.OffTarget })
	return slices.Concat(sides, barelySides(slightly), offTargetSide(astray), b.gainSide(about), b.largestSides(about), b.Sides)
}

// gravestFirst reports whether of the findings that a text tells the first is the
// gravest, so that it may be called so, or whether it tells none.
func (b *brief) gravestFirst(text string) bool {
	first, at := "", len(text)
	for _, id := range b.Found {
		if i := strings.Index(text, "{"+id+"}"); i >= 0 && i < at {
			first, at = id, i
		}
	}
	return first == "" || first == b.Found[0]
}

// foremostSide is of an action that none of a higher severity stands beside, unless
// nothing calls for it.
func (b *brief) foremostSide(a briefAction) []string {
	higher := func(o briefAction) bool { return o.Severity.Rank() > a.Severity.Rank() }
	if a.Severity == analysis.Info || slices.ContainsFunc(b.Actions, higher) {
		return nil
	}
	return []string{verify.SideForemost}
}

// slight is the most of a limit that something may be beyond it and be called slightly so.
var slight = decimal.New(25, -2)

// barely reports whether a fact is beyond its limit by no more than slight.
func barely(f *analysis.Fact) bool {
	if f == nil {
		return false
	}
	value, err := decimal.NewFromString(f.Value)
	limit, bad := decimal.NewFromString(f.Threshold)
	return err == nil && bad == nil && value.Abs().Sub(limit).Abs().LessThanOrEqual(limit.Abs().Mul(slight))
}

// barelySides is what a text may say of how far something is off: of a class within its
// band, or of what the action is about.
func barelySides(slightly bool) []string {
	if !slightly {
		return nil
	}
	return []string{verify.SideBarelyOver, verify.SideBarelyUnder}
}

// offTarget reports whether an action leads away from the caller's target, or aims at
// another in its place.
func offTarget(a analysis.Action) bool {
	return slices.Contains(a.Caveats, analysis.CaveatOffTarget) || slices.Contains(a.Caveats, analysis.CaveatTargetOverruled)
}

func offTargetSide(off bool) []string {
	if !off {
		return nil
	}
	return []string{verify.SideOffTarget}
}

// inBand reports whether an asset class stands off its target but within the band.
func (b *brief) inBand() bool {
	return slices.ContainsFunc(b.Sides, func(side string) bool { return strings.HasPrefix(side, verify.SideNear) })
}

// gainSide is the side of the gains among the facts when they are all of one
// sign, and none when there are both or neither.
func (b *brief) gainSide(about func(briefFact) bool) []string {
	var gain, loss bool
	for _, f := range b.Facts {
		switch {
		case !about(f):
		case f.Code == analysis.FactHarvestableLoss: // of some lots, whatever the rest of the holding is worth
			loss = true
		case slices.Contains(gainCodes, f.Code):
			negative := strings.HasPrefix(f.Value, "-")
			gain, loss = gain || !negative, loss || negative
		}
	}
	switch {
	case gain && !loss:
		return []string{verify.SideGain}
	case loss && !gain:
		return []string{verify.SideLoss}
	}
	return nil
}

// largestSides is of what the only holding among the facts is the largest, and none
// when there are others, whose place a text does not tell apart.
func (b *brief) largestSides(about func(briefFact) bool) []string {
	one := false
	for _, f := range b.Facts {
		switch {
		case !f.ofHolding || !about(f):
		case f.Subject != b.Largest:
			return nil
		default:
			one = true
		}
	}
	if !one {
		return nil
	}
	return b.LargestSides
}

// largestIssuer is the subject of the single issuer with the most value, the first
// of its facts, and the sides it has: an instrument that is worth more is a fund.
func largestIssuer(facts []analysis.Fact) (subject string, sides []string) {
	find := func(code, subject string) (f analysis.Fact, value decimal.Decimal, found bool) {
		i := slices.IndexFunc(facts, func(f analysis.Fact) bool {
			return f.Code == code && (subject == "" || f.Subject == subject)
		})
		if i < 0 {
			return f, value, false
		}
		value, err := decimal.NewFromString(facts[i].Value)
		return facts[i], value, err == nil
	}
	issuer, weight, found := find(analysis.FactIssuerWeight, "")
	if !found {
		return "", nil
	}
	sides = []string{verify.SideLargest + verify.LargestIssuer}
	if _, most, found := find(analysis.FactTopNWeight, "1"); found && weight.GreaterThanOrEqual(most) {
		sides = append(sides, verify.SideLargest+verify.LargestHolding)
	}
	return issuer.Subject, sides
}

// The years from which on a horizon is long, and below which it is short; the
// model allocations of the policy change at both.
const (
	longHorizon  = 10
	shortHorizon = 5
)

// sides is what the profile says, which a text must not turn round.
func (p profileLine) sides() []string {
	sides := []string{verify.SideLevel + p.Level, verify.SideLiquidity + p.Liquidity}
	for _, o := range p.Objectives {
		sides = append(sides, verify.SideObjective+o)
	}
	switch portfolio.RiskLevel(p.Level) {
	case portfolio.ShortTerm, portfolio.Conservative, portfolio.ModeratelyConservative:
		sides = append(sides, verify.SideCautious)
	case portfolio.Moderate:
		sides = append(sides, verify.SideBalanced)
	case portfolio.ModeratelyAggressive, portfolio.Aggressive:
		sides = append(sides, verify.SideBold)
	}
	switch {
	case p.Horizon == nil:
	case *p.Horizon >= longHorizon:
		sides = append(sides, verify.SideLongHorizon)
	case *p.Horizon < shortHorizon:
		sides = append(sides, verify.SideShortHorizon)
	}
	return sides
}

// foundSides says what was found and is proposed, and what of the target and the
// reserve was looked at and found well.
func foundSides(res *analysis.Result) []string {
	var sides []string
	for i := range res.Actions {
		if res.Actions[i].Moves() {
			sides = append(sides, verify.SideProposed+res.Actions[i].Kind)
		}
	}
	for i := range res.Findings {
		sides = append(sides, verify.SideFound+res.Findings[i].Code)
	}
	well := func(side, fact string, against ...string) {
		looked := slices.ContainsFunc(res.Facts, func(f analysis.Fact) bool { return f.Code == fact })
		bad := slices.ContainsFunc(res.Findings, func(f analysis.Finding) bool { return slices.Contains(against, f.Code) })
		if looked && !bad {
			sides = append(sides, side)
		}
	}
	well(verify.SideOnTarget, analysis.FactClassDrift, analysis.FindingClassDrift, analysis.FindingPortfolioDrift)
	well(verify.SideClose, analysis.FactPortfolioDrift, analysis.FindingPortfolioDrift)
	well(verify.SideReserve, analysis.FactEmergencyFund, analysis.FindingEmergencyFund, analysis.FindingLowLiquidity)
	return sides
}
