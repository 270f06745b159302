package analysis

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// want is one expected fact. A value that ends in … is a prefix; "-" is no
// fact at all.
type want struct{ code, subject, value string }

func checkFacts(t *testing.T, r *Result, wants []want) {
	t.Helper()
	for _, w := range wants {
		f := factOf(r, w.code, w.subject)
		switch prefix, cut := strings.CutSuffix(w.value, "…"); {
		case w.value == "-":
			if f != nil {
				t.Errorf("%s %s = %s, want no such fact", w.code, w.subject, f.Value)
			}
		case f == nil:
			t.Errorf("%s %s is missing, want %s", w.code, w.subject, w.value)
		case cut && !strings.HasPrefix(f.Value, prefix), !cut && f.Value != w.value:
			t.Errorf("%s %s = %s, want %s", w.code, w.subject, f.Value, w.value)
		}
	}
}

// A result is held while the model is awaited: without the room that was made for
// facts that there might have been.
func TestFactsHoldNoRoomForOthers(t *testing.T) {
	facts := analyze(t, input(t, p0())).Facts
	if spare := cap(facts) - len(facts); spare > len(facts)/4 {
		t.Errorf("room for %d facts beside %d", spare, len(facts))
	}
}

func TestFactsOfTheWorkedExample(t *testing.T) {
	in := input(t, p0())
	in.Target = target603505()
	r := analyze(t, in)
	checkFacts(t, r, []want{
		{FactTotalValue, "", "100000.00"},
		{FactRiskLevel, "", "moderate"},
		{FactClassWeight, "equity", "0.86"},
		{FactClassWeight, "fixed_income", "0.09"},
		{FactClassWeight, "cash", "0.05"},
		{FactClassDrift, "equity", "0.26"},
		{FactClassDrift, "fixed_income", "-0.26"},
		{FactClassDrift, "cash", "0"},
		{FactClassDriftRelative, "equity", "0.4333333333…"},
		{FactClassDriftRelative, "fixed_income", "-0.7428571428…"},
		{FactPortfolioDrift, "", "0.26"},
		{FactIssuerWeight, "AAPL", "0.18"},
		{FactIssuerWeight, "VTI", "-"},
		{FactTopNWeight, "1", "0.5"},
		{FactTopNWeight, "3", "0.86"},
		{FactHHI, "", "0.3254"},
		{FactHHIInvested, "", "0.3577839335…"},
		{FactEffectiveNumber, "", "3.0731407498…"},
		{FactEffectiveInvested, "", "2.7949829668…"},
		{FactExpenseRatio, "", "0.000267"},
		{FactExpenseInvested, "", "0.0002810526…"},
		{FactAnnualFee, "", "26.70"},
		{FactUnrealisedGain, "VTI", "10000.00"},
		{FactUnrealisedGain, "VXUS", "-1500.00"},
		{FactUnrealisedGain, "AAPL", "13000.00"},
		{FactUnrealisedGain, "BND", "-1200.00"},
		{FactUnrealisedGain, SubjectPortfolio, "20300.00"},
		{FactUnrealisedReturn, "VTI", "0.25"},
		{FactUnrealisedReturn, "VXUS", "-0.0769230769…"},
		{FactUnrealisedReturn, "AAPL", "2.6"},
		{FactUnrealisedReturn, "BND", "-0.1176470588…"},
		{FactUnrealisedShort, SubjectPortfolio, "-"},
		{FactExcessCash, "", "0.00"},
		{FactNetWorth, "", "100000.00"},
		{FactEmergencyFund, "", "-"},
		{FactVolatility, "", "-"},
	})
	if r.Facts[0].Code != FactTotalValue || r.Facts[0].ID != "F1" {
		t.Errorf("the first fact is %+v, want the total value as F1", r.Facts[0])
	}
	if f := factOf(r, FactIssuerWeight, "AAPL"); f.Holding != 2 || f.Threshold != "0.1" {
		t.Errorf("issuer_weight AAPL = %+v, want holding 2 and the limit 0.1", f)
	}
}

func TestExcessCashAgainstASmallerTarget(t *testing.T) {
	in := input(t, p0())
	in.Target = portfolio.Allocation{
		portfolio.ClassEquity: dec("0.60"), portfolio.ClassFixedIncome: dec("0.38"), portfolio.ClassCash: dec("0.02"),
	}
	checkFacts(t, analyze(t, in), []want{{FactExcessCash, "", "3000.00"}, {FactCashDrag, "", "0.03"}})
}

