package analysis

import (
	"cmp"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// A rebalancing is told by a class that was out of its band before the plan, a
// proposal that moves nothing says what keeps it from that, and idle cash weighs no
// less than the class that it keeps out of its band.
func TestWhyRebalance(t *testing.T) {
	fund := func(quantity string) portfolio.Position {
		return position("VTI", portfolio.ETF, portfolio.ClassEquity, quantity, "100", "1000", "0.0003")
	}
	bonds := func(quantity string) portfolio.Position {
		return position("BND", portfolio.ETF, portfolio.ClassFixedIncome, quantity, "100", "1000", "0.0003")
	}
	for name, tt := range map[string]struct {
		cash, expenses string
		positions      []portfolio.Position
		kind           string
		trigger        string // subject of a drift, or a code
		severity       Severity
		limits         []string
		target         string // of cash, if not 0.05
	}{
		"what another action frees is not why": {"5000", "", []portfolio.Position{
			position("BTC", portfolio.Cryptocurrency, portfolio.ClassCryptocurrency, "1.5", "60000", "1000", ""), fund("10"),
		}, ActionRebalance, "equity", Medium, []string{LimitNoInstrument, LimitRiskAssets}, ""},
		"cash of short positions": {"5000", "", []portfolio.Position{
			fund("500"), bonds("300"), position("TSLA", portfolio.Equity, portfolio.ClassEquity, "-20", "400", "-8000", ""),
		}, ActionRebalance, "equity", Medium, []string{LimitShortProceeds}, ""},
		"cash for emergencies": {"12000", "4000", []portfolio.Position{fund("540"), bonds("340")},
			ActionRebalance, "equity", Medium, []string{LimitCashReserve}, ""},
		"mostly cash": {"90000", "", []portfolio.Position{fund("60"), bonds("40")}, ActionDeployCash, FactCashDrag, Medium, []string{}, ""},
		"a little cash in its band": {"23000", "", []portfolio.Position{fund("590"), bonds("180")},
			ActionDeployCash, FactCashDrag, Low, []string{}, "0.20"},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.Positions, p.Cash[0].Amount = tt.positions, dec(tt.cash)
			if tt.expenses != "" {
				p.MonthlyExpenses = decPtr(tt.expenses)
			}
			in := input(t, p)
			in.Constraints.WholeSharesOnly = true
			cash := dec(cmp.Or(tt.target, "0.05"))
			in.Target = portfolio.Allocation{
				portfolio.ClassEquity: dec("0.60"), portfolio.ClassFixedIncome: dec("0.40").Sub(cash), portfolio.ClassCash: cash,
			}
			r := analyze(t, in)
			if len(r.Actions) == 0 {
				t.Fatal("no action")
			}
			a := r.Actions[len(r.Actions)-1]
			trigger := factByID(r, a.Trigger)
			if why := trigger.Code; a.Kind != tt.kind || why != tt.trigger && trigger.Subject != tt.trigger ||
				a.Severity != tt.severity || !slices.Equal(a.Limits, tt.limits) {
				t.Errorf("%s, %s, for %s %s %s with limits %q", a.Kind, a.Severity, why, trigger.Subject, trigger.Value, a.Limits)
			}
		})
	}
}

// What only a repayment lifts above its line is not reduced: no figure of the
// caller's calls for it.
func TestRepaymentConcentratesNobody(t *testing.T) {
	p := p0()
	p.Positions[2].Quantity = decimal.NewFromInt(50)
	p.Liabilities = []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec("9000"), InterestRate: decPtr("0.22")}}
	r := analyze(t, input(t, p))
	if w := factOf(r, FactIssuerWeight, "AAPL"); dec(w.Value).GreaterThan(dec("0.1")) || dec(w.Value).LessThan(dec("0.09")) {
		t.Fatalf("AAPL at %s", w.Value)
	}
	for _, a := range r.Actions {
		if a.Kind == ActionReduceConcentration {
			t.Errorf("%+v", a)
		}
	}
}

// Cash that the target calls idle and the mix of the level does not is no reason to
// sell for more of it: the level is, whose mix is aimed at.
func TestOverruledTargetIsNoReasonForItsIdleCash(t *testing.T) {
	p := &portfolio.Portfolio{
		AsOf: asOf, BaseCurrency: "USD", Cash: []portfolio.Cash{{Currency: "USD", Amount: dec("40000")}},
		Positions: []portfolio.Position{position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "800", "75", "60000", "0.0003")},
	}
	in := input(t, p)
	in.Profile.RiskTolerance, in.Constraints = portfolio.ShortTerm, whole()
	in.Target = portfolio.Allocation{portfolio.ClassEquity: dec("0.20"), portfolio.ClassFixedIncome: dec("0.80")}
	r := analyze(t, in)
	wantProposals(t, r, "rebalance: sell BND 266 19950.00 [] {target_overruled}")
	if f := factByID(r, r.Actions[0].Trigger); f.Code != FactRiskLevel {
		t.Errorf("called for by %s", f.Code)
	}
}
