package analysis

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/portfolio"
)

func TestEffectiveLevelIsTheLowest(t *testing.T) {
	for _, tt := range []struct {
		tolerance, capacity portfolio.RiskLevel
		years               int // -1: not told
		want                portfolio.RiskLevel
	}{
		{portfolio.Moderate, portfolio.Moderate, 15, portfolio.Moderate},
		{portfolio.Aggressive, portfolio.Aggressive, 4, portfolio.Conservative},
		{portfolio.Aggressive, portfolio.Aggressive, 2, portfolio.ShortTerm},
		{portfolio.Aggressive, portfolio.ModeratelyConservative, 30, portfolio.ModeratelyConservative},
		{portfolio.Conservative, portfolio.Aggressive, 30, portfolio.Conservative},
		{portfolio.Aggressive, "", 30, portfolio.Aggressive},
		{portfolio.Aggressive, "", -1, portfolio.Aggressive},
		{"", portfolio.Moderate, 30, ""},
	} {
		p := portfolio.Profile{RiskTolerance: tt.tolerance, RiskCapacity: tt.capacity}
		if tt.years >= 0 {
			p.TimeHorizonYears = &tt.years
		}
		if got := effectiveLevel(&p, DefaultPolicy()); got != tt.want {
			t.Errorf("%s, %s, %d years: %s, want %s", tt.tolerance, tt.capacity, tt.years, got, tt.want)
		}
	}
}

func TestTargetIsTheLevelsModelUnlessTold(t *testing.T) {
	in := input(t, p0())
	in.Profile.TimeHorizonYears = ptr(4) // conservative: 20/50/30
	checkFacts(t, analyze(t, in), []want{
		{FactRiskLevel, "", "conservative"}, {FactClassDrift, "equity", "0.66"}, {FactClassDrift, "cash", "-0.25"},
	})
	in.Target = target603505()
	r := analyze(t, in)
	checkFacts(t, r, []want{{FactClassDrift, "equity", "0.26"}})
	if f := findingOf(r, FindingTargetAboveLevel, ""); f == nil || f.Observed != "0.6" || f.Threshold != "0.25" {
		t.Errorf("finding %+v, want 0.6 against 0.25", f)
	}
}

func TestInsufficientProfile(t *testing.T) {
	full := moderate()
	for name, drop := range map[string]func(p *portfolio.Profile){
		"age":                func(p *portfolio.Profile) { p.Age = nil },
		"risk_tolerance":     func(p *portfolio.Profile) { p.RiskTolerance = "" },
		"time_horizon_years": func(p *portfolio.Profile) { p.TimeHorizonYears = nil },
		"objectives":         func(p *portfolio.Profile) { p.Objectives = nil },
		"liquidity_needs":    func(p *portfolio.Profile) { p.LiquidityNeeds = "" },
	} {
		in := input(t, p0())
		in.Profile = full
		drop(&in.Profile)
		r := analyze(t, in)
		if diff := cmp.Diff([]string{name}, r.Insufficient); diff != "" {
			t.Errorf("without %s (-want +got):\n%s", name, diff)
		}
		if len(r.Actions) != 0 {
			t.Errorf("without %s there are %d actions", name, len(r.Actions))
		}
		if f := findingOf(r, FindingInsufficientProfile, name); f == nil || f.Severity != High {
			t.Errorf("without %s the finding is %+v", name, f)
		}
	}
}

// A firm that wants more to be told says so in its policy.
func TestMandatoryFactorsAreThePolicys(t *testing.T) {
	policy, err := ParsePolicy(edit(t, func(r map[string]any) {
		r["mandatory_profile"] = []string{"tax", "emergency_fund_months", "experience", "risk_capacity"}
	}))
	if err != nil {
		t.Fatal(err)
	}
	got := missingFactors(&portfolio.Profile{Tax: portfolio.TaxRates{LongTermRate: decPtr("0.15")}}, policy)
	if !slices.Equal(got, policy.mandatory) {
		t.Errorf("missing %v, want %v", got, policy.mandatory)
	}
}
