package httpapi

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

// full tells every member once, none with its default.
const full = `{
  "portfolio": {
    "as_of": "2026-11-20", "base_currency": "USD",
    "fx_rates": [{"from": "EUR", "to": "USD", "rate": "1.0850", "as_of": "2026-11-19"}],
    "accounts": [{"account_id": "ira", "tax_treatment": "tax_deferred"}],
    "cash": [{"currency": "USD", "amount": -5000.10, "account_id": "ira"}],
    "positions": [{
      "position_id": "p1", "account_id": "ira",
      "instrument": {"id": {"ticker": "VTI", "isin": "US9229087690", "cusip": "922908769", "figi": "BBG000BLNNH6", "sedol": "2046251"},
        "name": "Total \ud83d\ude80 \"Market\"", "issuer": "Vanguard", "type": "etf", "asset_class": "equity", "sector": "broad",
        "country": "US", "region": "north_america", "expense_ratio": 0.0003,
        "exposures": {"asset_classes": {"equity": "0.6"}, "sectors": {"Tech/IT": "0.30"}, "regions": {"europe": 0.1}, "currencies": {"EUR": "1"}}},
      "quantity": "200.000", "price": 2.5e2, "price_as_of": "2026-11-18", "currency": "EUR",
      "market_value": "50000", "cost_basis": "40000",
      "tax_lots": [{"lot_id": "a", "acquired_on": "2021-03-01", "quantity": "200", "unit_cost": "200"}]
    }, {"instrument": {"id": {"ticker": "AAPL"}}, "quantity": "1", "price": "1", "currency": "USD", "average_cost": "0.5"}],
    "liabilities": [{"type": "credit_card", "balance": "3200", "currency": "EUR", "interest_rate": "0.22", "monthly_payment": "100"}],
    "income": [{"type": "salary", "monthly_amount": "7000", "currency": "EUR"}],
    "monthly_expenses": "4200",
    "price_history": [{"position_id": "p1", "closes": [["2026-11-18", "249.1"], ["2026-11-19", 250]]}]
  },
  "investor_profile": {
    "age": 42, "risk_tolerance": "moderate", "risk_capacity": "aggressive", "time_horizon_years": 15,
    "objectives": ["growth", "income"], "liquidity_needs": "low", "experience": "extensive", "emergency_fund_months": 6,
    "tax": {"short_term_rate": "0.32", "long_term_rate": "0.15"}
  },
  "target_allocation": {"equity": "0.60", "fixed_income": "0.35", "cash": "0.05"},
  "constraints": {"exclude_tickers": ["TSLA"], "exclude_sectors": ["tobacco"], "no_sell": ["AAPL"],
    "buy_list": [{"id": {"ticker": "BND"}, "type": "etf", "asset_class": "fixed_income", "price": "75", "currency": "USD"}],
    "min_trade_amount": "100", "whole_shares_only": false, "max_turnover": "0.25"},
  "options": {"audience": "adviser", "language": "de", "max_recommendations": 7, "mode": "model", "output": "descriptive",
    "unconvertible_holdings": "exclude"}
}`

func TestDecodeReadsEveryMember(t *testing.T) {
	got, err := DecodeRequest([]byte(full))
	if err != nil {
		t.Fatal(err)
	}
	got.Canonical = nil
	if diff := cmp.Diff(fullRequest(), got, equal); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
}

var equal = cmp.Options{cmpopts.EquateEmpty(), cmp.Comparer(func(a, b portfolio.Date) bool { return a == b })}

