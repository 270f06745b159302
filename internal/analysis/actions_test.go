package analysis

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ballast.internal/ballast/internal/portfolio"
)

// whole are the constraints of the worked example.
func whole() portfolio.Constraints {
	return portfolio.Constraints{WholeSharesOnly: true, MinTradeAmount: dec("100")}
}

// proposals writes actions down for comparison, a line each:
// "kind subject: side ticker quantity amount, … [limits] {caveats}".
func proposals(r *Result) []string {
	var lines []string
	for _, a := range r.Actions {
		line := a.Kind
		if a.Subject != "" {
			line += " " + a.Subject
		}
		for i, x := range a.Trades {
			line += map[bool]string{true: ": ", false: ", "}[i == 0]
			line += strings.Join([]string{string(x.Side), x.Ticker, x.Quantity, x.Amount}, " ")
			if x.AccountID != "" {
				line += " in " + x.AccountID
			}
		}
		lines = append(lines, line+" ["+strings.Join(a.Limits, " ")+"] {"+strings.Join(a.Caveats, " ")+"}")
	}
	return lines
}

func wantProposals(t *testing.T, r *Result, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, proposals(r)); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
}

// moves writes an action's impact down: "code subject: before > after".
func moves(r *Result, a Action) []string {
	var lines []string
	for _, i := range a.Impact {
		for _, f := range r.Facts {
			if f.ID == i.Fact {
				lines = append(lines, strings.TrimSpace(f.Code+" "+f.Subject)+": "+i.Before+" > "+i.After)
			}
		}
	}
	return lines
}

func wantMoves(t *testing.T, r *Result, action int, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, moves(r, r.Actions[action])); diff != "" {
		t.Errorf("impact of %s (-want +got):\n%s", r.Actions[action].Kind, diff)
	}
}

// The worked example of the reference, share by share: 45 of AAPL and not 44,
// because 44 leave 10.08 %.
func TestActionsOfP0(t *testing.T) {
	in := input(t, p0())
	in.Constraints = whole()
	r := analyze(t, in)
	wantProposals(t, r,
		"reduce_concentration AAPL: sell AAPL 45 8100.00 [] {taxable_gain}",
		"rebalance: sell VTI 71 17750.00, buy BND 344 25800.00 [] {taxable_gain}")
	wantMoves(t, r, 0, "issuer_weight AAPL: 0.18 > 0.099", "cash_balance: 5000.00 > 13100.00")
	wantMoves(t, r, 1, "portfolio_drift: 0.26 > 0.002", "asset_class_weight equity: 0.779 > 0.6015",
		"asset_class_weight fixed_income: 0.09 > 0.348", "asset_class_weight cash: 0.131 > 0.0505")
	want := &PlanTotal{
		Sold: "25850.00", Bought: "25800.00", Turnover: "0.2585", RealisedGain: "9400.00",
		Allocation: []AllocationLine{
			{"asset_class", "equity", "60150.00", "0.6015", "0.60"},
			{"asset_class", "fixed_income", "34800.00", "0.348", "0.35"},
			{"asset_class", "cash", "5050.00", "0.0505", "0.05"},
		},
	}
	if diff := cmp.Diff(want, r.Plan, cmpopts.IgnoreFields(PlanTotal{}, "Impact")); diff != "" {
		t.Errorf("total (-want +got):\n%s", diff)
	}
	total := moves(r, Action{Impact: r.Plan.Impact})
	if diff := cmp.Diff([]string{
		"issuer_weight AAPL: 0.18 > 0.099", "cash_balance: 5000.00 > 5050.00", "portfolio_drift: 0.26 > 0.002",
		"asset_class_weight equity: 0.86 > 0.6015", "asset_class_weight fixed_income: 0.09 > 0.348",
		"asset_class_weight cash: 0.05 > 0.0505",
	}, total); diff != "" {
		t.Errorf("impact of all actions (-want +got):\n%s", diff)
	}
	for i, want := range []string{FactIssuerWeight, FactClassDrift} {
		a := r.Actions[i]
		if a.Evidence[0] != a.Trigger || factByID(r, a.Trigger).Code != want {
			t.Errorf("%s is triggered by %+v, evidence %v", a.Kind, factByID(r, a.Trigger), a.Evidence)
		}
	}
	if a := r.Actions[0]; a.ID != "A1" || a.Holding != 2 || a.Severity != High || r.Actions[1].Holding != -1 {
		t.Errorf("A1 = %+v", a)
	}
}

