package recommend

import (
	"slices"
	"testing"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/recommend/verify"
)

// Nothing is held of a class that has a target and no weight, unless some of the
// portfolio is of no known class and may be of that one.
func TestNoneSides(t *testing.T) {
	facts := []analysis.Fact{
		{Code: analysis.FactClassWeight, Subject: "equity", Value: "0.9"},
		{Code: analysis.FactClassWeight, Subject: "cash", Value: "0"},
		{Code: analysis.FactClassDrift, Subject: "equity", Value: "0.3"},
		{Code: analysis.FactClassDrift, Subject: "cash", Value: "-0.05"},
		{Code: analysis.FactClassDrift, Subject: "fixed_income", Value: "-0.35"},
	}
	if got, want := noneSides(facts), []string{verify.SideNone + "cash", verify.SideNone + "fixed_income"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	unknown := analysis.Fact{Code: analysis.FactClassWeight, Subject: "unclassified", Value: "0.1"}
	if got := noneSides(append(facts, unknown)); got != nil {
		t.Errorf("%q, though a part is of no known class", got)
	}
}