func TestTargetsWithoutATargetAreNoFacts(t *testing.T) {
	in := input(t, p0())
	in.Profile = portfolio.Profile{}
	r := analyze(t, in)
	checkFacts(t, r, []want{
		{FactRiskLevel, "", "-"}, {FactClassDrift, "equity", "-"}, {FactPortfolioDrift, "", "-"},
		{FactExcessCash, "", "-"}, {FactCashDrag, "", "-"}, {FactGlidePath, "", "-"}, {FactClassWeight, "equity", "0.86"},
	})
	if len(r.Insufficient) != 5 || len(r.Actions) != 0 {
		t.Errorf("insufficient %v with %d actions, want five factors and no action", r.Insufficient, len(r.Actions))
	}
}

// An index of concentration is in 0..1, and there is no less than one holding,
// whatever is borrowed or sold short; and two wrongs make no known class.
func TestConcentrationWithShortsAndMargin(t *testing.T) {
	p := p0()
	p.Cash[0].Amount = dec("-1000")
	p.Positions = []portfolio.Position{
		position("LONG", portfolio.ETF, "", "100", "100", "10000", ""), position("SHORT", portfolio.ETF, "", "-50", "100", "-5000", ""),
	}
	checkFacts(t, analyze(t, input(t, p)), []want{
		{FactHHI, "", "0.4921875"}, {FactHHIInvested, "", "0.5555555555…"},
		{FactEffectiveNumber, "", "2.0317460317…"}, {FactEffectiveInvested, "", "1.8"},
		{FactClassCoverage, "", "0.0625"},
	})
}

// equal is n instruments of one value and nothing else.
func equal(n int) *portfolio.Portfolio {
	p := &portfolio.Portfolio{AsOf: asOf, BaseCurrency: "USD"}
	for i := range n {
		p.Positions = append(p.Positions,
			position("S"+decimal.NewFromInt(int64(i)).String(), portfolio.Equity, portfolio.ClassEquity, "1", "10", "8", ""))
	}
	return p
}

func TestEffectiveNumberOfEqualHoldings(t *testing.T) {
	for n, hhi := range map[int]string{1: "1", 10: "0.1", 500: "0.002"} {
		checkFacts(t, analyze(t, input(t, equal(n))), []want{
			{FactHHI, "", hhi}, {FactEffectiveNumber, "", decimal.NewFromInt(int64(n)).String()},
		})
	}
}

// Betterment's example: 30/20/30/20 against four quarters has drifted 10 %.
func TestPortfolioDriftOfFourClasses(t *testing.T) {
	p := equal(3)
	for i, c := range []portfolio.AssetClass{portfolio.ClassEquity, portfolio.ClassFixedIncome, portfolio.ClassRealEstate} {
		p.Positions[i].Instrument.AssetClass = c
		p.Positions[i].Quantity = dec([]string{"30", "20", "30"}[i])
	}
	p.Cash = []portfolio.Cash{{Currency: "USD", Amount: dec("200")}}
	in := input(t, p)
	quarter := dec("0.25")
	in.Target = portfolio.Allocation{
		portfolio.ClassEquity: quarter, portfolio.ClassFixedIncome: quarter, portfolio.ClassRealEstate: quarter, portfolio.ClassCash: quarter,
	}
	checkFacts(t, analyze(t, in), []want{{FactPortfolioDrift, "", "0.1"}})
}

// A target that names a class which is not held drifts as well.
func TestDriftOfAClassNotHeld(t *testing.T) {
	in := input(t, equal(1))
	in.Target = portfolio.Allocation{portfolio.ClassEquity: dec("0.8"), portfolio.ClassCommodity: dec("0.2")}
	r := analyze(t, in)
	checkFacts(t, r, []want{
		{FactClassWeight, "commodity", "0"}, {FactClassDrift, "commodity", "-0.2"},
		{FactClassDriftRelative, "commodity", "-1"}, {FactPortfolioDrift, "", "0.2"},
	})
}

