package analysis

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

// anyRequest draws a portfolio with lots, shorts, debts, worthless and tiny
// positions, eight currencies and several accounts, and constraints to trade it
// under.
func anyRequest(t *rapid.T) Input {
	in := usualRequest(t)
	p := in.Valuation.Portfolio
	p.FXRates, p.Liabilities = someRates, anyDebts(t)
	for i := range p.Positions {
		unusual(t, i, &p.Positions[i])
	}
	in.Valuation = aboveZero(t, p)
	return in
}

// usualRequest is anyRequest without what is not every day's.
func usualRequest(t *rapid.T) Input {
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
	if rapid.IntRange(0, 4).Draw(t, "borrows") == 0 {
		p.Cash = append(p.Cash, portfolio.Cash{AccountID: "a", Currency: "USD", Amount: decimal.New(rapid.Int64Range(-1e6, -1).Draw(t, "borrowed"), -2)})
	}
	if rapid.Bool().Draw(t, "spends") {
		p.MonthlyExpenses = ptr(decimal.New(rapid.Int64Range(1, 1e6).Draw(t, "expenses"), -2))
	}
	in := Input{Valuation: aboveZero(t, p), Profile: moderate(), Policy: DefaultPolicy(), Constraints: anyConstraints(t)}
	in.Profile.RiskTolerance = rapid.SampledFrom(portfolio.RiskLevels[:]).Draw(t, "tolerance")
	in.Profile.TimeHorizonYears = ptr(rapid.IntRange(0, 30).Draw(t, "horizon"))
	in.MostActions = rapid.SampledFrom([]int{0, 0, 1, 2, 4}).Draw(t, "most")
	in.Profile.LiquidityNeeds = rapid.SampledFrom([]string{"low", "medium", "high"}).Draw(t, "liquidity")
	return in
}

// someRates are those of eight currencies, told, inverted and through another.
var someRates = []portfolio.FXRate{
	{From: "EUR", To: "USD", Rate: dec("1.0850")}, {From: "GBP", To: "USD", Rate: dec("1.27")},
	{From: "USD", To: "JPY", Rate: dec("154.3")}, {From: "USD", To: "CHF", Rate: dec("0.883")},
	{From: "EUR", To: "SEK", Rate: dec("11.52")}, {From: "NOK", To: "EUR", Rate: dec("0.085")}, {From: "KWD", To: "USD", Rate: dec("3.2541")},
}

// unusual makes some positions short, worthless, tiny or property, and quotes some in
// another currency.
func unusual(t *rapid.T, i int, x *portfolio.Position) {
	switch rapid.IntRange(0, 15).Draw(t, fmt.Sprint("unusual", i)) {
	case 0:
		x.Quantity, x.TaxLots = x.Quantity.Neg(), nil
	case 1:
		x.Price = decimal.Decimal{}
	case 2:
		x.Quantity, x.TaxLots = decimal.New(1, -12), nil
	case 3, 4, 5:
		x.Currency = rapid.SampledFrom([]portfolio.Currency{"GBP", "JPY", "CHF", "SEK", "NOK", "KWD"}).Draw(t, fmt.Sprint("quoted", i))
	case 6, 7:
		x.Instrument.Type, x.Instrument.AssetClass = portfolio.RealEstate, portfolio.ClassRealEstate
	}
}

func anyDebts(t *rapid.T) []portfolio.Liability {
	kinds := []portfolio.LiabilityType{portfolio.CreditCard, portfolio.Mortgage, portfolio.AutoLoan}
	debts := make([]portfolio.Liability, rapid.IntRange(0, 3).Draw(t, "debts"))
	for i := range debts {
		debts[i] = portfolio.Liability{
			Type:         rapid.SampledFrom(kinds).Draw(t, fmt.Sprint("kind", i)),
			Balance:      decimal.New(rapid.Int64Range(0, 1e8).Draw(t, fmt.Sprint("balance", i)), -2),
			InterestRate: ptr(decimal.New(rapid.Int64Range(0, 30).Draw(t, fmt.Sprint("interest", i)), -2)),
		}
	}
	return debts
}

// aboveZero values p, with more cash where shorts have left nothing.
func aboveZero(t fataler, p *portfolio.Portfolio) *portfolio.Valuation {
	v, err := portfolio.Value(p)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if v.Total.IsPositive() {
		return v
	}
	p.Cash = append(p.Cash, portfolio.Cash{Currency: "USD", Amount: v.Total.Neg().Ceil().Add(one)})
	return aboveZero(t, p)
}

// anyLots divides a quantity into two lots.
func anyLots(t *rapid.T, i int, quantity decimal.Decimal) []portfolio.TaxLot {
	part := quantity.Mul(decimal.New(rapid.Int64Range(1, 9).Draw(t, fmt.Sprint("part", i)), -1))
	lots := []portfolio.TaxLot{{LotID: "1", Quantity: part}, {LotID: "2", Quantity: quantity.Sub(part)}}
	for k := range lots {
		lots[k].AcquiredOn = asOf.AddDays(-rapid.IntRange(0, 900).Draw(t, fmt.Sprint("age", i, k)))
		lots[k].UnitCost = decimal.New(rapid.Int64Range(0, 1e6).Draw(t, fmt.Sprint("unit", i, k)), -2)
	}
	return lots
}