// What the plan itself has made too large is nothing that its reader was told:
// the action cites a gap that the portfolio had before.
func TestRebalancingCitesWhatWasThere(t *testing.T) {
	for name, tt := range map[string]struct {
		target    portfolio.Allocation
		positions []portfolio.Position
		want      string
		trigger   string // code and subject
	}{
		"no cash and none wanted": {
			portfolio.Allocation{portfolio.ClassEquity: dec("0.5"), portfolio.ClassFixedIncome: dec("0.4"), portfolio.ClassRealEstate: dec("0.1")},
			[]portfolio.Position{
				position("AAPL", portfolio.Equity, "", "510", "100", "51000", ""),
				position("HOME", portfolio.RealEstate, "", "1", "40000", "40000", ""),
				position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "90", "100", "9000", "0.0003"),
			},
			"rebalance: buy BND 310 31000.00 [no_instrument] {}", "class_drift fixed_income",
		},
		"too little cash": {
			target603505(),
			[]portfolio.Position{
				position("AAPL", portfolio.Equity, "", "550", "100", "55000", ""),
				position("VTI", portfolio.ETF, portfolio.ClassEquity, "150", "100", "15000", "0.0003"),
				position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "300", "100", "30000", "0.0003"),
			},
			"deploy_cash: buy VTI 350 35000.00, buy BND 50 5000.00 [] {}", "issuer_weight AAPL",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.Cash, p.Positions = nil, tt.positions
			in := input(t, p)
			in.Target, in.Constraints = tt.target, whole()
			r := analyze(t, in)
			if got := proposals(r)[1]; got != tt.want {
				t.Fatalf("second action %q, want %q", got, tt.want)
			}
			f := factByID(r, r.Actions[1].Trigger)
			if got := f.Code + " " + f.Subject; got != tt.trigger {
				t.Errorf("triggered by %s, want %s", got, tt.trigger)
			}
		})
	}
}

func factByID(r *Result, id string) *Fact {
	for i := range r.Facts {
		if r.Facts[i].ID == id {
			return &r.Facts[i]
		}
	}
	return nil
}

func TestConstraintsHold(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*portfolio.Constraints)
		want   []string
	}{
		"turnover for a part": {
			func(c *portfolio.Constraints) { c.MaxTurnover = decPtr("0.25") },
			[]string{"reduce_concentration AAPL: sell AAPL 45 8100.00 [] {taxable_gain}",
				"rebalance: sell VTI 67 16750.00, buy BND 331 24825.00 [max_turnover] {taxable_gain}"},
		},
		"turnover for less than the first action": {
			func(c *portfolio.Constraints) { c.MaxTurnover = decPtr("0.05") },
			[]string{"reduce_concentration AAPL: sell AAPL 27 4860.00 [max_turnover] {taxable_gain}",
				"rebalance: buy BND 64 4800.00 [max_turnover] {}"},
		},
		"no turnover": {
			func(c *portfolio.Constraints) { c.MaxTurnover = decPtr("0") },
			[]string{"reduce_concentration AAPL [max_turnover] {}", "rebalance [max_turnover] {}"},
		},
		"the single name may not be sold": {
			func(c *portfolio.Constraints) { c.NoSell = []string{"AAPL"} },
			[]string{"reduce_concentration AAPL [no_sell] {}",
				"rebalance: sell VTI 104 26000.00, buy BND 346 25950.00 [] {taxable_gain}"},
		},
		"the large fund may not be traded": {
			func(c *portfolio.Constraints) { c.ExcludeTickers = []string{"VTI"} },
			[]string{"reduce_concentration AAPL: sell AAPL 45 8100.00 [] {taxable_gain}",
				"rebalance: sell VXUS 300 18000.00, buy BND 346 25950.00 [] {wash_sale_visibility}"},
		},
		"no bonds may be bought": {
			func(c *portfolio.Constraints) { c.ExcludeTickers = []string{"BND"} },
			[]string{"reduce_concentration AAPL: sell AAPL 45 8100.00 [] {taxable_gain}", "rebalance [no_instrument] {}"},
		},
		"no small trades": {
			func(c *portfolio.Constraints) { c.MinTradeAmount = dec("9000") },
			[]string{"reduce_concentration AAPL [min_trade_amount] {}",
				"rebalance: sell VTI 104 26000.00, buy BND 346 25950.00 [] {taxable_gain}"},
		},
		"fractions": {
			func(c *portfolio.Constraints) { c.WholeSharesOnly = false },
			[]string{"reduce_concentration AAPL: sell AAPL 44.4445 8000.01 [] {taxable_gain}",
				"rebalance: sell VTI 71.9999 17999.98, buy BND 346.6664 25999.98 [] {taxable_gain}"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(t, p0())
			in.Constraints = whole()
			tt.change(&in.Constraints)
			wantProposals(t, analyze(t, in), tt.want...)
		})
	}
}

