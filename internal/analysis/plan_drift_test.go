package analysis

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

// The plan leaves the portfolio no further from its target, or the actions that do
// so say it and by how much.
func TestPlanEndsNoFurtherFromItsTarget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		r := mustAnalyzeInput(t, in)
		drift := factOf(r, FactPortfolioDrift, "")
		if drift == nil || len(r.Actions) == 0 {
			return
		}
		traded := in
		traded.Valuation = replay(t, in, r)
		after, _ := newModel(traded).portfolioDrift("")
		told := false
		for _, a := range r.Actions {
			moved := slices.ContainsFunc(a.Impact, func(i Impact) bool { return i.Fact == drift.ID && dec(i.After).GreaterThan(dec(i.Before)) })
			warned := slices.Contains(a.Caveats, CaveatOffTarget)
			if warned && !moved {
				t.Fatalf("%s does not say how far it leads away: %+v", a.Kind, a.Impact)
			}
			told = told || warned
		}
		unsaid := point.Mul(decimal.NewFromInt(int64(len(r.Actions))))
		if off := after.Sub(dec(drift.Value)); off.GreaterThanOrEqual(unsaid) && !told || !off.IsPositive() && told {
			t.Fatalf("drift %s > %s, told: %t, by %q", drift.Value, after, told, proposals(r))
		}
	})
}

// A single name is reduced as far as its proceeds have a place; what it has above the
// line from which on it decides the outcome is sold in any case.
func TestSingleNamesLeadNoFurtherThanTheyAreWorth(t *testing.T) {
	for _, tt := range []struct {
		name, shares string
		tradable     bool // VTI and BND, which take the proceeds
		want         []string
	}{
		{"nothing takes them", "150", false, []string{"reduce_concentration AAPL [leads_away] {}"}},
		{"far too much, and nothing takes them", "350", false,
			[]string{"reduce_concentration AAPL: sell AAPL 150 15000.00 [leads_away] {off_target taxable_gain}", "rebalance [no_instrument] {}"}},
		{"a fund takes them", "350", true,
			[]string{"reduce_concentration AAPL: sell AAPL 250 25000.00 [] {taxable_gain}", "deploy_cash: buy VTI 100 25000.00 [] {}"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := p0()
			p.Positions = []portfolio.Position{p.Positions[0], p.Positions[2], p.Positions[3]}
			aapl := &p.Positions[1]
			aapl.Price, aapl.Quantity, aapl.CostBasis = dec("100"), dec(tt.shares), decPtr("10000")
			p.Positions[0].Quantity = decimal.NewFromInt(60_000).Sub(aapl.Quantity.Mul(aapl.Price)).Div(dec("250"))
			p.Positions[2].Price, p.Positions[2].Quantity = dec("100"), dec("350")
			in := input(t, p)
			in.Constraints = whole()
			in.Constraints.FractionsAsHeld = true
			if !tt.tradable {
				in.Constraints.ExcludeTickers = []string{"VTI", "BND"}
			}
			wantProposals(t, analyze(t, in), tt.want...)
		})
	}
}

// Reducing single names leads no further from the target than the policy requires,
// whatever debts do not.
func TestPlanEndsNoFurtherThanItMust(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		in.Valuation.Portfolio.Liabilities, in.MostActions = nil, 0
		m := newModel(in)
		m.buildFacts()
		p, least := candidateActions(in, m, nil), allActions(in, m, nil, m.val.Total)
		if bound := decimal.Max(p.drift(m), least.drift(least.now)); p.target != nil && astray(bound, p.drift(p.now)) {
			t.Fatalf("drift %s > %s, and it must only be %s, by %q", p.drift(m), p.drift(p.now), bound, proposals(&Result{Actions: p.actions}))
		}
	})
}

