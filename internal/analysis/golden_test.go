package analysis

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/golden"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// wholeHousehold is a portfolio with a bit of everything: every fact code has at
// least one fact.
func wholeHousehold(t *testing.T) *portfolio.Portfolio {
	p := p0()
	p.FXRates = []portfolio.FXRate{{From: "EUR", To: "USD", Rate: dec("1.0850")}}
	p.Accounts = []portfolio.Account{{ID: "broker"}, {ID: "ira", TaxTreatment: portfolio.TaxDeferred}}
	p.Cash = append(p.Cash, portfolio.Cash{AccountID: "ira", Currency: "EUR", Amount: dec("1200.50")})
	sap := position("SAP.DE", portfolio.Equity, "", "40", "212.35", "5200", "")
	sap.Currency, sap.Instrument.Country, sap.Instrument.Sector = "EUR", "DE", "information_technology"
	sap.TaxLots = []portfolio.TaxLot{
		{LotID: "1", AcquiredOn: day(t, "2020-05-04"), Quantity: dec("25"), UnitCost: dec("104")},
		{LotID: "2", AcquiredOn: day(t, "2026-06-30"), Quantity: dec("15"), UnitCost: dec("240")},
	}
	sap.PriceAsOf = day(t, "2026-11-06")
	short := position("GME", portfolio.Equity, portfolio.ClassEquity, "-50", "21.70", "1250", "")
	short.MarketValue = decPtr("-1120")
	p.Positions = append(p.Positions, sap, short, p.Positions[3])
	for i := range p.Positions {
		p.Positions[i].AccountID = "broker"
	}
	aapl := &p.Positions[2]
	aapl.TaxLots = []portfolio.TaxLot{{LotID: "a", AcquiredOn: day(t, "2019-02-01"), Quantity: dec("100"), UnitCost: dec("50")}}
	aapl.Instrument.Country, aapl.Instrument.Sector = "US", "information_technology"
	p.Positions[0].Instrument.Country = "US"
	p.Positions[1].Instrument.Exposures = &portfolio.Exposures{
		Regions:    map[string]decimal.Decimal{"europe": dec("0.40"), "asia_pacific": dec("0.35"), "emerging_markets": dec("0.20")},
		Currencies: map[portfolio.Currency]decimal.Decimal{"EUR": dec("0.22"), "JPY": dec("0.16")},
		Sectors:    map[string]decimal.Decimal{"financials": dec("0.21"), "industrials": dec("0.15")},
	}
	p.Liabilities = []portfolio.Liability{
		{Type: portfolio.CreditCard, Balance: dec("3200"), InterestRate: decPtr("0.22"), MonthlyPayment: decPtr("120")},
		{Type: portfolio.AutoLoan, Balance: dec("9100"), InterestRate: decPtr("0.069"), MonthlyPayment: decPtr("310")},
	}
	p.Income = []portfolio.Income{{Type: "salary", MonthlyAmount: dec("7000")}}
	p.MonthlyExpenses = decPtr("4200")
	p.ExcludeUnconvertible = true // the francs, which have no rate
	p.Cash = append(p.Cash, portfolio.Cash{Currency: "CHF", Amount: dec("1000")})
	for i, ticker := range []string{"VTI", "VXUS", "AAPL", "BND"} {
		wave := 0
		p.PriceHistory = append(p.PriceHistory, portfolio.PriceHistory{PositionID: ticker, Closes: closes(64, func() float64 {
			wave++
			return 0.008 * math.Sin(float64(wave*(i+2))) // no random numbers: they may change between Go releases
		})})
	}
	return p
}

func TestGolden(t *testing.T) {
	full := moderate()
	full.RiskTolerance, full.EmergencyFundMonths = portfolio.Aggressive, decPtr("6")
	full.Tax = portfolio.TaxRates{ShortTermRate: decPtr("0.32"), LongTermRate: decPtr("0.15")}
	// Without the holdings whose lots are unknown, tax can be told.
	lots := wholeHousehold(t)
	lots.Positions = []portfolio.Position{lots.Positions[2], lots.Positions[4]}
	lots.PriceHistory = nil

	wash := p0()
	wash.Positions[1] = withLots(wash.Positions[1], lot("1", "2024-01-15", "200", "66"), lot("2", "2026-11-10", "100", "63"))

	worthless := p0()
	worthless.Positions[3].Price = dec("0")
	worthless.FXRates = []portfolio.FXRate{
		{From: "EUR", To: "USD", Rate: dec("1.25")}, {From: "JPY", To: "USD", Rate: dec("0.01")}, {From: "EUR", To: "JPY", Rate: dec("130")},
	}

	seen := map[string]bool{}
	for name, in := range map[string]Input{
		"p0":        input(t, p0()),
		"wash":      input(t, wash),
		"household": {Valuation: input(t, wholeHousehold(t)).Valuation, Profile: full},
		"worthless": input(t, worthless),
		"short":     input(t, longAndShort()),
		"margin":    input(t, twoAccounts("-60000", "70000", portfolio.Taxable)),
		"lots":      {Valuation: input(t, lots).Valuation, Profile: full},
	} {
		t.Run(name, func(t *testing.T) {
			r := analyze(t, in)
			for _, f := range r.Facts {
				seen[f.Code] = true
			}
			golden.Check(t, render(r), "testdata", name+".golden")
		})
	}
	for _, def := range measures {
		if !seen[def.code] {
			t.Errorf("no golden file has a %s", def.code)
		}
	}
}

// render writes a result one line each, without the actions.
func render(r *Result) string {
	var b strings.Builder
	for _, f := range r.Facts {
		line := fmt.Sprintf("%-4s %-26s %-22s %s %s %s", f.ID, f.Code, f.Subject, f.Value, f.Unit, f.Currency)
		if f.Threshold != "" {
			line += " limit " + f.Threshold
		}
		fmt.Fprintln(&b, strings.TrimRight(line, " "))
	}
	b.WriteString("\n")
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%-4s %-6s %s %s: %s against %s by %s, see %v\n",
			f.ID, f.Severity, f.Code, f.Subject, f.Observed, f.Threshold, f.Policy, f.Evidence)
	}
	b.WriteString("\n")
	for _, l := range r.Allocation {
		fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf("%-12s %-24s %12s %s %s", l.By, l.Key, l.Value, l.Weight, l.Target), " "))
	}
	return b.String()
}
