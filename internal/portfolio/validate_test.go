package portfolio

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// request is what Validate is given, valid until a case breaks it.
type request struct {
	portfolio Portfolio
	profile   Profile
	target    Allocation
	limits    Constraints
}

func validRequest() *request {
	fund := position("VTI", "200", "250", "USD")
	fund.PositionID, fund.AccountID = "p1", "ira"
	fund.Instrument.ID.ISIN = "US9229087690"
	fund.Instrument.Exposures = &Exposures{Sectors: map[string]decimal.Decimal{"technology": dec("0.3")}}
	fund.TaxLots = []TaxLot{
		{LotID: "a", AcquiredOn: NewDate(2021, time.March, 1), Quantity: dec("150"), UnitCost: dec("200")},
		{LotID: "b", AcquiredOn: NewDate(2026, time.November, 20), Quantity: dec("50"), UnitCost: dec("240")},
	}
	share := position("SAP", "10", "200", "EUR")
	share.CostBasis = new(dec("1500"))
	share.PriceAsOf = NewDate(2026, time.November, 20)
	return &request{
		portfolio: Portfolio{
			AsOf: NewDate(2026, time.November, 20), BaseCurrency: "USD",
			FXRates:         []FXRate{{From: "EUR", To: "USD", Rate: dec("1.085")}, {From: "USD", To: "GBP", Rate: dec("0.79")}},
			Accounts:        []Account{{ID: "ira", TaxTreatment: TaxDeferred}, {ID: "plain", TaxTreatment: Taxable}},
			Cash:            []Cash{{Currency: "GBP", Amount: dec("-20")}, {AccountID: "ira", Currency: "USD", Amount: dec("5000")}},
			Positions:       []Position{fund, share},
			Liabilities:     []Liability{{Type: CreditCard, Balance: dec("3200"), InterestRate: new(dec("0.22")), MonthlyPayment: new(dec("100"))}},
			Income:          []Income{{Type: "salary", MonthlyAmount: dec("7000")}},
			MonthlyExpenses: new(dec("4200")),
			PriceHistory: []PriceHistory{{PositionID: "p1", Closes: []Close{
				{Date: NewDate(2026, time.November, 19), Price: dec("249")}, {Date: NewDate(2026, time.November, 20), Price: dec("250")}}}},
		},
		profile: Profile{Age: new(42), RiskTolerance: Moderate, RiskCapacity: Aggressive, TimeHorizonYears: new(15),
			Objectives: []string{"growth"}, LiquidityNeeds: "low", Experience: "intermediate", EmergencyFundMonths: new(dec("6")),
			Tax: TaxRates{ShortTermRate: new(dec("0.32")), LongTermRate: new(dec("0.15"))}},
		target: Allocation{ClassEquity: dec("0.6"), ClassFixedIncome: dec("0.35"), ClassCash: dec("0.05")},
		limits: Constraints{ExcludeTickers: []string{"TSLA"}, ExcludeSectors: []string{"tobacco"}, NoSell: []string{"SAP"},
			BuyList:        []Candidate{{Instrument: Instrument{ID: InstrumentID{Ticker: "BND"}}, Price: new(dec("75")), Currency: "USD"}},
			MinTradeAmount: dec("100"), MaxTurnover: new(dec("0.25"))},
	}
}

func (r *request) validate() Faults {
	return Validate(&r.portfolio, &r.profile, r.target, &r.limits)
}

func TestValidRequestHasNoFault(t *testing.T) {
	if faults := validRequest().validate(); faults != nil {
		t.Errorf("faults:\n%v", faults)
	}
	if faults := Validate(&validRequest().portfolio, nil, nil, nil); faults != nil {
		t.Errorf("portfolio alone:\n%v", faults)
	}
}