// A bond of an unknown issuer may be a government's: its weight is told, and nothing
// is sold for it.
func TestBondOfAnUnknownIssuer(t *testing.T) {
	for sector, want := range map[string][]string{
		"":           {"reduce_concentration OAT [issuer_untold] {}"},
		"Government": nil,
		"financials": {"reduce_concentration OAT: sell OAT 150 15000.00 [leads_away] {off_target taxable_gain}", "rebalance [no_instrument] {}"},
	} {
		t.Run(sector, func(t *testing.T) {
			p := p0()
			p.Positions = p.Positions[:1]
			p.Positions[0].Quantity = dec("240") // 60,000
			bond := position("OAT", portfolio.FixedIncome, portfolio.ClassFixedIncome, "350", "100", "30000", "")
			bond.Instrument.Sector = sector
			p.Positions = append(p.Positions, bond)
			in := input(t, p)
			in.Constraints = whole()
			r := analyze(t, in)
			wantProposals(t, r, want...)
			if sector == "financials" {
				wantMove(t, r, 0, "portfolio_drift: 0 > 0.15")
			}
			if weight := factOf(r, FactIssuerWeight, "OAT"); (weight == nil) != (sector == "Government") {
				t.Errorf("weight of the issuer: %+v", weight)
			}
		})
	}
}

// Only what is left can be left for want of whole shares.
func TestAllSoldForCash(t *testing.T) {
	p := p0()
	p.Positions = p.Positions[:1]
	p.Positions[0].Quantity = dec("9.5")
	p.Cash[0].Amount = dec("100")
	p.MonthlyExpenses = decPtr("3000")
	in := input(t, p)
	in.Constraints = whole()
	in.Constraints.FractionsAsHeld = true
	r := analyze(t, in)
	wantProposals(t, r, "raise_cash: sell VTI 9.5 2375.00 [nothing_to_sell] {off_target wash_sale_visibility}", "rebalance [cash_reserve] {}")
	if why := factByID(r, r.Actions[1].Trigger); why.Code != FactClassDrift || why.Subject != "fixed_income" {
		t.Errorf("nothing rebalanced for %s %s, which the sale has turned round", why.Code, why.Subject)
	}
}

// Cash that must stay at hand is not too much of it, and keeps others from their
// targets: both are said.
func TestReserveAboveTheTarget(t *testing.T) {
	p := p0()
	p.Positions = p.Positions[:1]
	p.Positions[0].Quantity = dec("320") // 80,000
	p.Positions = append(p.Positions, position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "60", "100", "6000", "0.0003"))
	p.Cash[0].Amount = dec("13000")
	p.MonthlyExpenses = decPtr("2000")
	in := input(t, p)
	in.Constraints = whole()
	in.Profile.EmergencyFundMonths = decPtr("6")
	r := analyze(t, in)
	if a := r.Actions[0]; a.Kind != ActionRebalance || !slices.Contains(a.Limits, LimitCashReserve) {
		t.Errorf("%q", proposals(r))
	}
	if slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Code == FindingClassDrift && f.Subject == cashKey }) {
		t.Errorf("of 13,000 in cash 12,000 must stay and 5,000 are the target, and it is found too much")
	}
}

// What calls for an action still does after the earlier ones, or is what called for
// one of these.
func TestTriggersHoldAfterEarlierActions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		r := mustAnalyzeInput(t, in)
		earlier := map[string]bool{}
		for i, a := range r.Actions {
			f := factByID(r, a.Trigger)
			so := *r
			so.Actions = r.Actions[:i]
			then := in
			then.Valuation = replay(t, in, &so)
			is, _ := newModel(then).figure(f.Code, f.Subject)
			if was := dec0(f.Value); f.Code == FactClassDrift && is.Sign() != was.Sign() && !earlier[a.Trigger] {
				t.Fatalf("%s %s for %s of %s, which is %s by then", a.ID, proposals(r), f.Code, was, is)
			}
			earlier[a.Trigger] = true
		}
	})
}

// dec0 is a figure, or zero for a word.
func dec0(s string) decimal.Decimal {
	d, _ := decimal.NewFromString(s)
	return d
}