func TestNoActionsWhereNoneAreDue(t *testing.T) {
	in := input(t, p0())
	in.Descriptive = true
	wantProposals(t, analyze(t, in))
	in = input(t, p0())
	in.Profile.Age = nil
	wantProposals(t, analyze(t, in))
	p := p0()
	p.Positions = p.Positions[:1] // 60 % of a fund, 34 % of bonds, 6 % of cash: inside every band
	p.Positions[0].Quantity = dec("240")
	p.Positions = append(p.Positions, position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "340", "100", "34000", "0.0003"))
	p.Cash[0].Amount = dec("6000")
	wantProposals(t, analyze(t, input(t, p)))
}

func TestShareClassesAreOneIssuer(t *testing.T) {
	p := p0()
	a := position("GOOGL", portfolio.Equity, portfolio.ClassEquity, "60", "200", "6000", "")
	c := position("GOOG", portfolio.Equity, portfolio.ClassEquity, "50", "202", "9000", "")
	a.Instrument.Issuer, c.Instrument.Issuer = "Alphabet Inc.", "Alphabet Inc."
	p.Positions = []portfolio.Position{p.Positions[0], p.Positions[3], a, c}
	in := input(t, p)
	in.Constraints = whole()
	r := analyze(t, in)
	// 22,100 of 86,100: 13,490 too much. The larger class goes first.
	want := "reduce_concentration Alphabet Inc.: sell GOOGL 60 12000.00, sell GOOG 8 1616.00 [] {taxable_gain}"
	if got := proposals(r); len(got) == 0 || got[0] != want {
		t.Errorf("actions %q, want first %q", got, want)
	}
}

// Shares that cover written options stay, and property has no issuer.
func TestNotEverythingLargeIsSold(t *testing.T) {
	p := p0()
	p.Positions[2].Instrument.Issuer = "Apple Inc."
	option := position("AAPL261218C200", portfolio.Derivative, portfolio.ClassEquity, "-100", "3", "300", "")
	option.Instrument.Issuer = "Apple"
	p.Positions = append(p.Positions, option)
	r := analyze(t, input(t, p))
	if got, want := proposals(r)[0], "reduce_concentration Apple [covers_short] {}"; got != want {
		t.Errorf("first action %q, want %q", got, want)
	}

	p = p0()
	p.Positions[2] = position("HOME", portfolio.RealEstate, "", "1", "400000", "300000", "")
	r = analyze(t, input(t, p))
	if factOf(r, FactIssuerWeight, "HOME") != nil || r.Actions[0].Kind == ActionReduceConcentration {
		t.Errorf("actions %q", proposals(r))
	}
}

