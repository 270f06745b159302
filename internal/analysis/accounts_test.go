package analysis

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

// Of an emergency fund counts what can be drawn on, and only that is kept for it; who
// has nothing but a pension is told so, and of no cash that is not there.
func TestEmergencyFundStandsWhereItCanBeDrawnOn(t *testing.T) {
	isa, ira := portfolio.TaxExempt, portfolio.TaxDeferred
	for name, tt := range map[string]struct {
		treatment        portfolio.TaxTreatment
		there, elsewhere string // cash in that account and in a taxable one
		owed             string
		months, excess   string
		want             []string
	}{
		"a pension's is none":               {ira, "20000", "0", "0", "0", "15000.00", []string{"raise_cash [account_cash] {}"}},
		"what stands elsewhere":             {ira, "12000", "8000", "0", "4", "12000.00", []string{"raise_cash [account_cash] {}"}},
		"of any treatment that lets it out": {isa, "12000", "8000", "0", "10", "8000.00", nil},
		"no cash at all": {ira, "0", "0", "4000", "0", "0.00",
			[]string{"raise_cash [account_cash] {}", "pay_down_debt credit_card [account_cash] {}"}},
		"a debt beside a pension's": {ira, "20000", "0", "4000", "0", "15000.00",
			[]string{"raise_cash [account_cash] {}", "pay_down_debt credit_card [account_cash] {}"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.Accounts = []portfolio.Account{{ID: "there", TaxTreatment: tt.treatment}}
			p.Cash = []portfolio.Cash{
				{AccountID: "there", Currency: "USD", Amount: dec(tt.there)}, {Currency: "USD", Amount: dec(tt.elsewhere)},
			}
			stocks, bonds := position("VTI", portfolio.ETF, portfolio.ClassEquity, "50000", "1", "50000", ""), position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "1", "1", "1", "")
			bonds.Quantity = dec("50000").Sub(dec(tt.there)).Sub(dec(tt.elsewhere))
			stocks.AccountID, bonds.AccountID = "there", "there"
			p.Positions, p.MonthlyExpenses = []portfolio.Position{stocks, bonds}, decPtr("2000")
			p.Liabilities = []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec(tt.owed), InterestRate: decPtr("0.22")}}
			in := input(t, p)
			in.Profile.EmergencyFundMonths = decPtr("6")
			r := analyze(t, in)
			checkFacts(t, r, []want{{FactEmergencyFund, "", tt.months}, {FactExcessCash, "", tt.excess}})
			var got []string
			for i, a := range r.Actions {
				if a.Kind == ActionRaiseCash || a.Kind == ActionPayDownDebt {
					got = append(got, proposals(r)[i])
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("actions %q, want %q", got, tt.want)
			}
		})
	}
}

// No plan takes of the emergency fund, whatever cash stands in accounts that cannot
// serve it.
func TestPlansKeepTheEmergencyFund(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		was := newModel(in)
		r := mustAnalyzeInput(t, in)
		after := modelAfter(t, in, r, len(r.Actions))
		// A repayment is replayed by what it tells, in cents.
		if kept := decimal.Min(was.emergencyReserve(), was.drawable()); after.drawable().LessThan(kept.Sub(dec("0.01"))) {
			t.Fatalf("of %s for an emergency %s are left", kept, after.drawable())
		}
	})
}

// What pensions cannot spend is not taken from the emergency fund instead.
func TestIdlePensionsTakeNothingFromTheFund(t *testing.T) {
	p := p0()
	p.Accounts = []portfolio.Account{{ID: "a", TaxTreatment: portfolio.TaxDeferred}, {ID: "b", TaxTreatment: portfolio.TaxDeferred}}
	p.Cash = []portfolio.Cash{
		{AccountID: "a", Currency: "USD", Amount: dec("6000")}, {AccountID: "b", Currency: "USD", Amount: dec("6000")},
		{Currency: "USD", Amount: dec("12000")},
	}
	p.Positions = []portfolio.Position{
		position("VTI", portfolio.ETF, portfolio.ClassEquity, "8", "7000", "56000", "0.0003"),
		position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "5", "7000", "35000", "0.0003"),
	}
	p.MonthlyExpenses = decPtr("2000")
	in := input(t, p)
	in.Constraints, in.Profile.EmergencyFundMonths = whole(), decPtr("6")
	wantProposals(t, analyze(t, in), "rebalance [whole_shares_only] {}")
}
