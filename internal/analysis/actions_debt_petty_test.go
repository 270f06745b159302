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
