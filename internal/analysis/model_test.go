package analysis

import (
	"errors"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// The impact of trades is the difference between a model and the same model on
// the portfolio as traded: here 45 AAPL are sold, as the reference works out.
func TestModelOnTradedPortfolio(t *testing.T) {
	before := newModel(input(t, p0()))
	before.buildFacts()
	traded := p0()
	traded.Positions[2].Quantity = dec("55")
	traded.Positions[2].CostBasis = decPtr("2750")
	traded.Cash[0].Amount = dec("13100")
	after := before.on(input(t, traded).Valuation)

	for _, tt := range []struct{ code, subject, before, after string }{
		{FactIssuerWeight, "AAPL", "0.18", "0.099"},
		{FactClassWeight, "equity", "0.86", "0.779"},
		{FactTotalValue, "", "100000.00", "100000.00"},
		{FactUnrealisedGain, "AAPL", "13000.00", "7150.00"},
		{FactClassDrift, "cash", "0", "0.081"},
	} {
		f, ok := before.fact(tt.code, tt.subject)
		if !ok || f.Value != tt.before {
			t.Errorf("%s %s before = %+v, want %s", tt.code, tt.subject, f, tt.before)
		}
		if got, ok := after.value(tt.code, tt.subject); !ok || got != tt.after {
			t.Errorf("%s %s after = %s, want %s", tt.code, tt.subject, got, tt.after)
		}
	}
	traded.Positions = slices.Delete(traded.Positions, 2, 3)
	gone := before.on(input(t, traded).Valuation)
	for code, want := range map[string]string{FactIssuerWeight: "0", FactUnrealisedGain: "0.00", FactHarvestableLoss: "0.00"} {
		if got, ok := gone.value(code, "AAPL"); !ok || got != want {
			t.Errorf("%s of a holding that is gone = %q, %v; want %s", code, got, ok, want)
		}
	}
}

func TestFigureOfAnUnknownCode(t *testing.T) {
	if v, ok := newModel(input(t, p0())).value("no_such_fact", ""); ok {
		t.Errorf("value = %s, want none", v)
	}
}

func TestEveryMeasureHasItsOwnCode(t *testing.T) {
	seen := map[string]bool{FactRiskLevel: true} // the one fact that is a word
	for _, def := range measures {
		if seen[def.code] {
			t.Errorf("two measures of %s", def.code)
		}
		seen[def.code] = true
	}
}

func TestNothingToAnalyse(t *testing.T) {
	empty := &portfolio.Valuation{Portfolio: &portfolio.Portfolio{BaseCurrency: "USD"}}
	debt := &portfolio.Valuation{Portfolio: empty.Portfolio, Total: decimal.NewFromInt(-1)}
	for _, v := range []*portfolio.Valuation{nil, {}, empty, debt} {
		if _, err := Analyze(Input{Valuation: v}); !errors.Is(err, ErrNoValue) {
			t.Errorf("Analyze(%v) = %v, want ErrNoValue", v, err)
		}
	}
}

func TestCashAlone(t *testing.T) {
	p := &portfolio.Portfolio{AsOf: asOf, BaseCurrency: "USD", Cash: []portfolio.Cash{{Currency: "USD", Amount: dec("100")}}}
	checkFacts(t, analyze(t, input(t, p)), []want{
		{FactHHI, "", "1"}, {FactHHIInvested, "", "-"}, {FactEffectiveInvested, "", "-"}, {FactTopNWeight, "1", "-"},
		{FactClassWeight, "cash", "1"}, {FactExpenseRatio, "", "-"}, {FactHomeBias, "", "-"}, {FactCostCoverage, "", "-"},
		{FactUnrealisedGain, SubjectPortfolio, "-"}, {FactExcessCash, "", "95.00"},
	})
}

// Without a policy the default one decides.
func TestDefaultPolicyIsTheDefault(t *testing.T) {
	in := input(t, p0())
	in.Policy = nil
	if f := findingOf(analyze(t, in), FindingIssuerConcentration, "AAPL"); f == nil {
		t.Error("no finding without a policy")
	}
}