// What a reduction frees goes back into the market even if every class was
// within its band before.
func TestProceedsAreReinvested(t *testing.T) {
	p := p0()
	p.Positions[0].Quantity = dec("168") // 42,000 of VTI, 18,000 of AAPL
	p.Positions[1] = position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "350", "100", "35000", "0.0003")
	p.Positions = p.Positions[:3]
	in := input(t, p)
	in.Constraints = whole()
	r := analyze(t, in)
	wantProposals(t, r,
		"reduce_concentration AAPL: sell AAPL 45 8100.00 [] {taxable_gain}",
		"deploy_cash: buy VTI 32 8000.00 [] {}")
	if f := factByID(r, r.Actions[1].Trigger); f.Code != FactIssuerWeight || f.Subject != "AAPL" {
		t.Errorf("the cause of the purchase is %+v", f)
	}
}

// The level follows the horizon: of an aggressive investor with four years to
// go, conservative is what is left.
func TestLowerRisk(t *testing.T) {
	in := input(t, p0())
	in.Constraints = whole()
	in.Profile.RiskTolerance, in.Profile.RiskCapacity = portfolio.Aggressive, portfolio.Aggressive
	in.Profile.TimeHorizonYears = ptr(4)
	r := analyze(t, in)
	if len(r.Actions) != 2 || r.Actions[1].Kind != ActionLowerRisk || factByID(r, r.Actions[1].Trigger).Code != FactRiskLevel {
		t.Fatalf("actions %q", proposals(r))
	}
	after := r.Actions[1].Impact
	for _, i := range after {
		if f := factByID(r, i.Fact); f.Subject == "equity" && !(dec(i.After).LessThanOrEqual(dec("0.2026")) && dec(i.After).GreaterThanOrEqual(dec("0.20"))) {
			t.Errorf("equity %s > %s, want 20 %%", i.Before, i.After)
		}
	}
}

// A caller's target may be as bold as it likes: no action takes more risk than
// the level bears.
func TestTargetAboveLevelIsNotAimedAt(t *testing.T) {
	in := input(t, p0())
	in.Constraints = whole()
	in.Profile.RiskTolerance = portfolio.Conservative
	in.Target = portfolio.Allocation{portfolio.ClassEquity: dec("0.95"), portfolio.ClassCash: dec("0.05")}
	r := analyze(t, in)
	if len(r.Actions) != 2 || r.Actions[1].Kind != ActionLowerRisk {
		t.Fatalf("actions %q", proposals(r))
	}
	if !slices.Contains(r.Actions[1].Caveats, CaveatTargetOverruled) {
		t.Errorf("caveats %q do not tell that another target is aimed at", r.Actions[1].Caveats)
	}
	for _, l := range r.Plan.Allocation {
		if aimed := in.Policy.Model(portfolio.Conservative)[portfolio.AssetClass(l.Key)]; !dec(l.Target).Equal(aimed) {
			t.Errorf("the plan leads %s to %s and not to %s", l.Key, l.Target, aimed)
		}
	}
	for _, a := range r.Actions {
		for _, x := range a.Trades {
			if x.Side == Buy && x.Ticker != "BND" {
				t.Errorf("%s buys %s", a.Kind, x.Ticker)
			}
		}
		for _, id := range a.Evidence {
			if code := factByID(r, id).Code; code == FactClassDrift || code == FactPortfolioDrift {
				t.Errorf("%s cites %s from a target that it does not aim at", a.Kind, code)
			}
		}
	}
}

// Where nothing of a class that is missing can be bought, no more is sold than is
// too risky: the level bears the rest.
func TestLowerRiskStopsWhereTheLevelBearsIt(t *testing.T) {
	p := p0()
	p.Positions = []portfolio.Position{position("GLD", portfolio.ETF, portfolio.ClassCommodity, "100", "1000", "90000", "")}
	p.Cash = nil
	in := input(t, p)
	in.Target, in.Constraints = nil, whole()
	in.Profile.RiskTolerance, in.Profile.TimeHorizonYears = portfolio.Aggressive, ptr(8)
	wantProposals(t, analyze(t, in), "lower_risk: sell GLD 40 40000.00 [no_instrument] {taxable_gain}")
}