func TestBands(t *testing.T) {
	for target, half := range map[string]string{
		"0.60": "0.05", "0.40": "0.05", "0.20": "0.05", "0.10": "0.025", "0.05": "0.0125", "0.04": "0.01",
		"0": "0.05", // a class without a target has the band of its own
	} {
		m := newModel(input(t, p0()))
		m.target = portfolio.Allocation{portfolio.ClassEquity: dec(target)}
		if got := m.band("equity"); !got.Equal(dec(half)) {
			t.Errorf("half a band around %s = %s, want %s", target, got, half)
		}
	}
}

func TestBandsEndInclusive(t *testing.T) {
	for _, tt := range []struct {
		target string
		want   bool
	}{
		{"0.81", true}, {"0.8099", false}, {"0.91", true}, {"0.9101", false},
	} {
		m := newModel(input(t, p0())) // 86 % of equity
		m.target = portfolio.Allocation{portfolio.ClassEquity: dec(tt.target)}
		if got := m.inBand("equity"); got != tt.want {
			t.Errorf("0.86 is in the band of %s: %v, want %v", tt.target, got, tt.want)
		}
	}
}

// modviz's example: 5000@0.015 % + 2500@0.39 % + 2500@0.035 % cost 11.375 a year.
func TestWeightedExpenseRatio(t *testing.T) {
	p := &portfolio.Portfolio{AsOf: asOf, BaseCurrency: "USD", Positions: []portfolio.Position{
		position("A", portfolio.ETF, portfolio.ClassEquity, "50", "100", "1", "0.00015"),
		position("B", portfolio.MutualFund, portfolio.ClassEquity, "25", "100", "1", "0.0039"),
		position("C", portfolio.ETF, portfolio.ClassEquity, "25", "100", "1", "0.00035"),
	}}
	checkFacts(t, analyze(t, input(t, p)), []want{
		{FactAnnualFee, "", "11.38"}, {FactExpenseRatio, "", "0.0011375"}, {FactExpenseCoverage, "", "1"},
		{FactFundExpenseRatio, "B", "0.0039"}, {FactFundExpenseRatio, "A", "-"},
	})
}

func TestMoneyHasTheCurrencysDigits(t *testing.T) {
	p := p0()
	p.BaseCurrency = "JPY"
	p.FXRates = []portfolio.FXRate{{From: "USD", To: "JPY", Rate: dec("150.25")}}
	r := analyze(t, input(t, p))
	checkFacts(t, r, []want{
		{FactTotalValue, "", "15025000"}, {FactAnnualFee, "", "4012"}, // 4011.675
		{FactUnrealisedGain, "VXUS", "-225375"},
	})
	if r.TotalValue != "15025000" || r.BaseCurrency != "JPY" {
		t.Errorf("total %s %s", r.TotalValue, r.BaseCurrency)
	}
}

func TestGlidePath(t *testing.T) {
	for age, share := range map[int]string{18: "0.9", 40: "0.9", 55: "0.61875", 65: "0.43125", 72: "0.3", 99: "0.3"} {
		in := input(t, p0())
		in.Profile.Age = ptr(age)
		checkFacts(t, analyze(t, in), []want{{FactGlidePath, "", share}})
	}
}

func TestFactsStayFewOnManyHoldings(t *testing.T) {
	p := equal(1000)
	for i := range p.Positions {
		h := &p.Positions[i]
		h.Instrument.Sector = "sector " + h.Instrument.ID.Ticker
		h.PriceAsOf = asOf.AddDays(-30)
		h.MarketValue = decPtr("20")
	}
	counts := map[string]int{}
	for _, f := range analyze(t, input(t, p)).Facts {
		counts[f.Code]++
	}
	if counts[FactUnrealisedGain] != 1001 {
		t.Errorf("%d unrealised gains, want one for each holding and the sum", counts[FactUnrealisedGain])
	}
	delete(counts, FactUnrealisedGain)
	for code, n := range counts {
		if n > 26 {
			t.Errorf("%d facts of %s", n, code)
		}
	}
	if counts[FactIssuerWeight] != 1 {
		t.Errorf("%d issuer weights, want that of the largest", counts[FactIssuerWeight])
	}
}

// A short position is none of the largest.
func TestTopHoldingsAreLong(t *testing.T) {
	p := equal(3)
	p.Positions[2].Quantity = dec("-1")
	checkFacts(t, analyze(t, input(t, p)), []want{{FactTopNWeight, "1", "1"}, {FactTopNWeight, "3", "2"}})
}