// A portfolio may be told for the next trading day, in any time zone, and not
// for a day that makes short-term lots long-term.
func TestCheckDate(t *testing.T) {
	now := time.Date(2026, time.November, 26, 23, 30, 0, 0, time.FixedZone("", -8*60*60)) // the 27th in UTC
	for date, want := range map[Date]bool{
		NewDate(1999, time.January, 1): true, NewDate(2026, time.November, 27): true, NewDate(2026, time.December, 4): true,
		NewDate(2026, time.December, 5): false, NewDate(2062, time.November, 20): false,
	} {
		faults := CheckDate(&Portfolio{AsOf: date}, now)
		if (len(faults) == 0) != want || !want && (faults[0].Pointer != "/portfolio/as_of" || faults[0].Code != "future_date") {
			t.Errorf("%s: %v, want allowed: %v", date, faults, want)
		}
	}
}

func TestValidateFindsEachFault(t *testing.T) {
	for _, tc := range []struct {
		name    string
		spoil   func(*request)
		pointer string
		code    string
	}{
		{"no date", func(r *request) { r.portfolio.AsOf = Date{} }, "/portfolio/as_of", "required"},
		{"no holdings", func(r *request) {
			r.portfolio.Positions, r.portfolio.Cash, r.portfolio.PriceHistory = nil, nil, nil
		}, "/portfolio", "no_holdings"},
		{"worth nothing", func(r *request) { r.portfolio.Cash[1].Amount = dec("-60000") }, "/portfolio", "no_value"},
		{"too many positions", func(r *request) {
			r.portfolio.Positions = make([]Position, MaxPositions+1)
			r.portfolio.PriceHistory = nil
		},
			"/portfolio/positions", "too_many"},
		{"negative expenses", func(r *request) { r.portfolio.MonthlyExpenses = new(dec("-1")) }, "/portfolio/monthly_expenses", "out_of_range"},

		{"rate of zero", func(r *request) {
			r.portfolio.FXRates[0].Rate = decimal.Zero
			r.portfolio.Positions[1].Currency = "USD"
		},
			"/portfolio/fx_rates/0/rate", "out_of_range"},
		{"rate to itself", func(r *request) {
			r.portfolio.FXRates = append(r.portfolio.FXRates, FXRate{From: "USD", To: "USD", Rate: one})
		},
			"/portfolio/fx_rates/2/to", "conflicting_fx_rate"},
		{"two rates", func(r *request) {
			r.portfolio.FXRates = append(r.portfolio.FXRates, FXRate{From: "EUR", To: "USD", Rate: dec("1.09")})
		}, "/portfolio/fx_rates/2/rate", "conflicting_fx_rate"},
		{"inverse says otherwise", func(r *request) {
			r.portfolio.FXRates = append(r.portfolio.FXRates, FXRate{From: "USD", To: "EUR", Rate: dec("1.085")})
		}, "/portfolio/fx_rates/2/rate", "conflicting_fx_rate"},
		{"two ways", func(r *request) {
			r.portfolio.FXRates = append(r.portfolio.FXRates, FXRate{From: "CHF", To: "EUR", Rate: dec("1.05")},
				FXRate{From: "CHF", To: "GBP", Rate: dec("1")})
		}, "/portfolio/fx_rates/3/rate", "conflicting_fx_rate"},
		{"rate in no currency", func(r *request) { r.portfolio.FXRates[1].To = "GBX"; r.portfolio.Cash[0].Currency = "EUR" },
			"/portfolio/fx_rates/1/to", "unknown_currency"},
		{"rate from tomorrow", func(r *request) { r.portfolio.FXRates[0].AsOf = NewDate(2026, time.November, 21) },
			"/portfolio/fx_rates/0/as_of", "future_date"},

		{"account twice", func(r *request) { r.portfolio.Accounts[1].ID = "ira" }, "/portfolio/accounts/1/account_id", "duplicate_id"},
		{"account without id", func(r *request) { r.portfolio.Accounts[1].ID = "" }, "/portfolio/accounts/1/account_id", "required"},
		{"tax treatment", func(r *request) { r.portfolio.Accounts[1].TaxTreatment = "offshore" }, "/portfolio/accounts/1/tax_treatment", "unknown_value"},
		{"cash in no account", func(r *request) { r.portfolio.Cash[1].AccountID = "401k" }, "/portfolio/cash/1/account_id", "unknown_account"},
		{"cash without rate", func(r *request) { r.portfolio.Cash[0].Currency = "CHF" }, "/portfolio/cash/0/currency", "missing_fx_rate"},
		{"cash without currency", func(r *request) { r.portfolio.Cash[0].Currency = "" }, "/portfolio/cash/0/currency", "required"},
		{"absurd cash", func(r *request) { r.portfolio.Cash[0].Amount = dec("1e5000") }, "/portfolio/cash/0/amount", "out_of_range"},
		{"debt without rate", func(r *request) { r.portfolio.Liabilities[0].Currency = "CHF" }, "/portfolio/liabilities/0/currency", "missing_fx_rate"},
		{"negative debt", func(r *request) { r.portfolio.Liabilities[0].Balance = dec("-1") }, "/portfolio/liabilities/0/balance", "out_of_range"},
		{"debt of what kind", func(r *request) { r.portfolio.Liabilities[0].Type = "favour" }, "/portfolio/liabilities/0/type", "unknown_value"},
		{"percentage for a rate", func(r *request) { r.portfolio.Liabilities[0].InterestRate = new(dec("22")) }, "/portfolio/liabilities/0/interest_rate", "out_of_range"},
		{"negative payment", func(r *request) { r.portfolio.Liabilities[0].MonthlyPayment = new(dec("-1")) }, "/portfolio/liabilities/0/monthly_payment", "out_of_range"},
		{"negative income", func(r *request) { r.portfolio.Income[0].MonthlyAmount = dec("-1") }, "/portfolio/income/0/monthly_amount", "out_of_range"},
		{"income without rate", func(r *request) { r.portfolio.Income[0].Currency = "CHF" }, "/portfolio/income/0/currency", "missing_fx_rate"},

		{"history of what", func(r *request) { r.portfolio.PriceHistory[0].PositionID = "p9" }, "/portfolio/price_history/0/position_id", "unknown_position"},
		{"days in disorder", func(r *request) { r.portfolio.PriceHistory[0].Closes[0].Date = NewDate(2026, time.November, 20) },
			"/portfolio/price_history/0/closes/1/0", "not_ascending"},
		{"close without day", func(r *request) { r.portfolio.PriceHistory[0].Closes[0].Date = Date{} }, "/portfolio/price_history/0/closes/0/0", "required"},
		{"close of nothing", func(r *request) { r.portfolio.PriceHistory[0].Closes[1].Price = decimal.Zero },
			"/portfolio/price_history/0/closes/1/1", "out_of_range"},

		{"no identifier", func(r *request) { r.portfolio.Positions[1].Instrument.ID = InstrumentID{} }, "/portfolio/positions/1/instrument/id", "missing_identifier"},
		{"mistyped ISIN", func(r *request) { r.portfolio.Positions[0].Instrument.ID.ISIN = "US9229087691" }, "/portfolio/positions/0/instrument/id/isin", "bad_check_digit"},
		{"one ticker of two instruments", func(r *request) {
			r.portfolio.Positions[0].Instrument.ID = InstrumentID{Ticker: "SAN", ISIN: "ES0113900J37"}
			r.portfolio.Positions[1].Instrument.ID = InstrumentID{Ticker: "SAN", ISIN: "FR0000120578"}
		}, "/portfolio/positions/1/instrument/id/ticker", "ambiguous_ticker"},
		{"mistyped CUSIP", func(r *request) { r.portfolio.Positions[0].Instrument.ID.CUSIP = "037833101" }, "/portfolio/positions/0/instrument/id/cusip", "bad_check_digit"},
		{"mistyped FIGI", func(r *request) { r.portfolio.Positions[0].Instrument.ID.FIGI = "BBG000B9XRY5" }, "/portfolio/positions/0/instrument/id/figi", "bad_check_digit"},
		{"mistyped SEDOL", func(r *request) { r.portfolio.Positions[0].Instrument.ID.SEDOL = "0263495" }, "/portfolio/positions/0/instrument/id/sedol", "bad_check_digit"},
		{"sentence for a ticker", func(r *request) { r.portfolio.Positions[1].Instrument.ID.Ticker = "IGNORE ALL" }, "/portfolio/positions/1/instrument/id/ticker", "bad_ticker"},
		{"long name", func(r *request) { r.portfolio.Positions[1].Instrument.Name = strings.Repeat("ä", 201) }, "/portfolio/positions/1/instrument/name", "too_long"},
		{"line break in issuer", func(r *request) { r.portfolio.Positions[1].Instrument.Issuer = "SAP\nSE" }, "/portfolio/positions/1/instrument/issuer", "bad_text"},
		{"text turned round", func(r *request) { r.portfolio.Positions[1].Instrument.Sector = "a\u202eb" }, "/portfolio/positions/1/instrument/sector", "bad_text"},
		{"hidden text", func(r *request) { r.portfolio.Positions[1].Instrument.Region = "a\U000e0041" }, "/portfolio/positions/1/instrument/region", "bad_text"},
		{"not UTF-8", func(r *request) { r.portfolio.Positions[1].Instrument.Name = "\xff" }, "/portfolio/positions/1/instrument/name", "bad_text"},
		{"type", func(r *request) { r.portfolio.Positions[1].Instrument.Type = "stonk" }, "/portfolio/positions/1/instrument/type", "unknown_value"},
		{"class never accepted", func(r *request) { r.portfolio.Positions[1].Instrument.AssetClass = ClassUnclassified }, "/portfolio/positions/1/instrument/asset_class", "unknown_value"},
		{"country", func(r *request) { r.portfolio.Positions[1].Instrument.Country = "ZZ" }, "/portfolio/positions/1/instrument/country", "unknown_country"},
		{"percentage for a fee", func(r *request) { r.portfolio.Positions[0].Instrument.ExpenseRatio = new(dec("0.35")) },
			"/portfolio/positions/0/instrument/expense_ratio", "out_of_range"},
		{"exposures over one", func(r *request) { r.portfolio.Positions[0].Instrument.Exposures.Sectors["energy"] = dec("0.71") },
			"/portfolio/positions/0/instrument/exposures/sectors", "bad_sum"},
		{"exposure over one", func(r *request) { r.portfolio.Positions[0].Instrument.Exposures.Sectors["oil/gas"] = dec("1.1") },
			"/portfolio/positions/0/instrument/exposures/sectors/oil~1gas", "out_of_range"},
		{"exposure to no class", func(r *request) {
			r.portfolio.Positions[0].Instrument.Exposures.AssetClasses = map[AssetClass]decimal.Decimal{"": dec("0.1")}
		}, "/portfolio/positions/0/instrument/exposures/asset_classes/", "unknown_value"},
		{"exposure to no currency", func(r *request) {
			r.portfolio.Positions[0].Instrument.Exposures.Currencies = map[Currency]decimal.Decimal{"DEM": dec("0.1")}
		}, "/portfolio/positions/0/instrument/exposures/currencies/DEM", "unknown_currency"},

		{"position twice", func(r *request) { r.portfolio.Positions[1].PositionID = "p1" }, "/portfolio/positions/1/position_id", "duplicate_id"},
		{"position in no account", func(r *request) { r.portfolio.Positions[1].AccountID = "x" }, "/portfolio/positions/1/account_id", "unknown_account"},
		{"position without rate", func(r *request) { r.portfolio.Positions[1].Currency = "JPY" }, "/portfolio/positions/1/currency", "missing_fx_rate"},
		{"pence", func(r *request) { r.portfolio.Positions[1].Currency = "GBX" }, "/portfolio/positions/1/currency", "unknown_currency"},
		{"nothing held", func(r *request) { r.portfolio.Positions[1].Quantity = decimal.Zero }, "/portfolio/positions/1/quantity", "out_of_range"},
		{"absurd quantity", func(r *request) { r.portfolio.Positions[1].Quantity = dec("1234567890123456789") }, "/portfolio/positions/1/quantity", "out_of_range"},
		{"absurd precision", func(r *request) { r.portfolio.Positions[1].Price = dec("1e-19") }, "/portfolio/positions/1/price", "out_of_range"},
		{"negative price", func(r *request) { r.portfolio.Positions[1].Price = dec("-1") }, "/portfolio/positions/1/price", "out_of_range"},
		{"price from tomorrow", func(r *request) { r.portfolio.Positions[1].PriceAsOf = NewDate(2026, time.November, 21) },
			"/portfolio/positions/1/price_as_of", "future_date"},
		{"two costs", func(r *request) { r.portfolio.Positions[1].AverageCost = new(dec("150")) }, "/portfolio/positions/1/average_cost", "conflicting_cost"},
		{"negative cost", func(r *request) { r.portfolio.Positions[1].CostBasis = new(dec("-1")) }, "/portfolio/positions/1/cost_basis", "out_of_range"},
		{"lots fall short", func(r *request) { r.portfolio.Positions[0].TaxLots[0].Quantity = dec("149.9") }, "/portfolio/positions/0/tax_lots", "bad_sum"},
		{"lot twice", func(r *request) { r.portfolio.Positions[0].TaxLots[1].LotID = "a" }, "/portfolio/positions/0/tax_lots/1/lot_id", "duplicate_id"},
		{"lot from tomorrow", func(r *request) { r.portfolio.Positions[0].TaxLots[1].AcquiredOn = NewDate(2026, time.November, 21) },
			"/portfolio/positions/0/tax_lots/1/acquired_on", "future_date"},
		{"lot without day", func(r *request) { r.portfolio.Positions[0].TaxLots[1].AcquiredOn = Date{} }, "/portfolio/positions/0/tax_lots/1/acquired_on", "required"},
		{"lot of the other side", func(r *request) {
			r.portfolio.Positions[0].TaxLots[0].Quantity, r.portfolio.Positions[0].TaxLots[1].Quantity = dec("250"), dec("-50")
		}, "/portfolio/positions/0/tax_lots/1/quantity", "out_of_range"},
		{"lot at a negative cost", func(r *request) { r.portfolio.Positions[0].TaxLots[1].UnitCost = dec("-1") },
			"/portfolio/positions/0/tax_lots/1/unit_cost", "out_of_range"},

		{"age", func(r *request) { r.profile.Age = new(131) }, "/investor_profile/age", "out_of_range"},
		{"tolerance", func(r *request) { r.profile.RiskTolerance = "yolo" }, "/investor_profile/risk_tolerance", "unknown_value"},
		{"capacity", func(r *request) { r.profile.RiskCapacity = "yolo" }, "/investor_profile/risk_capacity", "unknown_value"},
		{"horizon", func(r *request) { r.profile.TimeHorizonYears = new(-1) }, "/investor_profile/time_horizon_years", "out_of_range"},
		{"objective", func(r *request) { r.profile.Objectives = []string{"growth", ""} }, "/investor_profile/objectives/1", "unknown_value"},
		{"liquidity", func(r *request) { r.profile.LiquidityNeeds = "some" }, "/investor_profile/liquidity_needs", "unknown_value"},
		{"experience", func(r *request) { r.profile.Experience = "vast" }, "/investor_profile/experience", "unknown_value"},
		{"emergency fund", func(r *request) { r.profile.EmergencyFundMonths = new(dec("120.5")) }, "/investor_profile/emergency_fund_months", "out_of_range"},
		{"short-term rate", func(r *request) { r.profile.Tax.ShortTermRate = new(dec("32")) }, "/investor_profile/tax/short_term_rate", "out_of_range"},
		{"long-term rate", func(r *request) { r.profile.Tax.LongTermRate = new(dec("-0.1")) }, "/investor_profile/tax/long_term_rate", "out_of_range"},

		{"target off one", func(r *request) { r.target[ClassCash] = dec("0.050002") }, "/target_allocation", "bad_sum"},
		{"target over one", func(r *request) { r.target[ClassEquity] = dec("60") }, "/target_allocation/equity", "out_of_range"},
		{"target of no class", func(r *request) { r.target["nft"] = decimal.Zero }, "/target_allocation/nft", "unknown_value"},
		{"empty target", func(r *request) { r.target = Allocation{} }, "/target_allocation", "bad_sum"},

		{"excluded ticker", func(r *request) { r.limits.ExcludeTickers[0] = "tsla" }, "/constraints/exclude_tickers/0", "bad_ticker"},
		{"empty ticker", func(r *request) { r.limits.NoSell = []string{"A", ""} }, "/constraints/no_sell/1", "required"},
		{"excluded sector", func(r *request) { r.limits.ExcludeSectors[0] = "a\tb" }, "/constraints/exclude_sectors/0", "bad_text"},
		{"candidate's ISIN", func(r *request) { r.limits.BuyList[0].ID.ISIN = "US9229087691" }, "/constraints/buy_list/0/id/isin", "bad_check_digit"},
		{"candidate's price", func(r *request) { r.limits.BuyList[0].Price = new(decimal.Zero) }, "/constraints/buy_list/0/price", "out_of_range"},
		{"candidate's currency", func(r *request) { r.limits.BuyList[0].Currency = "CHF" }, "/constraints/buy_list/0/currency", "missing_fx_rate"},
		{"smallest trade", func(r *request) { r.limits.MinTradeAmount = dec("-1") }, "/constraints/min_trade_amount", "out_of_range"},
		{"turnover", func(r *request) { r.limits.MaxTurnover = new(dec("25")) }, "/constraints/max_turnover", "out_of_range"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := validRequest()
			tc.spoil(r)
			var got []Fault
			for _, f := range r.validate() {
				got = append(got, Fault{Pointer: f.Pointer, Code: f.Code})
			}
			if diff := cmp.Diff([]Fault{{Pointer: tc.pointer, Code: tc.code}}, got); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

// The base currency is what everything is converted into: without it nothing
// else is known to be inconvertible.
func TestBadBaseCurrencyIsOneFault(t *testing.T) {
	for _, base := range []Currency{"", "usd", "DEM"} {
		r := validRequest()
		r.portfolio.BaseCurrency = base
		faults := r.validate()
		if len(faults) != 1 || faults[0].Pointer != "/portfolio/base_currency" {
			t.Errorf("%q: %v", base, faults)
		}
	}
}

func TestFaultsNeverRepeatTheValue(t *testing.T) {
	const secret = "HUNTER2"
	r := validRequest()
	r.portfolio.BaseCurrency = secret
	r.portfolio.Accounts[0].TaxTreatment = secret
	r.portfolio.Positions[0].AccountID = secret
	r.portfolio.Positions[0].Instrument.ID.ISIN = secret
	r.portfolio.Positions[0].Instrument.Type = secret
	r.profile.Objectives = []string{secret}
	r.limits.NoSell = []string{strings.ToLower(secret)}
	faults := r.validate()
	if len(faults) != 7 {
		t.Errorf("%d faults:\n%v", len(faults), faults)
	}
	if text := strings.ToUpper(faults.Error()); strings.Contains(text, secret) {
		t.Errorf("the value is repeated:\n%s", text)
	}
}

func TestFaultsAreBounded(t *testing.T) {
	if n := len(Validate(large(func(p *Position) { p.Price = dec("-1"); p.Currency = "" }), nil, nil, nil)); n != maxFaults {
		t.Errorf("%d faults", n)
	}
}
