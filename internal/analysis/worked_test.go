package analysis

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// The worked numbers of the reference that no other test holds, each through
// Analyze. Those of its canonical portfolio are in
// TestFactsOfTheWorkedExample and TestActionsOfP0.

// withLine is the default policy with another value of one line.
func withLine(t *testing.T, line, value string) *Policy {
	t.Helper()
	p, err := ParsePolicy(edit(t, func(r map[string]any) { in(r, "lines", line)["value"] = value }))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// 18 % in one issuer is concentrated; 50 % in a fund is not.
func TestWorkedConcentration(t *testing.T) {
	r := analyze(t, input(t, p0()))
	f := findingOf(r, FindingIssuerConcentration, "AAPL")
	if f == nil || f.Policy != lineConcentrated || f.Observed != "0.18" || f.Threshold != "0.1" {
		t.Errorf("finding %+v, want 0.18 against the concentrated line", f)
	}
	if f := findingOf(r, FindingIssuerConcentration, "VTI"); f != nil {
		t.Errorf("a broad fund is a finding: %+v", f)
	}
	checkFacts(t, r, []want{{FactTopNWeight, "5", "0.95"}, {FactClassDriftRelative, "cash", "0"}})
}

// The 5/25 rule: of 60 % 5 points, of 10 % a quarter, and 20 % is where the two
// meet. A class is out of its band beyond the end of it: 86 % exceed 55..65 %
// by 21,000 of 100,000.
func TestWorkedBands(t *testing.T) {
	for target, half := range map[string]string{
		"0.60": "0.05", "0.40": "0.05", "0.20": "0.05", "0.10": "0.025", "0.05": "0.0125", "0.04": "0.01",
	} {
		in := input(t, p0())
		in.Target = portfolio.Allocation{portfolio.ClassEquity: dec(target), portfolio.ClassFixedIncome: one.Sub(dec(target))}
		if f := factOf(analyze(t, in), FactClassDrift, "equity"); f.Threshold != half {
			t.Errorf("half a band around %s = %s, want %s", target, f.Threshold, half)
		}
	}
	in := input(t, p0())
	in.Target = target603505()
	r := analyze(t, in)
	f := findingOf(r, FindingClassDrift, "equity")
	if f == nil || !dec(f.Observed).Sub(dec(f.Threshold)).Mul(dec(r.TotalValue)).Equal(dec("21000")) {
		t.Errorf("finding %+v, want one that 21,000 would settle", f)
	}
}

// 44 shares leave 10.08 %, which is why 45 are sold. Those gain 130 each, and
// the 71 of the fund 50.
func TestWorkedSale(t *testing.T) {
	in := input(t, p0())
	in.Constraints = whole()
	in.Constraints.MaxTurnover = decPtr("0.0792") // of 44
	r := analyze(t, in)
	if got, want := proposals(r)[0], "reduce_concentration AAPL: sell AAPL 44 7920.00 [max_turnover] {taxable_gain}"; got != want {
		t.Errorf("first action %q, want %q", got, want)
	}
	wantMoves(t, r, 0, "issuer_weight AAPL: 0.18 > 0.1008", "cash_balance: 5000.00 > 12920.00")

	p := p0()
	p.Positions[0] = withLots(p.Positions[0], lot("fund", "2021-03-01", "200", "200"))
	p.Positions[2] = withLots(p.Positions[2], lot("share", "2021-03-01", "100", "50"))
	in = input(t, p)
	in.Constraints = whole()
	var got []LotSale
	for _, a := range analyze(t, in).Actions {
		for _, x := range a.Trades {
			got = append(got, x.Lots...)
		}
	}
	want := []LotSale{
		{"share", "2021-03-01", "50", "45", "5850.00", "long"},
		{"fund", "2021-03-01", "200", "71", "3550.00", "long"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lots (-want +got):\n%s", diff)
	}
}

// inBands is 60,000 of equities with x among them, 35,000 of bonds and 5,000 of
// cash.
func inBands(x portfolio.Position, others string) *portfolio.Portfolio {
	p := p0()
	p.Positions = []portfolio.Position{x,
		position("VTI", portfolio.ETF, portfolio.ClassEquity, others, "250", "1", "0.0003"),
		position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "350", "100", "35000", "0.0003")}
	return inOneRegion(p)
}

// What a wash sale leaves of a loss, to the cent: an action at a floor of just
// that, and none at a floor of one cent more.
func TestWorkedWashSales(t *testing.T) {
	// 200 bought at 50 on 1 March 2011 are at 40 on 20 March.
	march := inBands(withLots(position("XYZ", portfolio.ETF, portfolio.ClassEquity, "200", "40", "0", ""),
		lot("1", "2011-03-01", "200", "50")), "208")
	march.AsOf = portfolio.NewDate(2011, 3, 20)
	vxus := inBands(withLots(position("VXUS", portfolio.ETF, portfolio.ClassEquity, "300", "60", "0", ""),
		lot("1", "2024-01-15", "200", "66"), lot("2", "2026-11-10", "100", "63")), "168")
	for name, tt := range map[string]struct {
		p              *portfolio.Portfolio
		turnover       string
		sold, usable   string
		allWashed      bool
		expectedLimits string
	}{
		"all of 100 washed by the 100 left": {p: march, turnover: "0.04", usable: "0.01", allWashed: true},
		"50 of 150 washed":                  {march, "0.06", "XYZ 150 6000.00", "1000", false, "max_turnover wash_sale"},
		"none of 200 washed":                {march, "0.08", "XYZ 200 8000.00", "2000", false, ""},
		"100 of 200 washed by another lot":  {vxus, "1", "VXUS 200 12000.00", "600", false, "wash_sale"},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(t, tt.p)
			in.Constraints = whole()
			in.Constraints.MaxTurnover = decPtr(tt.turnover)
			in.Policy = withLine(t, lineHarvestLoss, tt.usable)
			got := strings.Join(proposals(analyze(t, in)), "\n")
			if tt.allWashed {
				if got != "" {
					t.Errorf("actions %q, want none", got)
				}
				return
			}
			if !strings.HasPrefix(got, "harvest_losses: sell "+tt.sold+", ") || !strings.Contains(got, "["+tt.expectedLimits+"]") {
				t.Errorf("actions %q, want the harvest of %s [%s]", got, tt.sold, tt.expectedLimits)
			}
			in.Policy = withLine(t, lineHarvestLoss, dec(tt.usable).Add(dec("0.01")).String())
			wantProposals(t, analyze(t, in))
		})
	}
}

