package analysis

import (
	"slices"
	"testing"

	"ballast.internal/ballast/internal/portfolio"
)

// TestPettyDebts wants no word of a debt of cents, which was the gravest finding.
func TestPettyDebts(t *testing.T) {
	for name, tt := range map[string]struct {
		balance string
		want    bool
	}{"cents": {"0.03", false}, "dust": {"9", false}, "a debt": {"50", true}} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.Liabilities = []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec(tt.balance), InterestRate: decPtr("0.22")}}
			r := analyze(t, input(t, p))
			advised := slices.ContainsFunc(r.Actions, func(a Action) bool { return a.Kind == ActionPayDownDebt })
			if found := findingOf(r, FindingHighInterestDebt, "credit_card") != nil; found != tt.want || advised != tt.want {
				t.Errorf("found: %t, advised: %t, want %t", found, advised, tt.want)
			}
		})
	}
}

// A payment is no trade: the smallest amount of one does not keep a debt from being
// repaid, while more than it costs is invested.
func TestPaymentsKnowNoSmallestTrade(t *testing.T) {
	p := p0()
	p.Cash[0].Amount = dec("20000")
	p.Liabilities = []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec("900"), InterestRate: decPtr("0.24")}}
	in := asTargeted(t, p)
	in.Constraints.MinTradeAmount = dec("1000")
	r := analyze(t, in)
	if got, want := proposals(r)[0], "pay_down_debt credit_card [] {debt_terms}"; got != want || r.Actions[0].Payments[0].Amount != "900.00" {
		t.Errorf("first action %q by %+v, want %q", got, r.Actions[0].Payments, want)
	}
}
