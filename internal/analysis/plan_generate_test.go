package analysis

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

func anyRequest(t *rapid.T) Input {
	p := anyPortfolio(t)
	for i := range p.Positions {
		x := &p.Positions[i]
		if x.Quantity.IsInteger() || !rapid.Bool().Draw(t, fmt.Sprint("whole", i)) {
			x.Quantity = x.Quantity.Ceil()
		}
		if rapid.Bool().Draw(t, fmt.Sprint("lots", i)) {
			x.TaxLots = anyLots(t, i, x.Quantity)
			x.CostBasis = nil
		}
	}
	p.Cash = append(p.Cash, portfolio.Cash{AccountID: "b", Currency: "EUR", Amount: decimal.New(rapid.Int64Range(0, 1e7).Draw(t, "euros"), -2)})
	if rapid.Bool().Draw(t, "spends") {
		p.MonthlyExpenses = ptr(decimal.New(rapid.Int64Range(1, 1e6).Draw(t, "expenses"), -2))
	}
	v, err := portfolio.Value(p)
	if err != nil {
		t.Fatal(err)
	}
	in := Input{Valuation: v, Profile: moderate(), Policy: DefaultPolicy(), Constraints: anyConstraints(t)}
	in.Profile.RiskTolerance = rapid.SampledFrom(portfolio.RiskLevels[:]).Draw(t, "tolerance")
	in.Profile.TimeHorizonYears = ptr(rapid.IntRange(0, 30).Draw(t, "horizon"))
	in.Profile.LiquidityNeeds = rapid.SampledFrom([]string{"low", "medium", "high"}).Draw(t, "liquidity")
	return in
}

func anyLots(t *rapid.T, i int, quantity decimal.Decimal) []portfolio.TaxLot {
	part := quantity.Mul(decimal.New(rapid.Int64Range(1, 9).Draw(t, fmt.Sprint("part", i)), -1))
	lots := []portfolio.TaxLot{{LotID: "1", Quantity: part}, {LotID: "2", Quantity: quantity.Sub(part)}}
	for k := range lots {
		lots[k].AcquiredOn = asOf.AddDays(-rapid.IntRange(0, 900).Draw(t, fmt.Sprint("age", i, k)))
		lots[k].UnitCost = decimal.New(rapid.Int64Range(0, 1e6).Draw(t, fmt.Sprint("unit", i, k)), -2)
	}
	return lots
}

func anyConstraints(t *rapid.T) portfolio.Constraints {
	tickers := rapid.SliceOfN(rapid.SampledFrom([]string{"T0", "T1", "T2", "T3", "T4"}), 0, 2)
	c := portfolio.Constraints{
		NoSell: tickers.Draw(t, "no sell"), ExcludeTickers: tickers.Draw(t, "exclude"), WholeSharesOnly: rapid.Bool().Draw(t, "whole"),
		MinTradeAmount: decimal.NewFromInt(rapid.Int64Range(0, 2000).Draw(t, "smallest")),
		ExcludeSectors: rapid.SampledFrom([][]string{nil, {"Energy"}}).Draw(t, "sectors"),
	}
	if rapid.Bool().Draw(t, "capped") {
		c.MaxTurnover = ptr(decimal.New(rapid.Int64Range(0, 100).Draw(t, "turnover"), -2))
	}
	for i, class := range []portfolio.AssetClass{portfolio.ClassEquity, portfolio.ClassFixedIncome, portfolio.ClassRealEstate} {
		if rapid.Bool().Draw(t, fmt.Sprint("listed", i)) {
			c.BuyList = append(c.BuyList, portfolio.Candidate{
				Instrument: portfolio.Instrument{ID: portfolio.InstrumentID{Ticker: fmt.Sprintf("NEW%d", i)}, Type: portfolio.ETF,
					AssetClass: class, ExpenseRatio: decPtr("0.0004")},
				Price: ptr(decimal.New(rapid.Int64Range(1, 1e5).Draw(t, fmt.Sprint("price", i)), -2)),
			})
		}
	}
	return c
}

func replay(t *rapid.T, in Input, r *Result) *portfolio.Valuation {
	p := *in.Valuation.Portfolio
	p.Positions, p.Cash = slices.Clone(p.Positions), slices.Clone(p.Cash)
	for _, a := range r.Actions {
		for _, x := range a.Trades {
			amount := carry(t, in, &p, x)
			if got := p.BaseCurrency.Format(amount.Abs()); got != x.Amount {
				t.Fatalf("%s: %+v is worth %s", a.Kind, x, got)
			}
			p.Cash = append(p.Cash, portfolio.Cash{AccountID: x.AccountID, Currency: p.BaseCurrency, Amount: amount})
		}
	}
	v, err := portfolio.Value(&p)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func carry(t *rapid.T, in Input, p *portfolio.Portfolio, x Trade) decimal.Decimal {
	quantity := dec(x.Quantity)
	if x.Side == Sell {
		h := &in.Valuation.Holdings[x.Holding]
		held := &p.Positions[x.Holding]
		held.Quantity = held.Quantity.Sub(quantity)
		if held.Quantity.IsNegative() || held.Instrument.Ref() != x.Ticker || held.AccountID != x.AccountID {
			t.Fatalf("%+v leaves %s of %s in %q", x, held.Quantity, held.Instrument.Ref(), held.AccountID)
		}
		return quantity.Mul(h.UnitPrice)
	}
	bought := portfolio.Position{AccountID: x.AccountID, Quantity: quantity}
	price := decimal.Decimal{}
	if x.Holding >= 0 {
		h := &in.Valuation.Holdings[x.Holding]
		bought.Instrument, bought.Price, bought.Currency, price = h.Instrument, h.Price, h.Currency, h.UnitPrice
	}
	for i := range in.Constraints.BuyList {
		if c := &in.Constraints.BuyList[i]; x.Holding < 0 && c.Ref() == x.Ticker {
			bought.Instrument, bought.Price, bought.Currency, price = c.Instrument, *c.Price, p.BaseCurrency, *c.Price
		}
	}
	if bought.Instrument.Ref() != x.Ticker || !price.IsPositive() {
		t.Fatalf("%+v is neither held nor on the buy list", x)
	}
	p.Positions = append(p.Positions, bought)
	return quantity.Mul(price).Neg()
}

func cashOf(v *portfolio.Valuation) map[string]decimal.Decimal {
	sums := make(map[string]decimal.Decimal)
	for i := range v.Cash {
		sums[v.Cash[i].AccountID] = sums[v.Cash[i].AccountID].Add(v.Cash[i].Value)
	}
	return sums
}