// oneFund is a fund of that value and nothing else, with its history.
func oneFund(value string, prices ...float64) *portfolio.Portfolio {
	p := &portfolio.Portfolio{AsOf: asOf, BaseCurrency: "USD",
		Positions: []portfolio.Position{position("VTI", portfolio.ETF, portfolio.ClassEquity, "1", value, value, "")}}
	h := portfolio.PriceHistory{PositionID: "VTI"}
	for i, price := range prices {
		h.Closes = append(h.Closes, portfolio.Close{Date: asOf.AddDays(i - len(prices) + 1), Price: decimal.NewFromFloat(price)})
	}
	p.PriceHistory = []portfolio.PriceHistory{h}
	return p
}

func TestWorkedRisk(t *testing.T) {
	in := input(t, oneFund("100000", toyCloses...))
	checkFacts(t, analyze(t, in), []want{{FactHistoryObservations, "", "10"}, {FactVolatility, "", "-"}, {FactVaR95, varParametric, "-"}})
	in.Policy = withLine(t, lineObservations, "2")
	checkFacts(t, analyze(t, in), []want{
		{FactVolatility, "", "0.6245148007"}, {FactMaxDrawdown, "", "0.0666666667"}, {FactSharpe, "", "2.9590626169"},
		{FactVaR95, varParametric, "6470.97"}, {FactVaR95, varHistorical, "5769.23"},
	})
	// A daily deviation of 7 % of 500,000: 57,575 with the quantile as 1.645.
	in.Valuation = input(t, oneFund("500000", 100, 93, 93, 99.51)).Valuation
	checkFacts(t, analyze(t, in), []want{{FactVaR95, varParametric, "57569.88"}})
}

// The worst calendar year of each level's model is what its drawdown is held
// against.
func TestWorkedWorstYears(t *testing.T) {
	for level, worst := range map[portfolio.RiskLevel]string{
		portfolio.ShortTerm: "0.057", portfolio.Conservative: "0.1", portfolio.ModeratelyConservative: "0.13",
		portfolio.Moderate: "0.21", portfolio.ModeratelyAggressive: "0.3", portfolio.Aggressive: "0.36",
	} {
		in := input(t, withHistory(60))
		in.Profile.RiskTolerance, in.Profile.RiskCapacity = level, level
		if f := factOf(analyze(t, in), FactMaxDrawdown, ""); f == nil || f.Threshold != worst {
			t.Errorf("%s: %+v, want the threshold %s", level, f, worst)
		}
	}
}
