package analysis

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

// twoAccounts holds 75,000 of equities where money is borrowed, and 45,000 of bonds and
// cash in another account.
func twoAccounts(borrowed, cash string, other portfolio.TaxTreatment) *portfolio.Portfolio {
	p := p0()
	p.Accounts = []portfolio.Account{{ID: "margin"}, {ID: "other", TaxTreatment: other}}
	p.Cash = []portfolio.Cash{{AccountID: "margin", Currency: "USD", Amount: dec(borrowed)}, {AccountID: "other", Currency: "USD", Amount: dec(cash)}}
	p.Positions = []portfolio.Position{p.Positions[0], p.Positions[3]}
	p.Positions[0].AccountID, p.Positions[1].AccountID = "margin", "other"
	p.Positions[0].Quantity, p.Positions[1].Quantity = dec("300"), dec("600")
	return p
}

// Cash in another account makes an account's own no less borrowed. A taxable one can
// settle it, and invests no more than what that leaves; what it lacks is sold.
func TestMarginDebtOfOneAccount(t *testing.T) {
	for name, tt := range map[string]struct {
		borrowed, cash string
		other          portfolio.TaxTreatment
		want           []string
	}{
		"settled by cash": {"-60000", "70000", portfolio.Taxable, []string{"deploy_cash: buy VTI 12 3000.00 in other, buy BND 6 450.00 in other [] {}"}},
		"settled in part": {"-20000", "5000", portfolio.Taxable, []string{
			"raise_cash: sell VTI 48 12000.00 in margin, sell BND 40 3000.00 in other [] {taxable_gain}",
			"rebalance: sell BND 70 5250.00 in other [] {taxable_gain}",
		}},
		"in a pension": {"-20000", "30000", portfolio.TaxDeferred, []string{
			"raise_cash: sell VTI 80 20000.00 in margin [] {off_target taxable_gain}",
			"deploy_cash: buy BND 6 450.00 in other [no_instrument] {}",
		}},
		"nothing is lacking": {"-100", "6600", portfolio.Taxable, nil},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(t, twoAccounts(tt.borrowed, tt.cash, tt.other))
			in.Constraints = whole()
			r := analyze(t, in)
			wantProposals(t, r, tt.want...)
			f := findingOf(r, FindingMarginDebt, "margin")
			if f == nil || f.Observed != tt.borrowed+".00" || factByID(r, f.Evidence[0]).Code != FactMarginBalance {
				t.Errorf("finding %+v", f)
			}
		})
	}
}

// What is missing is sold where it is borrowed, whatever is cheaper in tax elsewhere.
func TestMarginDebtIsSettledInItsAccount(t *testing.T) {
	p := twoAccounts("-6000", "0", portfolio.Taxable)
	p.Positions[0].CostBasis = decPtr("1000")
	more := p.Positions[0]
	more.AccountID, more.CostBasis = "other", decPtr("90000")
	p.Positions = append(p.Positions, more)
	in := input(t, p)
	in.Constraints = whole()
	r := analyze(t, in)
	if diff := cmp.Diff("raise_cash: sell VTI 24 6000.00 in margin [] {taxable_gain}", proposals(r)[0]); diff != "" {
		t.Error(diff)
	}
	wantMove(t, r, 0, "margin_balance margin: -6000.00 > 0.00")
}

// Every account with less than nothing is found, and no other.
func TestEveryMarginDebtIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		r := mustAnalyzeInput(t, in)
		for account, cash := range cashOf(in.Valuation) {
			if borrowed := cash.LessThan(dec("-0.005")); borrowed != (findingOf(r, FindingMarginDebt, account) != nil) {
				t.Fatalf("account %q has %s and %+v", account, cash, r.Findings)
			}
		}
	})
}