// anyConstraints draws constraints, and a buy list of funds.
func anyConstraints(t *rapid.T) portfolio.Constraints {
	tickers := rapid.SliceOfN(rapid.SampledFrom([]string{"T0", "T1", "T2", "T3", "T4"}), 0, 2)
	c := portfolio.Constraints{
		NoSell: tickers.Draw(t, "no sell"), ExcludeTickers: tickers.Draw(t, "exclude"), WholeSharesOnly: rapid.Bool().Draw(t, "whole"),
		FractionsAsHeld: rapid.Bool().Draw(t, "as held"),
		MinTradeAmount:  decimal.NewFromInt(rapid.Int64Range(0, 2000).Draw(t, "smallest")),
		ExcludeSectors:  rapid.SampledFrom([][]string{nil, {"Energy"}, {" ENERGY "}}).Draw(t, "sectors"),
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

// replay carries the trades and repayments of a result out on the caller's own
// portfolio, by other means than the analysis does, and fails where they cannot
// be.
func replay(t fataler, in Input, r *Result) *portfolio.Valuation {
	p := *in.Valuation.Portfolio
	p.Positions, p.Cash, p.Liabilities = slices.Clone(p.Positions), slices.Clone(p.Cash), slices.Clone(p.Liabilities)
	for _, a := range r.Actions {
		for _, x := range a.Trades {
			amount := carry(t, in, &p, x)
			if got := p.BaseCurrency.Format(amount.Abs()); got != x.Amount {
				t.Fatalf("%s: %+v is worth %s", a.Kind, x, got)
			}
			p.Cash = append(p.Cash, portfolio.Cash{AccountID: x.AccountID, Currency: p.BaseCurrency, Amount: amount})
		}
		if a.Kind == ActionPayDownDebt {
			pay(t, &p, repaid(r, a))
		}
	}
	v, err := portfolio.Value(&p)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return v
}

// repaid is what an action takes from the debts.
func repaid(r *Result, a Action) (sum decimal.Decimal) {
	for _, i := range a.Impact {
		if factByID(r, i.Fact).Code == FactHighInterestDebt {
			sum = dec(i.Before).Sub(dec(i.After))
		}
	}
	return sum
}

// pay takes an amount from the cash of taxable accounts, the fullest first, and
// from the debts above 8 %, the dearest first.
func pay(t fataler, p *portfolio.Portfolio, amount decimal.Decimal) {
	due, v := amount, aboveZero(t, p)
	cash := cashOf(v)
	accounts := slices.SortedFunc(maps.Keys(cash), func(x, y string) int { return cmp.Or(cash[y].Cmp(cash[x]), cmp.Compare(x, y)) })
	for _, account := range accounts {
		part := due
		if cash[account].LessThan(decimal.Max(due, due.Round(p.BaseCurrency.MinorDigits()))) {
			part = cash[account].RoundFloor(p.BaseCurrency.MinorDigits()) // it is paid in minor units
		}
		if account != "b" && part.IsPositive() {
			p.Cash = append(p.Cash, portfolio.Cash{AccountID: account, Currency: p.BaseCurrency, Amount: part.Neg()})
			due = due.Sub(part)
		}
	}
	if due.IsPositive() {
		t.Fatalf("%s of %s is paid from accounts that cannot", due, amount)
	}
	slices.SortStableFunc(p.Liabilities, func(x, y portfolio.Liability) int { return y.InterestRate.Cmp(*x.InterestRate) })
	for i := range p.Liabilities {
		if l := &p.Liabilities[i]; l.InterestRate.GreaterThan(dec("0.08")) {
			part := decimal.Min(amount, l.Balance)
			l.Balance, amount = l.Balance.Sub(part), amount.Sub(part)
		}
	}
}

// carry changes the position that a trade is about, and returns the cash that
// it brings, negative for a purchase.
func carry(t fataler, in Input, p *portfolio.Portfolio, x Trade) decimal.Decimal {
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
		if own := heldThere(in, x); own != nil {
			bought.Price, bought.Currency, price = own.Price, own.Currency, own.UnitPrice
		}
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

// heldThere is the holding whose price a purchase has: one of the account's, if it has
// any of the instrument, or nil.
func heldThere(in Input, x Trade) (own *portfolio.Holding) {
	for i := range in.Valuation.Holdings {
		h := &in.Valuation.Holdings[i]
		if h.AccountID != x.AccountID || h.Instrument.Ref() != x.Ticker || !h.Value.IsPositive() {
			continue
		}
		if amount := dec(x.Quantity).Mul(h.UnitPrice); own == nil || in.Valuation.Portfolio.BaseCurrency.Format(amount) == x.Amount {
			own = h
		}
	}
	return own
}

// cashOf adds up the cash of each account.
func cashOf(v *portfolio.Valuation) map[string]decimal.Decimal {
	sums := make(map[string]decimal.Decimal)
	for i := range v.Cash {
		sums[v.Cash[i].AccountID] = sums[v.Cash[i].AccountID].Add(v.Cash[i].Value)
	}
	return sums
}
