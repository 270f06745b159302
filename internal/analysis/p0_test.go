package analysis

import (
	"testing"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func decPtr(s string) *decimal.Decimal {
	d := dec(s)
	return &d
}

func ptr[T any](v T) *T { return &v }

var asOf = portfolio.NewDate(2026, 11, 23)

// position is a holding in USD with a total cost; ter "" tells none.
func position(ticker string, kind portfolio.InstrumentType, class portfolio.AssetClass, quantity, price, cost, ter string) portfolio.Position {
	p := portfolio.Position{
		Instrument: portfolio.Instrument{ID: portfolio.InstrumentID{Ticker: ticker}, Type: kind, AssetClass: class},
		Quantity:   dec(quantity), Price: dec(price), Currency: "USD", CostBasis: decPtr(cost),
	}
	if ter != "" {
		p.Instrument.ExpenseRatio = decPtr(ter)
	}
	return p
}

// p0 is the worked example that all figures of the reference are about.
func p0() *portfolio.Portfolio {
	return &portfolio.Portfolio{
		AsOf: asOf, BaseCurrency: "USD",
		Cash: []portfolio.Cash{{Currency: "USD", Amount: dec("5000")}},
		Positions: []portfolio.Position{
			position("VTI", portfolio.ETF, portfolio.ClassEquity, "200", "250", "40000", "0.0003"),
			position("VXUS", portfolio.ETF, portfolio.ClassEquity, "300", "60", "19500", "0.0005"),
			position("AAPL", portfolio.Equity, portfolio.ClassEquity, "100", "180", "5000", ""),
			position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "120", "75", "10200", "0.0003"),
		},
	}
}

// inOneRegion tells that all of p is exposed to one region, so that one fund of a
// class may stand for another.
func inOneRegion(p *portfolio.Portfolio) *portfolio.Portfolio {
	for i := range p.Positions {
		p.Positions[i].Instrument.Region = "global"
	}
	return p
}

func moderate() portfolio.Profile {
	return portfolio.Profile{
		Age: ptr(42), RiskTolerance: portfolio.Moderate, RiskCapacity: portfolio.Moderate, TimeHorizonYears: ptr(15),
		Objectives: []string{"growth"}, LiquidityNeeds: "low", Experience: "intermediate",
	}
}

func target603505() portfolio.Allocation {
	return portfolio.Allocation{
		portfolio.ClassEquity: dec("0.60"), portfolio.ClassFixedIncome: dec("0.35"), portfolio.ClassCash: dec("0.05"),
	}
}

// input values p and takes it with the moderate profile.
func input(t testing.TB, p *portfolio.Portfolio) Input {
	t.Helper()
	v, err := portfolio.Value(p)
	if err != nil {
		t.Fatal(err)
	}
	return Input{Valuation: v, Profile: moderate(), Policy: DefaultPolicy()}
}

func analyze(t testing.TB, in Input) *Result {
	t.Helper()
	r, err := Analyze(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// factOf finds a fact; nil if there is none.
func factOf(r *Result, code, subject string) *Fact {
	for i := range r.Facts {
		if r.Facts[i].Code == code && r.Facts[i].Subject == subject {
			return &r.Facts[i]
		}
	}
	return nil
}

// findingOf finds a finding; nil if there is none.
func findingOf(r *Result, code, subject string) *Finding {
	for i := range r.Findings {
		if r.Findings[i].Code == code && r.Findings[i].Subject == subject {
			return &r.Findings[i]
		}
	}
	return nil
}