func fullRequest() recommend.Request {
	return recommend.Request{
		Portfolio: portfolio.Portfolio{
			AsOf: day(20), BaseCurrency: "USD", ExcludeUnconvertible: true,
			FXRates:  []portfolio.FXRate{{From: "EUR", To: "USD", Rate: dec("1.085"), AsOf: day(19)}},
			Accounts: []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}},
			Cash:     []portfolio.Cash{{AccountID: "ira", Currency: "USD", Amount: dec("-5000.1")}},
			Positions: []portfolio.Position{fullPosition(), {
				Instrument: portfolio.Instrument{ID: portfolio.InstrumentID{Ticker: "AAPL"}},
				Quantity:   dec("1"), Price: dec("1"), Currency: "USD", AverageCost: new(dec("0.5")),
			}},
			Liabilities: []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec("3200"), Currency: "EUR",
				InterestRate: new(dec("0.22")), MonthlyPayment: new(dec("100"))}},
			Income:          []portfolio.Income{{Type: "salary", MonthlyAmount: dec("7000"), Currency: "EUR"}},
			MonthlyExpenses: new(dec("4200")),
			PriceHistory: []portfolio.PriceHistory{{PositionID: "p1", Closes: []portfolio.Close{
				{Date: day(18), Price: dec("249.1")}, {Date: day(19), Price: dec("250")}}}},
		},
		Profile: portfolio.Profile{
			Age: new(42), RiskTolerance: portfolio.Moderate, RiskCapacity: portfolio.Aggressive, TimeHorizonYears: new(15),
			Objectives: []string{"growth", "income"}, LiquidityNeeds: "low", Experience: "extensive",
			EmergencyFundMonths: new(dec("6")),
			Tax:                 portfolio.TaxRates{ShortTermRate: new(dec("0.32")), LongTermRate: new(dec("0.15"))},
		},
		Target: portfolio.Allocation{"equity": dec("0.6"), "fixed_income": dec("0.35"), "cash": dec("0.05")},
		Constraints: portfolio.Constraints{
			ExcludeTickers: []string{"TSLA"}, ExcludeSectors: []string{"tobacco"}, NoSell: []string{"AAPL"},
			BuyList: []portfolio.Candidate{{
				Instrument: portfolio.Instrument{ID: portfolio.InstrumentID{Ticker: "BND"}, Type: portfolio.ETF, AssetClass: portfolio.ClassFixedIncome},
				Price:      new(dec("75")), Currency: "USD",
			}},
			MinTradeAmount: dec("100"), MaxTurnover: new(dec("0.25")),
		},
		Options: recommend.Options{Audience: recommend.AudienceAdviser, Language: "de", MaxRecommendations: 7,
			Mode: recommend.ModeModel, Descriptive: true},
	}
}

func fullPosition() portfolio.Position {
	return portfolio.Position{
		PositionID: "p1", AccountID: "ira",
		Instrument: portfolio.Instrument{
			ID:   portfolio.InstrumentID{Ticker: "VTI", ISIN: "US9229087690", CUSIP: "922908769", FIGI: "BBG000BLNNH6", SEDOL: "2046251"},
			Name: "Total 🚀 \"Market\"", Issuer: "Vanguard", Type: portfolio.ETF, AssetClass: portfolio.ClassEquity, Sector: "broad",
			Country: "US", Region: "north_america", ExpenseRatio: new(dec("0.0003")),
			Exposures: &portfolio.Exposures{
				AssetClasses: map[portfolio.AssetClass]decimal.Decimal{"equity": dec("0.6")},
				Sectors:      map[string]decimal.Decimal{"Tech/IT": dec("0.3")},
				Regions:      map[string]decimal.Decimal{"europe": dec("0.1")},
				Currencies:   map[portfolio.Currency]decimal.Decimal{"EUR": dec("1")},
			},
		},
		Quantity: dec("200"), Price: dec("250"), PriceAsOf: day(18), Currency: "EUR",
		MarketValue: new(dec("50000")), CostBasis: new(dec("40000")),
		TaxLots: []portfolio.TaxLot{{LotID: "a", AcquiredOn: portfolio.NewDate(2021, time.March, 1), Quantity: dec("200"), UnitCost: dec("200")}},
	}
}

func day(d int) portfolio.Date { return portfolio.NewDate(2026, time.November, d) }

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }
